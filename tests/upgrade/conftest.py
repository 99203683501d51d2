"""A mall that was upgraded: the dumps of the earlier version, migrated as `mpp prepare` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import make_url

from mpp.hosting.definition import definitions
from mpp.persistence import roles
from tests.support.counter import Counter
from tests.support.desks import Desks
from tests.support.postgres import TestPostgres
from tests.upgrade.dumps import MOMENT, restore


@pytest.fixture
def upgraded(make_database: Callable[..., str], postgres_server: TestPostgres) -> Callable[[str], str]:
    """`upgraded(service)` is the URL, as the service's own account, of a copy of its migrated database."""

    def fill(service: str, url: str) -> None:
        database = str(make_url(url).database)
        account, owner = (postgres_server.role(name) for name in (f"old_{service}", f"old_{service}_owner"))
        postgres_server.execute(f'CREATE ROLE "{owner}" NOLOGIN', f'GRANT "{owner}" TO CURRENT_USER')
        restore(url, service, owner)
        runtime = postgres_server.url_as(account, database)
        done = roles.prepare(postgres_server.base, runtime, account, definitions()[service].migrations)
        assert done.before is not None

    def make(service: str) -> str:
        url = make_database(f"old_{service}", lambda url: fill(service, url))
        return postgres_server.url_as(postgres_server.role(f"old_{service}"), str(make_url(url).database))

    return make


@pytest.fixture
def urls(upgraded: Callable[[str], str]) -> dict[str, str]:
    """The four upgraded databases."""
    return {service: upgraded(service) for service in definitions()}


@pytest.fixture
def desks(urls: dict[str, str]) -> Iterator[Desks]:
    """The desks of the mall after the upgrade, at the moment at which the earlier version was stopped."""
    opened = Desks({service: url for service, url in urls.items() if service != "gateway"}, MOMENT)
    yield opened
    opened.close()


@pytest.fixture
def counter(desks: Desks, urls: dict[str, str]) -> Iterator[Counter]:
    """The gateway in front of them."""
    opened = Counter(desks, urls["gateway"])
    yield opened
    opened.close()
