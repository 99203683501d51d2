"""The order of events about one subject (guarantee 4); between subjects nothing is promised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mpp.clock import FixedClock
from mpp.messaging.events.dead_letters import DeadEvents
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.subscription import Subscription
from mpp.persistence.restores import STEP
from tests.integration.messaging.office import Hospital, birth, letter, statuses


@pytest.fixture
def every(hospital: Hospital) -> Inbox:
    return hospital.inbox(hospital.effects.subscription(order="every"))


def take(inbox: Inbox, *versions: int, subject: str = "case-1") -> None:
    for version in versions:
        one = letter(birth(subject, version))
        inbox.handle(one.delivery)
        assert one.acked == ["ack"]


def test_latest_ignores_what_is_not_newer(hospital: Hospital) -> None:
    take(hospital.inbox(), 2, 1, 5, 3)
    assert hospital.effects.all() == [("case-1", 2), ("case-1", 5)]
    assert statuses(hospital.database) == {1: "ignored", 2: "done", 3: "ignored", 5: "done"}


def test_latest_ignores_another_event_of_the_version_that_it_has(hospital: Hospital) -> None:
    inbox = hospital.inbox()
    take(inbox, 1, 2)
    take(inbox, 2)
    assert hospital.effects.all() == [("case-1", 1), ("case-1", 2)]


def test_latest_ignores_a_retry_that_has_been_overtaken(hospital: Hospital, clock: FixedClock) -> None:
    inbox = hospital.inbox()
    slow = birth("case-1", 1)
    hospital.effects.broken.add(slow.id)
    inbox.handle(letter(slow).delivery)
    take(inbox, 2)
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))
    inbox.retry_due()
    assert hospital.effects.all() == [("case-1", 2)]
    assert statuses(hospital.database)[1] == "ignored"


def test_every_parks_behind_a_gap_and_goes_on_when_it_is_filled(hospital: Hospital, every: Inbox) -> None:
    take(every, 1, 3, 4)
    assert statuses(hospital.database) == {1: "done", 3: "parked", 4: "parked"}
    take(every, 2)
    while every.retry_due():
        pass
    assert hospital.effects.all() == [("case-1", version) for version in (1, 2, 3, 4)]


def test_every_goes_on_with_a_producer_that_was_restored_and_has_a_gap_behind_it(
    hospital: Hospital, every: Inbox, clock: FixedClock
) -> None:
    take(every, 1, 2)
    take(every, STEP + 3, STEP + 2, STEP + 4)
    assert statuses(hospital.database)[STEP + 2] == "parked", "an earlier one may be on its way"
    clock.advance(timedelta(seconds=5))
    while every.retry_due():
        pass
    assert hospital.effects.all() == [("case-1", version) for version in (1, 2, STEP + 2, STEP + 3, STEP + 4)]
    take(every, STEP + 6)
    clock.advance(timedelta(seconds=5))
    while every.retry_due():
        pass
    assert statuses(hospital.database)[STEP + 6] == "parked", "within what it goes on with a gap is a gap"


def test_every_parks_the_successors_of_an_event_that_failed(
    hospital: Hospital, every: Inbox, clock: FixedClock
) -> None:
    first = birth("case-1", 1)
    hospital.effects.broken.add(first.id)
    every.handle(letter(first).delivery)
    take(every, 2, 3)
    assert statuses(hospital.database) == {1: "retry", 2: "parked", 3: "parked"}
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))
    while every.retry_due():
        pass
    assert hospital.effects.all() == [("case-1", version) for version in (1, 2, 3)]


def test_every_waits_for_a_dead_predecessor_until_it_is_replayed(
    hospital: Hospital, every: Inbox, clock: FixedClock
) -> None:
    poison = birth("case-1", 2)
    hospital.effects.broken.add(poison.id)
    take(every, 1)
    every.handle(letter(poison).delivery)
    take(every, 3)
    take(every, 1, subject="case-2")
    for delay in every.delays:
        clock.advance(delay)
        every.retry_due()
    clock.advance(timedelta(days=3))
    every.retry_due()
    assert statuses(hospital.database)[2] == "dead"
    assert statuses(hospital.database)[3] == "parked"
    assert hospital.effects.all() == [("case-1", 1), ("case-2", 1)], "other subjects are not held up"
    (item,) = DeadEvents(every).list()
    assert item["waiting"] == 1
    hospital.effects.broken.clear()
    assert DeadEvents(every).replay(item["id"]) == "done"
    every.retry_due()
    assert [v for s, v in hospital.effects.all() if s == "case-1"] == [1, 2, 3]


def test_every_starts_at_the_first_version_it_sees_after_a_little_patience(
    hospital: Hospital, every: Inbox, clock: FixedClock
) -> None:
    take(every, 7, 8)
    assert hospital.effects.all() == [], "an earlier one may be in the hands of another copy"
    clock.advance(timedelta(seconds=5))
    while every.retry_due():
        pass
    assert hospital.effects.all() == [("case-1", 7), ("case-1", 8)]


def test_every_does_not_lose_the_first_event_when_the_second_comes_before_it(hospital: Hospital, every: Inbox) -> None:
    take(every, 2, 1)
    while every.retry_due():
        pass
    assert hospital.effects.all() == [("case-1", 1), ("case-1", 2)]


def test_every_does_not_start_behind_a_dead_first_event(hospital: Hospital, every: Inbox, clock: FixedClock) -> None:
    every.drain(letter(birth("case-1", 1)).delivery)
    take(every, 2)
    clock.advance(timedelta(days=1))
    every.retry_due()
    assert statuses(hospital.database) == {1: "dead", 2: "parked"}
    (item,) = DeadEvents(every).list()
    DeadEvents(every).replay(item["id"])
    every.retry_due()
    assert hospital.effects.all() == [("case-1", 1), ("case-1", 2)]


def test_every_must_bind_all_events_of_its_entity() -> None:
    with pytest.raises(ValueError, match="all events"):
        Subscription("x", ("registry.birth.registered.v1",), "every", lambda tx, event: None)
    Subscription("x", ("registry.birth.*.v1", "registry.death.#"), "every", lambda tx, event: None)


def test_any_acts_on_each_event_once_in_whatever_order(hospital: Hospital) -> None:
    inbox = hospital.inbox(hospital.effects.subscription(order="any"))
    take(inbox, 3, 1, 2)
    twin = birth("case-1", 3, type="registry.birth.registered.v2")
    for _ in range(2):
        inbox.handle(letter(twin).delivery)
    assert hospital.effects.all() == [("case-1", version) for version in (3, 1, 2, 3)]
