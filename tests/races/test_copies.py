"""Several copies of one service start, work and end at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, insert, make_url, select, text

from mpp.audit.checkpoints import Checkpoint
from mpp.cases.storage import versions
from mpp.casework.access.actors import SYSTEM
from mpp.catalogue import CatalogueError
from mpp.clock import FixedClock
from mpp.hosting.definition import definitions
from mpp.jobs.prune import prune
from mpp.persistence import migrate
from mpp.persistence.audit import trail
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database
from mpp.persistence.lease import Lease
from mpp.persistence.tables import audit_seals, idempotency
from tests.races.conftest import count
from tests.races.sessions import ADVISORY, KEY, meet, standing
from tests.support.desks import Desks

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def database(core_database: str) -> Iterator[Database]:
    opened = Database(core_database, name="office")
    yield opened
    opened.dispose()


# ------------------------------------------------------------------------------------------------------- leases


def test_of_two_copies_that_want_a_job_one_gets_it(database: Database) -> None:
    one, other = Lease(database, "timer", "one", 600), Lease(database, "timer", "other", 600)

    def take() -> bool:
        with database.transaction() as tx:
            return one._take(tx)

    first, second = meet(database, take, other.hold)
    assert (first.answer, second.answer) == (True, False)
    assert second.waited == KEY


def test_a_job_that_is_being_given_up_goes_to_the_copy_that_asks(database: Database) -> None:
    one, other = Lease(database, "timer", "one", 600), Lease(database, "timer", "other", 600)
    assert one.hold()
    _, second = meet(database, one.release, other.hold)
    assert second.answer is True
    assert second.waited == KEY


# ------------------------------------------------------------------------------------------------------- starting


def test_two_that_prepare_a_database_at_once_take_turns(make_database: Any) -> None:
    url = make_database()
    packages = definitions()["permits"].migrations
    engine = create_engine(url, poolclass=NullPool)
    database = Database(url, name="prepare")

    def prepare() -> str | None:
        with database.transaction() as tx:
            return migrate.upgrade_within(tx, packages, str(make_url(url).username))

    first, second = meet(database, prepare, lambda: migrate.upgrade(url, packages, str(make_url(url).username)))
    assert (first.answer, second.answer) == (None, migrate.head(packages))
    assert second.waited == ADVISORY
    database.dispose()
    engine.dispose()


def test_two_copies_with_different_files_do_not_both_begin_a_version_of_a_service_type(
    desks: Desks, permits: Database
) -> None:
    kind = desks.runtime.catalogue.get("PRZ-SIP-DR")
    assert kind is not None
    new = replace(kind, version=99)

    def remember(digest: str) -> None:
        with permits.transaction() as tx:
            versions.remember(tx, [replace(new, digest=digest)], NOW)

    _, second = meet(permits, lambda: remember("a" * 64), lambda: remember("b" * 64))
    assert isinstance(second.answer, CatalogueError)
    assert second.waited == KEY


# ------------------------------------------------------------------------------------------------------- working


def test_two_sealers_at_once_make_one_chain(database: Database) -> None:
    """The lease keeps them apart; one that was frozen may come late, and then its batch is refused."""
    with database.transaction() as tx:
        trail.record(tx, at=NOW, actor=SYSTEM, office=None, action="test")
    written: list[Checkpoint] = []
    one, other = (Sealer(database, FixedClock(NOW), "mpp/35.15/office", written.append) for _ in range(2))
    first, second = meet(database, one.run_once, other.run_once)
    assert (first.answer, second.waited) == (1, KEY)
    with database.transaction() as tx:
        assert tx.execute(select(audit_seals.c.position)).scalars().all() == [1]
    assert [checkpoint.size for checkpoint in written] == [1]


def test_clearing_passes_over_what_somebody_is_working_with(database: Database) -> None:
    rows = [
        {"actor": "a", "method": "POST", "path": "/", "key": key, "request_hash": "", "created_at": NOW}
        for key in ("busy", "free")
    ]
    with database.transaction() as tx:
        tx.execute(insert(idempotency), rows)

    def touch() -> None:
        with database.transaction() as tx:
            tx.execute(text("UPDATE idempotency SET status = 200 WHERE key = 'busy'"))

    with standing(database, touch) as stage:
        clearing = stage.comes(lambda: prune(database, NOW + timedelta(days=8)))
        assert clearing.ended
    assert (clearing.answer["idempotency"], clearing.waited) == (1, None)
    assert count(database, "idempotency") == 1
