"""Two operators repair the same damage at once: nothing is let happen twice, and nobody waits without a need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from mpp.clock import FixedClock
from mpp.jobs.dead_jobs import DeadJobs
from mpp.messaging.events import inbox_rows
from mpp.messaging.reconciling.resending import Resent, resend
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.database import Database
from tests.integration.jobs.workshop import Workshop
from tests.integration.messaging.office import Hospital, append, birth, fill_hospital, letter
from tests.races.sessions import meet, row_of

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
FIRST = "00000000-0000-0000-0000-000000000000"
EVER = Span(NOW - timedelta(days=3650), NOW + timedelta(days=3650))


@pytest.fixture
def database(make_database: Callable[..., str]) -> Iterator[Database]:
    opened = Database(make_database("hospital", fill_hospital), name="permits")
    yield opened
    opened.dispose()


def test_dead_events_are_let_happen_again_by_the_first_and_passed_over_by_the_second(database: Database) -> None:
    hospital = Hospital(database, FixedClock(NOW))
    events = [birth(f"case-{n}", 1) for n in range(2)]
    hospital.effects.broken.update(event.id for event in events)
    inbox = hospital.inbox(hospital.effects.subscription(order="any"), delays=())
    for event in events:
        inbox.handle(letter(event).delivery)

    def replay_all() -> int:
        with database.transaction() as tx:
            return len(inbox_rows.revive_some(tx, NOW, None, (FIRST, ""), 100))

    first, second = meet(database, replay_all, replay_all)
    assert (first.answer, second.answer) == (2, 0)
    assert second.waited is None


def test_dead_jobs_are_let_happen_again_by_the_first_and_passed_over_by_the_second(database: Database) -> None:
    clock = FixedClock(NOW)
    Workshop(database, clock).add("one")
    with database.transaction() as tx:
        tx.execute(text("UPDATE jobs SET status = 'dead', reason = 'Broken', settled_at = now()"))

    def replay_all() -> int:
        return len(DeadJobs(database, clock).replay_some(None, FIRST, 100))

    first, second = meet(database, replay_all, replay_all)
    assert (first.answer, second.answer) == (1, 0)
    assert second.waited is None


def test_events_that_are_being_sent_again_are_not_counted_a_second_time(database: Database) -> None:
    append(database, birth("case-1", 1), birth("case-1", 2))
    with database.transaction() as tx:
        tx.execute(text("UPDATE outbox SET published_at = created_at"))

    def send_again() -> Resent:
        with database.transaction() as tx:
            return resend(tx, EVER)

    first, second = meet(database, send_again, send_again)
    assert (first.answer.number, second.answer.number) == (2, 0)
    assert second.waited == row_of("outbox")
