"""A subscriber acts once on each event (guarantee 3); the inbox is fed by hand, step by step."""

from __future__ import annotations

from datetime import timedelta

import eventlet
import pytest
from eventlet.event import Event as Signal
from sqlalchemy import text

from mpp import crashpoints
from mpp.clock import FixedClock
from mpp.crashpoints import Crash
from mpp.messaging.events.dead_letters import DeadEvents
from mpp.messaging.events.inbox import Inbox
from mpp.persistence.database import Database, DatabaseAway
from tests.integration.messaging.office import Hospital, birth, letter, rows, statuses
from tests.support.wait import until


def crash_at(point: str):
    def die(name: str) -> None:
        if name == point:
            raise Crash(name)

    return crashpoints.hook(die)


def wait_out_retries(inbox: Inbox, clock: FixedClock) -> None:
    for delay in inbox.delays:
        clock.advance(delay)
        inbox.retry_due()


def test_an_event_has_its_effect_and_is_acknowledged_after_the_commit(hospital: Hospital) -> None:
    one = letter(birth("case-1", 1))
    passed: list[tuple[str, list[str]]] = []
    with crashpoints.hook(lambda name: passed.append((name, list(one.acked)))):
        hospital.inbox().handle(one.delivery)
    assert passed == [("inbox.before_effect", []), ("inbox.before_commit", []), ("inbox.after_commit", [])]
    assert one.acked == ["ack"]
    assert hospital.effects.all() == [("case-1", 1)]


def test_a_second_copy_of_an_event_is_acknowledged_and_has_no_effect(hospital: Hospital) -> None:
    event = birth("case-1", 1)
    inbox = hospital.inbox()
    copies = [letter(event), letter(event, count=1)]
    for copy in copies:
        inbox.handle(copy.delivery)
    assert [copy.acked for copy in copies] == [["ack"], ["ack"]]
    assert hospital.effects.all() == [("case-1", 1)]


@pytest.mark.parametrize("point", ["inbox.before_effect", "inbox.before_commit", "inbox.after_commit"])
def test_dying_around_the_commit_gives_the_effect_once(hospital: Hospital, point: str) -> None:
    event = birth("case-1", 1)
    first, again = letter(event), letter(event, count=1)
    with crash_at(point), pytest.raises(Crash):
        hospital.inbox().handle(first.delivery)
    assert first.acked == []
    hospital.inbox().handle(again.delivery)
    assert hospital.effects.all() == [("case-1", 1)]
    assert again.acked == ["ack"]


@pytest.mark.parametrize("point", ["failure.before_commit", "failure.after_commit"])
def test_dying_while_a_failure_is_stored_loses_nothing(hospital: Hospital, clock: FixedClock, point: str) -> None:
    event = birth("case-1", 1)
    hospital.effects.broken.add(event.id)
    with crash_at(point), pytest.raises(Crash):
        hospital.inbox().handle(letter(event).delivery)
    inbox = hospital.inbox()
    inbox.handle(letter(event, count=1).delivery)
    assert statuses(hospital.database) == {1: "retry"}
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))
    assert inbox.retry_due() == 1
    assert hospital.effects.all() == [("case-1", 1)]


def test_a_failing_handler_leaves_no_effect_and_its_event_is_retried_until_it_is_dead(
    hospital: Hospital, clock: FixedClock
) -> None:
    event = birth("case-1", 1)
    hospital.effects.broken.add(event.id)
    inbox = hospital.inbox()
    one = letter(event)
    inbox.handle(one.delivery)
    assert one.acked == ["ack"]
    assert hospital.effects.all() == []
    for seconds in (5, 30, 300, 1800):
        clock.advance(timedelta(seconds=seconds) - timedelta(milliseconds=1))
        assert inbox.retry_due() == 0, f"{seconds} s are not over"
        clock.advance(timedelta(milliseconds=1))
        assert statuses(hospital.database) == {1: "retry"}
        assert inbox.retry_due() == 1
    assert statuses(hospital.database) == {1: "dead"}
    assert rows(hospital.database, "SELECT attempts FROM inbox")[0].attempts == 5
    clock.advance(timedelta(days=1))
    assert inbox.retry_due() == 0


def test_a_dead_letter_is_listed_shown_and_replayed_once(hospital: Hospital, clock: FixedClock) -> None:
    event = birth("case-1", 1)
    hospital.effects.broken.add(event.id)
    inbox = hospital.inbox()
    inbox.handle(letter(event).delivery)
    wait_out_retries(inbox, clock)
    letters = DeadEvents(inbox)
    (item,) = letters.list()
    assert item["type"] == "registry.birth.registered.v1"
    assert item["reason"].startswith("Broken at office.py:")
    shown = letters.show(item["id"])
    assert shown is not None
    assert shown["body"] == '{"certificate":"3515-LU-1"}'
    assert letters.replay(item["id"]) == "retry", "not repaired yet: it fails again, and is retried as a fresh event"
    wait_out_retries(inbox, clock)
    hospital.effects.broken.clear()
    assert letters.replay(item["id"]) == "done"
    assert letters.replay(item["id"]) is None, "it is not dead any more"
    assert hospital.effects.all() == [("case-1", 1)]
    assert letters.list() == []


