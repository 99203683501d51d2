"""A mall that was upgraded: the dumps of the earlier version, migrated as `mpp prepare` does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import pytest
from sqlalchemy import make_url

from mpp.hosting.definition import case_services, definitions
from mpp.persistence.servers import roles
from tests.support.counter import Counter
from tests.support.desks import Desks
from tests.support.lazily import Lazily
from tests.support.postgres import TestPostgres
from tests.upgrade.dumps import MOMENT, restore


def upgrade(server: TestPostgres, service: str, url: str) -> None:
    """Fill a template with the dump of a service, and migrate it."""
    account, owner = (server.role(name) for name in (f"old_{service}", f"old_{service}_owner"))
    server.execute(f'CREATE ROLE "{owner}" NOLOGIN', f'GRANT "{owner}" TO CURRENT_USER')
    restore(url, service, owner)
    runtime = server.url_as(account, str(make_url(url).database))
    done = roles.prepare(server.base, runtime, account, definitions()[service].migrations)
    assert done.before is not None


def upgraded(server: TestPostgres, make: Callable[..., str]) -> Lazily[str]:
    """The URLs of upgraded databases by service, as the service's own account; `make(key, fill)` makes one."""

    def copy(service: str) -> str:
        url = make(f"old_{service}", partial(upgrade, server, service))
        return server.url_as(server.role(f"old_{service}"), str(make_url(url).database))

    return Lazily(definitions(), copy)


def desks_of(urls: Mapping[str, str]) -> Desks:
    """The desks of the mall after the upgrade, at the moment at which the earlier version was stopped."""
    services = [definition.name for definition in case_services().values()]
    return Desks(Lazily(services, lambda service: urls[service]), MOMENT)


@pytest.fixture
def urls(make_database: Callable[..., str], postgres_server: TestPostgres) -> Mapping[str, str]:
    """Upgraded databases for one test."""
    return upgraded(postgres_server, make_database)


@pytest.fixture
def desks(urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = desks_of(urls)
    yield opened
    opened.close()


@pytest.fixture
def counter(desks: Desks, urls: Mapping[str, str]) -> Iterator[Counter]:
    """The gateway in front of them."""
    opened = Counter(desks, urls["gateway"])
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def kept_urls(postgres_server: TestPostgres) -> Iterator[Mapping[str, str]]:
    """Upgraded databases for tests that leave everything as it is."""
    lent: list[str] = []

    def lend(key: str, fill: Callable[[str], None]) -> str:
        lent.append(postgres_server.pool.lend(key, fill))
        return postgres_server.url(lent[-1])

    yield upgraded(postgres_server, lend)
    for name in lent:
        postgres_server.pool.give_back(name)


@pytest.fixture(scope="module")
def kept(kept_urls: Mapping[str, str]) -> Iterator[Desks]:
    """Desks over them."""
    opened = desks_of(kept_urls)
    yield opened
    opened.close()
