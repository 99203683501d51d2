"""One service's database, and a workshop over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mpp.clock import FixedClock
from mpp.persistence.database import Database
from tests.integration.jobs.workshop import Workshop


@pytest.fixture
def database(core_database: str) -> Iterator[Database]:
    opened = Database(core_database, name="gateway", pool_size=12)
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture
def workshop(database: Database, clock: FixedClock) -> Iterator[Workshop]:
    opened = Workshop(database, clock)
    yield opened
    opened.close()
