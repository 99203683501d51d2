"""Several copies of a service take the same events: each is acted on once, and in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mpp.clock import FixedClock
from mpp.messaging.events import inbox_rows
from mpp.messaging.events.event import Event
from mpp.persistence.database import Database
from tests.integration.messaging.office import Hospital, birth, fill_hospital, letter, statuses
from tests.races.sessions import KEY, meet, row_of, standing

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def database(make_database: Callable[..., str]) -> Iterator[Database]:
    opened = Database(make_database("hospital", fill_hospital), name="permits")
    yield opened
    opened.dispose()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def hospital(database: Database, clock: FixedClock) -> Hospital:
    return Hospital(database, clock)


def copy_of(hospital: Hospital, order: Any = "latest") -> Callable[[Event], None]:
    """Another copy of the service: what it does with an event that reaches it."""
    inbox = hospital.inbox(hospital.effects.subscription(order=order))
    return lambda event: inbox.handle(letter(event).delivery)


def waiting_for_a_retry(hospital: Hospital, clock: FixedClock, *events: Event) -> None:
    """Each failed once; its handler is mended, and it is due again."""
    hospital.effects.broken.update(event.id for event in events)
    for event in events:
        copy_of(hospital, "any")(event)
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))


def test_an_event_given_to_two_copies_is_acted_on_once(hospital: Hospital, database: Database) -> None:
    event = birth("case-1", 1)
    _, second = meet(database, *(lambda take=copy_of(hospital, "any"): take(event) for _ in range(2)))
    assert hospital.effects.all() == [("case-1", 1)]
    assert second.waited == KEY


def test_news_that_is_overtaken_by_later_news_is_passed_over(hospital: Hospital, database: Database) -> None:
    old, new = birth("case-1", 1), birth("case-1", 2)
    _, second = meet(database, lambda: copy_of(hospital)(new), lambda: copy_of(hospital)(old))
    assert hospital.effects.all() == [("case-1", 2)]
    assert statuses(database) == {1: "ignored", 2: "done"}
    assert second.waited == KEY


@pytest.mark.parametrize("order", ["latest", "every"])
def test_two_events_of_one_version_count_as_one(hospital: Hospital, database: Database, order: str) -> None:
    copy_of(hospital, order)(birth("case-1", 1))
    one, other = birth("case-1", 2), birth("case-1", 2)
    _, second = meet(database, lambda: copy_of(hospital, order)(one), lambda: copy_of(hospital, order)(other))
    assert hospital.effects.all() == [("case-1", 1), ("case-1", 2)]
    assert second.waited in (KEY, row_of("positions"))


def test_who_hears_every_event_does_not_run_ahead_of_one_that_is_being_handled(
    hospital: Hospital, database: Database
) -> None:
    first, then = birth("case-1", 1), birth("case-1", 2)
    _, late = meet(database, lambda: copy_of(hospital, "every")(first), lambda: copy_of(hospital, "every")(then))
    assert statuses(database) == {1: "done", 2: "parked"}
    assert late.waited is None
    hospital.inbox(hospital.effects.subscription(order="every")).retry_due()
    assert hospital.effects.all() == [("case-1", 1), ("case-1", 2)]


def test_two_copies_that_look_for_what_is_due_take_different_events(
    hospital: Hospital, database: Database, clock: FixedClock
) -> None:
    waiting_for_a_retry(hospital, clock, birth("case-1", 1), birth("case-2", 1))
    one, other = (hospital.inbox(hospital.effects.subscription(order="any")) for _ in range(2))
    with standing(database, one.retry_due, commit=2) as stage:  # the first commit makes parked ones due
        second = stage.comes(other.retry_due)
        assert second.ended, "it does not wait for what the first one takes"
        assert len(hospital.effects.all()) == 1
    assert (second.waited, second.answer) == (None, 1)
    assert sorted(hospital.effects.all()) == [("case-1", 1), ("case-2", 1)]


def test_an_attempt_that_takes_longer_than_its_delay_is_not_begun_again(
    hospital: Hospital, database: Database, clock: FixedClock
) -> None:
    waiting_for_a_retry(hospital, clock, birth("case-1", 1))
    slow, other = (hospital.inbox(hospital.effects.subscription(order="any")) for _ in range(2))
    with standing(database, slow.retry_due, point="inbox.before_effect") as stage:
        clock.advance(timedelta(hours=1))
        second = stage.comes(other.retry_due)
    assert hospital.effects.all() == [("case-1", 1)]
    assert (second.waited, second.answer) == (None, 0)


def test_two_copies_with_the_same_events_in_another_order_take_them_in_one(database: Database) -> None:
    """Else each could hold an event that the other one waits for."""
    events = [birth("case-1", 1), birth("case-2", 1)]

    def add(*some: Event) -> set[str]:
        with database.transaction() as tx:
            return inbox_rows.add_done(tx, some, "permits.births", NOW)

    with standing(database, lambda: add(events[0])) as stage:
        copies = [stage.comes(lambda: add(*events)), stage.comes(lambda: add(*reversed(events)))]
        free = stage.comes(lambda: add(events[1]))
        assert free.waited is None, "the second event is in nobody's hands while they wait for the first"
    assert [one.answer for one in copies] == [set(), set()]
    assert [one.waited for one in copies] == [KEY, KEY]