def test_dead_letters_are_listed_in_pages(hospital: Hospital, clock: FixedClock) -> None:
    inbox = hospital.inbox()
    for number in range(5):
        inbox.handle(letter(birth(f"case-{number}", 1), body=b"\xff").delivery)
        clock.advance(timedelta(seconds=number % 2))
    letters = DeadEvents(inbox)
    seen: list[str] = []
    cursor = None
    while page := letters.list(limit=2, after=cursor):
        seen += [item["id"] for item in page]
        cursor = page[-1]["cursor"]
    assert len(seen) == len(set(seen)) == 5
    with pytest.raises(ValueError):
        letters.list(after="nonsense")


@pytest.mark.parametrize(
    ("headers", "body", "key"),
    [
        ({}, b"\xff\xfe", None),
        ({}, b"[1]", None),
        ({}, b"[" * 100_000, None),
        ({}, b'{"a": NaN}', None),
        ({"ce-id": "1"}, None, None),
        ({"ce-subject": "a\x00b"}, None, None),
        ({"ce-subject": "\ud800"}, None, None),
        ({"ce-subjectversion": "9" * 30}, None, None),
        ({"ce-subjectversion": "0"}, None, None),
        ({"ce-time": "yesterday"}, None, None),
        ({"ce-time": "2026-03-02T10:00:00"}, None, None),
        ({"ce-type": {"nested": [1]}}, None, None),
        ({"ce-specversion": "0.3"}, None, None),
        ({"ce-dataclassification": "secret"}, None, None),
        ({}, None, "registry.birth.other.v1.35"),
    ],
)
def test_what_is_no_event_is_dead_at_once_whatever_its_bytes(
    hospital: Hospital, headers: dict[str, object], body: bytes | None, key: str | None
) -> None:
    strange = [letter(birth("case-1", 1, id=ID), body=body, key=key, **headers) for _ in range(2)]
    inbox = hospital.inbox()
    for one in strange:
        inbox.handle(one.delivery)
        assert one.acked == ["ack"]
    assert [row.status for row in rows(hospital.database, "SELECT status FROM inbox")] == ["dead"]
    assert hospital.effects.all() == []


ID = "0197a3f0-0000-7000-8000-000000000001"


def test_an_undecodable_message_that_a_new_version_can_read_is_replayed_under_its_own_id(hospital: Hospital) -> None:
    event = birth("case-1", 1)
    inbox = hospital.inbox()
    inbox.handle(letter(event, body=b"{broken").delivery)
    with hospital.database.transaction() as tx:  # as if the decoder had learned it
        tx.exec_driver_sql("UPDATE inbox SET body = '{}'")
    letters = DeadEvents(inbox)
    (item,) = letters.list()
    letters.replay(item["id"])
    assert hospital.effects.all() == [("case-1", 1)]
    inbox.handle(letter(event).delivery)
    assert hospital.effects.all() == [("case-1", 1)]


def test_several_subscriptions_of_a_service_each_act_once_and_fail_alone(hospital: Hospital) -> None:
    other = hospital.effects.subscription("permits.statistics")
    inbox = hospital.inbox(hospital.effects.subscription(), other)
    event = birth("case-1", 1)
    with crash_at("inbox.after_commit"), pytest.raises(Crash):
        inbox.handle(letter(event).delivery)
    assert hospital.effects.all("permits.statistics") == [], "died between the two"
    inbox.handle(letter(event, count=1).delivery)
    assert hospital.effects.all() == hospital.effects.all("permits.statistics") == [("case-1", 1)]


def test_an_event_that_nobody_wants_is_acknowledged(hospital: Hospital) -> None:
    one = letter(birth("case-1", 1, type="registry.death.registered.v1"))
    hospital.inbox().handle(one.delivery)
    assert one.acked == ["ack"]
    assert rows(hospital.database, "SELECT 1 FROM inbox") == []


