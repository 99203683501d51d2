"""A database that answers and cannot write: what waits is held as long as it takes, not counted and not buried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import eventlet
import pytest

from mpp.clock import FixedClock
from mpp.messaging.brokers.port import Broker, Delivery, Outgoing, PublishResult
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import DELIVERY_LIMIT, EVENTS, Topology
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.inbox_runner import InboxRunner
from mpp.persistence.database import Database, DatabaseAway
from tests.integration.messaging.office import Effects, Hospital, Office, birth, letter, rows, statuses
from tests.support.outages import no_room, read_only
from tests.support.postgres import TestPostgres
from tests.support.rabbitmq_node import RabbitNode, find_server
from tests.support.wait import until

WAITING = 36
MORE_THAN_THE_LIMIT = DELIVERY_LIMIT + 5  # attempts after which a broker that counts them would have buried the event


class Watched(Inbox):
    """An inbox that remembers how often it tried, and how often the broker said it had given out an event before."""

    tries = given_out = 0

    def take(self, deliveries: Sequence[Delivery]) -> None:
        self.tries += 1
        self.given_out = max([self.given_out, *(delivery.delivery_count for delivery in deliveries)])
        super().take(deliveries)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpp.messaging.events.inbox_runner.LONGEST_WAIT", 0.05)


@pytest.fixture
def ends() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def publish(broker: Broker, events: Sequence[Event]) -> None:
    """Into the queues; the embedded broker confirms it when they are empty again."""
    batch = [Outgoing(EVENTS, event.routing_key, *event.to_message(), event.id) for event in events]
    eventlet.spawn(broker.publish_batch, batch)


def settled(database: Database) -> list[tuple[str, int, int]]:
    """How many events have which status after how many attempts; nothing while sessions of before are being ended."""
    try:
        return [tuple(row) for row in rows(database, "SELECT status, attempts, count(*) FROM inbox GROUP BY 1, 2")]
    except DatabaseAway:
        return []


def watched(effects: Effects, clock: FixedClock, broker: Broker, held: float = 300.0) -> tuple[Watched, InboxRunner]:
    inbox = Watched(effects.database, "permits", (effects.subscription(order="every"),), clock)
    return inbox, InboxRunner(inbox, broker, poll=0.05, held=held)


@pytest.mark.parametrize("held", [300.0, 0.05], ids=["in hand", "let go"])
def test_no_event_is_buried_while_the_database_is_read_only(
    office: Office, clock: FixedClock, postgres_server: TestPostgres, ends: ExitStack, held: float
) -> None:
    inbox, runner = watched(office.effects, clock, office.broker, held)
    with read_only(postgres_server, office.database):
        publish(office.broker, [birth("case-1", version) for version in range(1, WAITING + 1)])
        runner.start()
        ends.callback(runner.kill)
        until(lambda: runner.paused and inbox.tries > MORE_THAN_THE_LIMIT, moves=lambda: inbox.tries)
        assert not runner.attached, "readiness says so"
    until(lambda: settled(office.database) == [("done", 1, WAITING)], moves=lambda: inbox.tries)
    assert office.effects.all() == [("case-1", version) for version in range(1, WAITING + 1)], "each once, in order"
    until(lambda: runner.attached)
    assert inbox.given_out <= 1, "not counted once for each attempt"


@pytest.mark.parametrize("code", ["53100", "53200", "58030"])
def test_an_event_that_finds_no_room_is_held_though_smaller_things_find_some(
    office: Office, clock: FixedClock, postgres_server: TestPostgres, ends: ExitStack, code: str
) -> None:
    inbox, runner = watched(office.effects, clock, office.broker)
    with no_room(postgres_server, office.database, "inbox", code):
        publish(office.broker, [birth("case-1", version) for version in range(1, 4)])
        runner.start()
        ends.callback(runner.kill)
        until(lambda: runner.paused and inbox.tries > MORE_THAN_THE_LIMIT, moves=lambda: inbox.tries)
    until(lambda: settled(office.database) == [("done", 1, 3)])
    assert inbox.given_out == 0


def test_a_retry_that_finds_no_room_does_not_count(
    hospital: Hospital, clock: FixedClock, postgres_server: TestPostgres
) -> None:
    event, inbox = birth("case-1", 1), hospital.inbox()
    hospital.effects.broken.add(event.id)
    inbox.handle(letter(event).delivery)
    hospital.effects.broken.clear()
    with no_room(postgres_server, hospital.database, "effects"):
        for _ in range(2 * len(inbox.delays)):
            clock.advance(inbox.delays[-1])
            with pytest.raises(DatabaseAway):
                inbox.retry_due()
    assert statuses(hospital.database) == {1: "retry"}
    inbox.retry_due()
    assert hospital.effects.all() == [("case-1", 1)]


@pytest.mark.parametrize("what", ["an event", "no event", "a dead letter of the broker"])
def test_a_failure_that_cannot_be_stored_is_held(hospital: Hospital, postgres_server: TestPostgres, what: str) -> None:
    """Whatever the reason: here the table itself is gone for a while, as after half a restore."""
    event, inbox = birth("case-1", 1), hospital.inbox()
    one = letter(event, body=b"\xff" if what == "no event" else None)
    hospital.effects.broken.add(event.id)
    step: Callable[[Delivery], None] = inbox.drain if what.startswith("a dead letter") else inbox.handle
    (name,) = rows(hospital.database, "SELECT current_database()")[0]
    postgres_server.execute("ALTER TABLE inbox RENAME TO elsewhere", database=name)
    with pytest.raises(DatabaseAway):
        step(one.delivery)
    postgres_server.execute("ALTER TABLE elsewhere RENAME TO inbox", database=name)
    assert one.acked == []
    step(one.delivery)
    assert one.acked == ["ack"]
    assert statuses(hospital.database) == {1 if what != "no event" else None: "retry" if what == "an event" else "dead"}


@pytest.mark.broker
def test_the_delivery_limit_is_not_reached_however_long_it_lasts(
    database: Database, clock: FixedClock, postgres_server: TestPostgres, ends: ExitStack
) -> None:
    """RabbitMQ takes back what was in hand for half an hour (here: half a second), and counts it every time."""
    if find_server() is None:
        pytest.skip("no rabbitmq-server on this machine whose time-out could be shortened")
    node = RabbitNode(consumer_timeout=500, channel_tick_interval=50)
    ends.callback(node.stop)
    node.start()
    broker = AmqpBroker(node.amqp_uri)
    ends.callback(broker.close)
    from tests.integration.messaging.conftest import SERVICES

    Topology.of(SERVICES).declare(broker)
    assert set(broker.publish_batch([_outgoing(birth("case-1", v)) for v in range(1, WAITING + 1)])) == {
        PublishResult.CONFIRMED
    }
    inbox, runner = watched(Effects(database), clock, broker, held=0.1)
    with read_only(postgres_server, database):
        runner.start()
        ends.callback(runner.kill)
        until(lambda: inbox.tries > 5 * MORE_THAN_THE_LIMIT, moves=lambda: inbox.tries)
    until(lambda: settled(database) == [("done", 1, WAITING)])
    until(lambda: runner.attached)
    assert inbox.given_out <= 2


def _outgoing(event: Event) -> Outgoing:
    return Outgoing(EVENTS, event.routing_key, *event.to_message(), event.id)
