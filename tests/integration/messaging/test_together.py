"""Events that come together are settled together, and not one promise of the inbox is weaker for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import Connection, text

from mpp import crashpoints
from mpp.clock import FixedClock
from mpp.crashpoints import Crash
from mpp.messaging.brokers.port import Broker, Delivery, Outgoing, PublishResult
from mpp.messaging.brokers.topology import EVENTS, events_queue
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.subscription import Subscription
from mpp.persistence.database import Database, DatabaseAway
from tests.integration.messaging.office import Hospital, Letter, Office, append, birth, letter, rows, unpublished
from tests.integration.messaging.test_inbox import crash_at, cut_connections
from tests.support.wait import until


@pytest.fixture
def inbox(hospital: Hospital) -> Inbox:
    return hospital.inbox(hospital.effects.subscription(order="any", together=True))


def births(number: int, first: int = 1) -> list[Event]:
    return [birth(f"case-{n}", 1) for n in range(first, first + number)]


def deliver(inbox: Inbox, *letters: Letter) -> None:
    inbox.take([one.delivery for one in letters])


def by_status(database: Database) -> dict[str, int]:
    found = rows(database, "SELECT status, count(*) AS n FROM inbox GROUP BY status")
    return {row.status: row.n for row in found}


def transactions(inbox: Inbox, step: Callable[[], None]) -> int:
    """How many times the step committed an inbox row."""
    passed: list[str] = []
    with crashpoints.hook(passed.append):
        step()
    return passed.count("inbox.after_commit")


def test_events_that_come_together_are_one_transaction_and_one_acknowledgement(
    hospital: Hospital, inbox: Inbox
) -> None:
    events = births(5)
    letters = [letter(event) for event in events]
    assert transactions(inbox, lambda: deliver(inbox, *letters)) == 1
    assert [one.acked for one in letters] == [[], [], [], [], ["ack_through"]]
    assert hospital.effects.runs == [[event.id for event in events]], "in the order in which they came"
    assert len(hospital.effects.all()) == 5
    assert by_status(hospital.database) == {"done": 5}


def test_they_are_acknowledged_after_the_commit(hospital: Hospital, inbox: Inbox) -> None:
    letters = [letter(event) for event in births(2)]
    passed: list[tuple[str, list[str]]] = []
    with crashpoints.hook(lambda name: passed.append((name, list(letters[-1].acked)))):
        deliver(inbox, *letters)
    assert passed == [("inbox.before_effect", []), ("inbox.before_commit", []), ("inbox.after_commit", [])]


def test_a_copy_within_a_run_and_one_of_an_earlier_run_have_no_effect(hospital: Hospital, inbox: Inbox) -> None:
    one, two, three = births(3)
    deliver(inbox, letter(one), letter(two), letter(one))
    deliver(inbox, letter(two), letter(three), letter(one))
    deliver(inbox, letter(two), letter(one))
    assert sorted(hospital.effects.all()) == [("case-1", 1), ("case-2", 1), ("case-3", 1)]


def test_an_event_that_fails_takes_no_neighbour_down(hospital: Hospital, inbox: Inbox, clock: FixedClock) -> None:
    events = births(4)
    hospital.effects.broken.add(events[1].id)
    letters = [letter(event) for event in events]
    deliver(inbox, *letters)
    assert letters[-1].acked == ["ack_through"], "the failed one is stored, so it may go"
    assert hospital.effects.all() == [("case-1", 1), ("case-3", 1), ("case-4", 1)]
    assert by_status(hospital.database) == {"done": 3, "retry": 1}
    hospital.effects.broken.clear()
    clock.advance(timedelta(seconds=5))
    assert inbox.retry_due() == 1
    assert sorted(hospital.effects.all()) == [(f"case-{n}", 1) for n in range(1, 5)]
    assert by_status(hospital.database) == {"done": 4}


def test_what_the_database_refuses_of_one_event_takes_no_neighbour_down(hospital: Hospital) -> None:
    """A statement that fails spoils the whole transaction."""

    def keep(tx: Connection, events: list[Event] | tuple[Event, ...]) -> None:
        for event in events:
            tx.execute(text("INSERT INTO effects (subscription, version) VALUES ('x', :v)"), {"v": event.data["v"]})

    subscription = Subscription("x", ("#",), "any", lambda tx, event: keep(tx, [event]), keep)
    inbox = hospital.inbox(subscription)
    deliver(inbox, *(letter(birth(f"case-{n}", 1, data={"v": v})) for n, v in enumerate([1, 10**12, 3])))
    found = rows(hospital.database, "SELECT version FROM effects ORDER BY version")
    assert [row.version for row in found] == [1, 3]
    assert by_status(hospital.database) == {"done": 2, "retry": 1}


def test_what_is_no_event_is_dead_at_once_and_its_neighbours_go_on(hospital: Hospital, inbox: Inbox) -> None:
    garbled = letter(birth("case-9", 1), body=b"\xff")
    letters = [*map(letter, births(2)), garbled, *map(letter, births(2, first=3))]
    deliver(inbox, *letters)
    assert [len(run) for run in hospital.effects.runs] == [2, 2]
    assert [one.acked for one in letters] == [[], ["ack_through"], ["ack"], [], ["ack_through"]]
    assert by_status(hospital.database) == {"done": 4, "dead": 1}


def test_what_was_given_out_before_goes_alone_for_it_may_be_what_killed_the_process(
    hospital: Hospital, inbox: Inbox
) -> None:
    events = births(4)
    again = [letter(event, count=1) for event in events[:3]]
    deliver(inbox, *again, letter(events[3]))
    assert hospital.effects.runs == []
    assert [one.acked for one in again] == [["ack"]] * 3
    assert len(hospital.effects.all()) == 4


def test_one_that_is_suspected_of_killing_is_stored_for_a_retry_beside_its_neighbours(
    hospital: Hospital, inbox: Inbox
) -> None:
    suspect = letter(birth("case-9", 1), count=inbox.suspect_after)
    deliver(inbox, *map(letter, births(2)), suspect)
    assert by_status(hospital.database) == {"done": 2, "retry": 1}
    assert suspect.acked == ["ack"]


@pytest.mark.parametrize("point", ["inbox.before_effect", "inbox.before_commit", "inbox.after_commit"])
def test_dying_around_the_commit_gives_each_effect_once(hospital: Hospital, inbox: Inbox, point: str) -> None:
    events = births(3)
    letters = [letter(event) for event in events]
    with crash_at(point), pytest.raises(Crash):
        deliver(inbox, *letters)
    assert [one.acked for one in letters] == [[], [], []]
    deliver(inbox, *(letter(event, count=1) for event in events))
    assert hospital.effects.all() == [("case-1", 1), ("case-2", 1), ("case-3", 1)]


def test_a_database_that_goes_away_leaves_all_unacknowledged_and_is_no_attempt(
    hospital: Hospital, inbox: Inbox
) -> None:
    letters = [letter(event) for event in births(3)]
    hospital.effects.before = lambda event: cut_connections(hospital.database)
    with pytest.raises(DatabaseAway):
        deliver(inbox, *letters)
    assert [one.acked for one in letters] == [[], [], []]
    assert rows(hospital.database, "SELECT 1 FROM inbox") == []
    hospital.effects.before = lambda event: None
    deliver(inbox, *letters)
    assert len(hospital.effects.all()) == 3
    assert {row.attempts for row in rows(hospital.database, "SELECT attempts FROM inbox")} == {1}


def test_a_database_that_goes_away_while_a_run_is_taken_apart_does_nothing_twice(
    hospital: Hospital, inbox: Inbox
) -> None:
    events = births(3)
    hospital.effects.broken.add(events[1].id)
    seen: list[str] = []

    def cut_at_the_last(event: Event) -> None:
        seen.append(event.id)
        if event.id == events[2].id:
            cut_connections(hospital.database)

    hospital.effects.before = cut_at_the_last
    letters = [letter(event) for event in events]
    with pytest.raises(DatabaseAway):
        deliver(inbox, *letters)
    assert [one.acked for one in letters] == [[], [], []]
    hospital.effects.before = lambda event: None
    deliver(inbox, *letters)
    assert hospital.effects.all() == [("case-1", 1), ("case-3", 1)]
    assert by_status(hospital.database) == {"done": 2, "retry": 1}


def test_a_subscription_that_takes_one_at_a_time_keeps_its_order_beside_one_that_takes_many(hospital: Hospital) -> None:
    every = hospital.effects.subscription("permits.every", order="every", types=("registry.birth.#",))
    feed = hospital.effects.subscription("permits.feed", order="any", types=("#",), together=True)
    inbox = hospital.inbox(every, feed)
    deaths = [birth(f"case-{n}", 1, type="registry.death.registered.v1") for n in (8, 9)]
    events = [birth("case-1", 1), birth("case-1", 2), *deaths]
    letters = [letter(event) for event in events]
    deliver(inbox, *letters)
    assert hospital.effects.all("permits.every") == [("case-1", 1), ("case-1", 2)]
    assert hospital.effects.all("permits.feed") == [("case-1", 1), ("case-1", 2), ("case-8", 1), ("case-9", 1)]
    assert hospital.effects.runs == [[event.id for event in deaths]]


def test_two_subscriptions_that_take_many_fail_alone(hospital: Hospital) -> None:
    two = [hospital.effects.subscription(name, order="any", together=True) for name in ("one", "two")]
    inbox = hospital.inbox(*two)
    events = births(3)
    hospital.effects.broken.add(events[0].id)
    deliver(inbox, *map(letter, events))
    assert hospital.effects.all("one") == hospital.effects.all("two") == [("case-2", 1), ("case-3", 1)]
    assert by_status(hospital.database) == {"done": 4, "retry": 2}


def test_two_copies_that_are_given_the_same_events_crosswise_act_once(hospital: Hospital) -> None:
    hospital.effects.before = lambda event: eventlet.sleep(0.005)
    copies = [hospital.inbox(hospital.effects.subscription(order="any", together=True)) for _ in range(2)]
    events = births(8)
    given = [events, events[::-1]]

    def consume(number: int) -> None:
        deliver(copies[number], *map(letter, given[number]))

    for greenlet in [eventlet.spawn(consume, number) for number in range(2)]:
        greenlet.wait()
    assert sorted(hospital.effects.all()) == sorted((event.subject, 1) for event in events)
    assert by_status(hospital.database) == {"done": 8}


def test_only_who_asks_for_no_order_may_take_many(hospital: Hospital) -> None:
    with pytest.raises(ValueError, match="one event at a time"):
        hospital.effects.subscription(order="latest", together=True)


# -- through a broker ----------------------------------------------------------------------------------------------


def outgoing(event: Event) -> Outgoing:
    headers, body = event.to_message()
    return Outgoing(EVENTS, event.routing_key, headers, body, event.id)


def test_a_broker_gives_what_has_come_and_waits_for_nothing(broker: Broker) -> None:
    taken: list[int] = []
    gate = eventlet.event.Event()

    def take(deliveries: list[Delivery]) -> None:
        taken.append(len(deliveries))
        gate.wait()
        deliveries[-1].ack_through()
        deliveries[0].ack()  # settling twice does nothing

    consumer = broker.consume(events_queue("permits"), 4, take)
    feed = broker.consume(events_queue("gateway"), 50, lambda some: some[-1].ack_through())
    sending = eventlet.spawn(broker.publish_batch, [outgoing(event) for event in births(1)])
    until(lambda: taken == [1], what="a single event, at once")
    more = births(9, first=2)
    sending_more = eventlet.spawn(lambda: sending.wait() and broker.publish_batch([outgoing(event) for event in more]))
    gate.send(None)
    assert set(sending.wait() + sending_more.wait()) == {PublishResult.CONFIRMED}
    until(lambda: sum(taken) == 10)
    assert max(taken) <= 4
    assert consumer.attached, "nothing was acknowledged twice"
    consumer.stop()
    feed.stop()


def test_what_a_consumer_fails_on_comes_again_and_what_it_settled_does_not(broker: Broker) -> None:
    seen: list[str] = []
    failed: list[str] = []

    def take(deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            subject = str(delivery.headers["ce-subject"])
            if subject == "case-2" and not failed:
                failed.append(subject)
                raise ValueError
            seen.append(subject)
            delivery.ack()

    consumer = broker.consume(events_queue("permits"), 10, take)
    feed = broker.consume(events_queue("gateway"), 50, lambda some: some[-1].ack_through())
    broker.publish_batch([outgoing(event) for event in births(4)])
    until(lambda: len(seen) >= 4)
    assert sorted(seen) == ["case-1", "case-2", "case-3", "case-4"]
    consumer.stop()
    feed.stop()


def test_a_backlog_goes_through_the_inbox_in_few_transactions(office: Office, database: Database) -> None:
    append(database, *births(60))
    office.feed()
    office.inbox(office.effects.subscription(order="any", together=True))
    office.run(office.relay())
    until(lambda: len(office.effects.all()) == 60 and unpublished(database) == 0)
    assert len(office.effects.runs) < 30
    assert sorted(office.effects.all()) == sorted((f"case-{n}", 1) for n in range(1, 61))
