"""A transaction ends before its caller stops waiting, and says whether it was slow or the database was away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import eventlet
import pytest
from sqlalchemy import insert, select, text

from mpp.casework.refusals import Refused
from mpp.persistence import idempotency
from mpp.persistence.database import Database, DatabaseAway, TooSlow, announce
from mpp.persistence.deadline import Deadline
from mpp.persistence.tables import leases

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def database(core_database: str) -> Iterator[Database]:
    opened = Database(core_database, name="office", pool_size=3, pool_timeout=0.2)
    yield opened
    opened.dispose()


def test_a_statement_past_the_deadline_is_ended(database: Database) -> None:
    with pytest.raises(TooSlow), database.transaction(Deadline.after(0.3)) as tx:
        tx.execute(text("SELECT pg_sleep(30)"))


def test_a_lock_that_somebody_holds_is_not_awaited_for_ever(database: Database) -> None:
    row = {"name": "door", "holder": "a", "expires_at": NOW}
    with database.transaction() as first:
        first.execute(insert(leases).values(row))
        with pytest.raises(TooSlow), database.transaction(Deadline.after(0.5)) as second:
            second.execute(insert(leases).values(row))
    with database.transaction() as tx:
        assert tx.execute(select(leases.c.holder)).scalar_one() == "a"


def test_a_deadline_that_is_over_starts_nothing(database: Database) -> None:
    with pytest.raises(TooSlow), database.transaction(Deadline.after(-1)) as tx:
        tx.execute(text("SELECT 1"))


def test_a_limit_does_not_outlive_its_transaction(database: Database) -> None:
    for _ in range(3):
        with database.transaction(Deadline.after(5)) as tx:
            tx.execute(text("SELECT 1"))
    with database.transaction() as tx:
        assert tx.execute(text("SHOW statement_timeout")).scalar_one() == "0"


def test_a_full_pool_is_slow_and_not_away(database: Database) -> None:
    with database.transaction(), database.transaction(), database.transaction():
        with pytest.raises(TooSlow), database.transaction():
            pass


def test_a_connection_that_dies_in_the_middle_is_the_database_away(database: Database) -> None:
    with pytest.raises(DatabaseAway), database.transaction() as tx:
        pid = tx.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with database.transaction() as killer:
            killer.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        tx.execute(text("SELECT 1"))
    with database.transaction() as tx:
        assert tx.execute(text("SELECT 1")).scalar_one() == 1, "the next one works"


def test_nobody_answers_at_the_address() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing", name="office")
    with pytest.raises(DatabaseAway), database.transaction():
        pass


def test_who_waits_for_something_is_woken_only_after_a_commit_that_announced_it(database: Database) -> None:
    woken: list[str] = []
    database.on_commit("events", lambda: woken.append("now"))
    database.on_commit("other", lambda: woken.append("other"))
    with database.transaction() as tx:
        tx.execute(text("SELECT 1"))
    with pytest.raises(ValueError, match="no"), database.transaction() as tx:
        announce(tx, "events")
        raise ValueError("no")
    assert woken == []
    with database.transaction() as tx:
        announce(tx, "events")
        assert woken == []
    assert woken == ["now"]
    with database.transaction() as tx:
        tx.execute(text("SELECT 1"))
    assert woken == ["now"]


def test_a_twin_under_way_is_told_so_by_the_deadline(database: Database) -> None:
    scope = idempotency.Scope("petugas", "POST", "/api/v1/permits", "k1")
    with database.transaction() as first:
        assert idempotency.claim(first, scope, "digest", NOW) is None
        with pytest.raises(Refused) as refused, database.transaction(Deadline.after(0.6)) as second:
            idempotency.claim(second, scope, "digest", NOW)
        assert (refused.value.status, refused.value.code) == (409, "request_in_progress")


def test_a_twin_waits_for_the_first_and_gets_its_answer(database: Database) -> None:
    scope = idempotency.Scope("petugas", "POST", "/api/v1/permits", "k1")

    def second() -> idempotency.Stored | None:
        with database.transaction(Deadline.after(10)) as tx:
            return idempotency.claim(tx, scope, "digest", NOW)

    with database.transaction() as first:
        assert idempotency.claim(first, scope, "digest", NOW) is None
        twin = eventlet.spawn(second)
        eventlet.sleep(0)
        idempotency.store(first, scope, 201, {"id": "7"})
    stored = twin.wait()
    assert stored is not None
    assert (stored.status, stored.response) == (201, {"id": "7"})
