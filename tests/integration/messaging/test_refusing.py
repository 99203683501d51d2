"""A partner's queue that refuses what it has no room for: it harms nobody but itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import eventlet
import kombu
import pytest
from structlog.testing import capture_logs

from mpp.clock import FixedClock
from mpp.messaging import metrics
from mpp.messaging.brokers.management import Management
from mpp.messaging.brokers.port import Broker, Outgoing, PublishResult
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import EVENTS, OWN, Topology
from mpp.messaging.events.relay import Relay
from mpp.operations.checking.partner_queues import PartnerQueues
from mpp.persistence.database import Database
from tests.integration.messaging.office import Office, append, birth, rows, unpublished
from tests.support.broker import Vhost
from tests.support.wait import until

FULL, OTHER = "partner.bpjs.full", "partner.kpu.all"
BIRTHS = 40


@pytest.fixture
def rabbit(amqp_uri: str, topology: Topology) -> Iterator[AmqpBroker]:
    broker = AmqpBroker(amqp_uri)
    topology.declare(broker)
    yield broker
    broker.close()


@pytest.fixture
def office(rabbit: AmqpBroker, database: Database, clock: FixedClock) -> Iterator[Office]:
    opened = Office(database, rabbit, clock)
    yield opened
    opened.close()


def bind(uri: str, name: str, **arguments: object) -> None:
    """A partner's queue for everything."""
    with kombu.Connection(uri) as connection:
        exchange = kombu.Exchange(EVENTS, no_declare=True)
        kombu.Queue(name, exchange, "#", channel=connection.default_channel, queue_arguments=arguments).declare()


def taken(uri: str, name: str) -> Counter[str]:
    """How many copies of each event the queue holds; they are taken out."""
    found: Counter[str] = Counter()
    with kombu.Connection(uri) as connection:
        queue = kombu.Queue(name, channel=connection.default_channel)
        while (message := queue.get(no_ack=True)) is not None:
            found[str(message.headers["ce-id"])] += 1
    return found


@pytest.mark.broker
def test_a_queue_that_refuses_holds_up_nobody_and_floods_nobody(office: Office, amqp_uri: str, vhost: Vhost) -> None:
    bind(amqp_uri, FULL, **{"x-max-length": 1, "x-overflow": "reject-publish"})
    bind(amqp_uri, OTHER)
    office.inbox(office.effects.subscription(order="every"))
    office.feed()
    metrics.events_refused.clear()
    looked: list[int] = []

    def look() -> list[str]:
        looked.append(1)
        if vhost.broker.api is None:
            return [FULL]
        until(lambda: [queue for queue in Management(vhost.broker.api, vhost.name).bound_queues() if queue.full])
        return [queue.name for queue in Management(vhost.broker.api, vhost.name).bound_queues() if queue.refuses]

    events = [birth(f"case-{n % 8}", 1 + n // 8) for n in range(BIRTHS)]
    append(office.database, *events)
    with capture_logs() as logs:
        office.run(Relay(office.database, office.broker, office.clock, refusing=look))
        until(lambda: unpublished(office.database) == 0, moves=lambda: unpublished(office.database))
        until(lambda: len(office.effects.all()) == BIRTHS, moves=lambda: len(office.effects.all()))
        until(lambda: refused(FULL) == BIRTHS - 1, moves=lambda: refused(FULL))
    assert taken(amqp_uri, OTHER) == {event.id: 1 for event in events}, "each once"
    assert len(taken(amqp_uri, FULL)) == 1
    (told,) = [line for line in logs if line["event"] == "relay.refused"]
    assert told["queues"] == [FULL]
    assert len(looked) == 1


def refused(queue: str) -> int:
    return int(metrics.events_refused.labels("permits", queue)._value.get())


@pytest.mark.broker
def test_the_doctor_names_who_refuses_and_who_would(amqp_uri: str, vhost: Vhost, rabbit: AmqpBroker) -> None:
    if vhost.broker.api is None:
        pytest.skip("MPP_TEST_AMQP_URI has no management API")
    management = Management(vhost.broker.api, vhost.name)
    bind(amqp_uri, OTHER)
    assert PartnerQueues.look(management).would_refuse is None
    bind(amqp_uri, FULL, **{"x-max-length": 1, "x-overflow": "reject-publish"})
    assert f"would refuse when full: {FULL};" in str(PartnerQueues.look(management).would_refuse)
    assert PartnerQueues.look(management).refusing is None
    event = birth("case-1", 1)
    rabbit.publish_batch([Outgoing(EVENTS, event.routing_key, *event.to_message(), event.id)])
    until(lambda: f"refusing events: {FULL};" in str(PartnerQueues.look(management).refusing))


class Refusing(Broker):
    """A broker of which queues refuse: some of partners', or the mall's own."""

    def __init__(self, *exchanges: str) -> None:
        self.refuses = set(exchanges)
        self.sent: Counter[str] = Counter()

    @property
    def speaker(self) -> str | None:
        return None

    @property
    def alarm(self) -> bool:
        return False

    def speaking_as(self, service: str) -> Broker:
        return self

    def publish_batch(self, batch: object, timeout: float = 5.0) -> list[PublishResult]:
        outcomes = []
        for message in batch:  # type: ignore[attr-defined]
            self.sent[message.message_id] += 1
            to_refuse = message.headers["ce-subject"] == "case-1" and message.exchange in self.refuses
            outcomes.append(PublishResult.REFUSED if to_refuse else PublishResult.CONFIRMED)
        return outcomes

    consume = call = serve = declare = missing = connected = close = None  # type: ignore[assignment]


def test_what_the_malls_own_queues_refuse_waits_with_its_subject_longer_each_time(
    database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = [1000.0]
    monkeypatch.setattr("mpp.messaging.events.held_back.time.monotonic", lambda: moment[0])
    broker = Refusing(EVENTS, OWN)
    relay = Relay(database, broker, clock)
    append(database, birth("case-1", 1), birth("case-1", 2), birth("case-2", 1))
    assert relay.run_once() == 1, "the others go on"
    append(database, birth("case-1", 3), birth("case-2", 2))
    assert relay.run_once() == 1
    for _ in range(24 * 60):  # a day, looked at each minute
        moment[0] += 60
        relay.run_once()
    assert max(broker.sent.values()) <= 2 * 52, "once in half an hour, to the mall's own and to all"
    assert metrics.outbox_refused.labels("permits")._value.get() == 1
    broker.refuses.clear()
    moment[0] += 1800
    assert relay.run_once() == 3
    assert unpublished(database) == 0
    assert metrics.outbox_refused.labels("permits")._value.get() == 0
    order = [row.subject_version for row in rows(database, "SELECT subject_version FROM outbox ORDER BY id")]
    assert order == [1, 2, 1, 3, 2]


def test_what_only_partners_refuse_goes_to_the_malls_own_at_once(database: Database, clock: FixedClock) -> None:
    broker = Refusing(EVENTS)
    relay = Relay(database, broker, clock)
    append(database, birth("case-1", 1), birth("case-1", 2))
    assert relay.run_once() == 2
    eventlet.sleep(0)
    assert set(broker.sent.values()) == {2}
    assert unpublished(database) == 0