def test_two_copies_of_a_service_racing_for_one_event_act_once(hospital: Hospital) -> None:
    hospital.effects.before = lambda event: eventlet.sleep(0.02)
    events = [birth(f"case-{n % 3}", 1 + n // 3) for n in range(15)]
    copies = [hospital.inbox(hospital.effects.subscription(order="every")) for _ in range(2)]

    def consume(inbox: Inbox) -> None:
        for event in events:
            inbox.handle(letter(event).delivery)

    for greenlet in [eventlet.spawn(consume, inbox) for inbox in copies]:
        greenlet.wait()
    assert sorted(hospital.effects.all()) == sorted((e.subject, e.subjectversion) for e in events)


def test_a_retry_waits_for_a_copy_that_only_looks_at_the_row(hospital: Hospital, clock: FixedClock) -> None:
    """Who looks for what is due locks rows in passing; an attempt that was counted is made all the same."""
    event = birth("case-1", 1)
    hospital.effects.broken.add(event.id)
    inbox = hospital.inbox()
    inbox.handle(letter(event).delivery)
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))
    looking, looked = Signal(), Signal()
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"

    def look() -> None:
        with hospital.database.transaction() as tx:
            tx.execute(text("SELECT event_id FROM inbox FOR UPDATE"))
            looking.send()
            looked.wait()

    def somebody_looks(point: str) -> None:
        if point == "retry.after_claim":
            eventlet.spawn(look)
            looking.wait()

    with crashpoints.hook(somebody_looks):
        retry = eventlet.spawn(inbox.retry_due)
        until(lambda: retry.dead or rows(hospital.database, waiting)[0][0] == 1, what="the retry waits")
        looked.send()
        retry.wait()
    assert hospital.effects.all() == [("case-1", 1)]


def test_two_copies_retrying_at_once_act_once(hospital: Hospital, clock: FixedClock) -> None:
    events = [birth(f"case-{n}", 1) for n in range(10)]
    hospital.effects.broken.update(event.id for event in events)
    copies = [hospital.inbox(), hospital.inbox()]
    for event in events:
        copies[0].handle(letter(event).delivery)
    hospital.effects.broken.clear()
    hospital.effects.before = lambda event: eventlet.sleep(0.01)
    clock.advance(timedelta(seconds=5))
    for greenlet in [eventlet.spawn(inbox.retry_due) for inbox in copies]:
        greenlet.wait()
    assert sorted(hospital.effects.all()) == sorted((e.subject, 1) for e in events)


def test_a_retry_that_kills_the_process_is_counted_and_ends_dead(hospital: Hospital, clock: FixedClock) -> None:
    event = birth("case-1", 1)
    hospital.effects.broken.add(event.id)
    hospital.inbox().handle(letter(event).delivery)

    def die(_event: object) -> None:
        raise Crash("the handler took the process with it")

    hospital.effects.before = die
    for delay in hospital.inbox().delays:
        clock.advance(delay)
        with pytest.raises(Crash):
            hospital.inbox().retry_due()
    clock.advance(timedelta(minutes=30))
    assert hospital.inbox().retry_due() == 0
    assert statuses(hospital.database) == {1: "dead"}


@pytest.mark.parametrize("point", ["retry.after_claim", "retry.before_commit", "retry.after_commit"])
def test_dying_inside_a_retry_gives_the_effect_once(hospital: Hospital, clock: FixedClock, point: str) -> None:
    event = birth("case-1", 1)
    hospital.effects.broken.add(event.id)
    hospital.inbox().handle(letter(event).delivery)
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))
    with crash_at(point), pytest.raises(Crash):
        hospital.inbox().retry_due()
    clock.advance(timedelta(seconds=30))
    hospital.inbox().retry_due()
    assert hospital.effects.all() == [("case-1", 1)]
    assert statuses(hospital.database) == {1: "done"}


def test_an_event_given_out_again_and_again_is_retried_alone_from_the_inbox(
    hospital: Hospital, clock: FixedClock
) -> None:
    inbox = hospital.inbox()
    one = letter(birth("case-1", 1), count=inbox.suspect_after)
    inbox.handle(one.delivery)
    assert one.acked == ["ack"]
    assert statuses(hospital.database) == {1: "retry"}
    clock.advance(timedelta(seconds=5))
    inbox.retry_due()
    assert hospital.effects.all() == [("case-1", 1)], "an innocent neighbour of the one that kills is done"


def test_a_database_that_is_away_is_not_an_attempt(hospital: Hospital, clock: FixedClock) -> None:
    event = birth("case-1", 1)
    inbox = hospital.inbox()
    one = letter(event)

    def cut(_event: object) -> None:
        cut_connections(hospital.database)

    hospital.effects.before = cut
    with pytest.raises(DatabaseAway):
        inbox.handle(one.delivery)
    assert one.acked == []
    assert rows(hospital.database, "SELECT 1 FROM inbox") == []
    hospital.effects.before = lambda event: None
    hospital.effects.broken.add(event.id)
    inbox.handle(one.delivery)
    hospital.effects.before = cut
    clock.advance(timedelta(seconds=5))
    with pytest.raises(DatabaseAway):
        inbox.retry_due()
    hospital.effects.before = lambda event: None
    hospital.effects.broken.clear()
    assert inbox.retry_due() == 1
    assert hospital.effects.all() == [("case-1", 1)]
    assert rows(hospital.database, "SELECT attempts FROM inbox")[0].attempts == 2


def cut_connections(database: Database) -> None:
    """What a hard restart of PostgreSQL does to a transaction under way."""
    with database.engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
