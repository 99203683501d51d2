"""The desks of the three case services on a fresh set of databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mpp.hosting.definition import case_services
from tests.support.desks import Desks, fill


@pytest.fixture
def desks(make_database: Callable[..., str]) -> Iterator[Desks]:
    """All case services, migrated, with demo residents."""
    urls = {d.name: make_database(f"service_{d.name}", fill(d.name)) for d in case_services().values()}
    opened = Desks(urls)
    yield opened
    opened.close()
