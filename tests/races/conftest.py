"""The desks of the mall, with clerks who wait for as long as it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import text

from mpp.persistence.database import Database
from tests.integration.permits.conftest import Office
from tests.support.desks import Desks


class PatientDesks(Desks):
    """Nobody gives up while he waits for another session."""

    patience = 900.0


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[PatientDesks]:
    """All case services, migrated, with demo residents."""
    opened = PatientDesks(service_urls)
    opened.start()  # now, and not by the session that needs a service first
    yield opened
    opened.close()


@pytest.fixture
def permits(desks: Desks) -> Database:
    """The database of licensing."""
    return desks.databases["permits"]


@pytest.fixture
def office(desks: Desks) -> Office:
    return Office(desks)


def count(database: Database, query: str) -> int:
    """What `SELECT count(*) FROM <query>` says."""
    with database.transaction() as tx:
        return int(tx.execute(text(f"SELECT count(*) FROM {query}")).scalar_one())
