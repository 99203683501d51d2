"""What only RabbitMQ does: rights, delivery limit, dead-lettering, dying and coming back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit, urlunsplit

import eventlet
import pytest

from mpp.clock import FixedClock
from mpp.messaging.brokers.port import BrokerAway, Delivery, Outgoing, PublishResult, TopologyRefused
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import EVENTS, Queue, Topology, dead_queue, events_queue
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.messaging.calls.server import serve
from mpp.messaging.events import outbox
from mpp.messaging.events.dead_letters import DeadEvents
from mpp.messaging.events.inbox import Inbox
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from tests.integration.messaging.office import Effects, Office, Subscriber, append, birth, rows, unpublished
from tests.support.broker import Vhost
from tests.support.rabbitmq_node import RabbitNode
from tests.support.wait import until

pytestmark = pytest.mark.broker


@pytest.fixture
def rabbit(amqp_uri: str, topology: Topology) -> Iterator[AmqpBroker]:
    broker = AmqpBroker(amqp_uri)
    topology.declare(broker)
    yield broker
    broker.close()


def outgoing(subject: str, version: int) -> Outgoing:
    event = birth(subject, version)
    headers, body = event.to_message()
    return Outgoing(EVENTS, event.routing_key, headers, body, event.id)


def test_the_topology_is_declared_twice_without_harm_and_names_what_is_missing(
    rabbit: AmqpBroker, topology: Topology
) -> None:
    topology.declare(rabbit)
    assert topology.missing(rabbit) == []
    wider = Topology.of([Subscriber("permits", ("registry.#",)), Subscriber("letters", ("permits.#",))])
    assert wider.missing(rabbit) == ["letters.rpc", "letters.dead.v1", "letters.events.v1"]


def test_a_queue_with_other_arguments_is_refused_by_name(rabbit: AmqpBroker, topology: Topology) -> None:
    changed = Topology((), (Queue(events_queue("permits"), (EVENTS,), ("#",), {"x-queue-type": "classic"}),))
    with pytest.raises(TopologyRefused, match=r"permits\.events\.v1"):
        changed.declare(rabbit)


def test_a_broker_that_is_away_is_said_to_be_away(topology: Topology) -> None:
    with pytest.raises(BrokerAway):
        topology.missing(AmqpBroker("amqp://guest:guest@127.0.0.1:1//"))


def test_a_batch_to_a_broker_that_is_away_fails_in_time() -> None:
    broker = AmqpBroker("amqp://guest:guest@127.0.0.1:1//")
    assert broker.publish_batch([outgoing("case-1", 1)], timeout=0.2) == [PublishResult.FAILED]
    broker.close()


def test_a_service_needs_no_right_to_configure_and_only_its_own_queues(vhost: Vhost, topology: Topology) -> None:
    if vhost.broker.api is None:
        pytest.skip("MPP_TEST_AMQP_URI has no management API to make accounts with")
    admin = AmqpBroker(vhost.uri)
    topology.declare(admin)
    vhost.broker.call("PUT", "users/mpp-test-permits", {"password": "permits", "tags": ""})
    rights = {
        "configure": "^$",
        "write": r"^(mpp\.events|mpp\.rpc|amq\.default)$",
        "read": r"^permits\.(events\.v[0-9]+|dead\.v[0-9]+|rpc)$",
    }
    vhost.broker.call("PUT", f"permissions/{vhost.name}/mpp-test-permits", rights)
    parts = urlsplit(vhost.uri)
    address = f"mpp-test-permits:permits@{parts.hostname}:{parts.port}"
    service = AmqpBroker(urlunsplit(parts._replace(netloc=address)))
    assert topology.missing(service) == []
    got: list[Delivery] = []
    consumer = service.consume(events_queue("permits"), 10, lambda some: (got.extend(some), some[-1].ack())[1])
    assert service.publish_batch([outgoing("case-1", 1)]) == [PublishResult.CONFIRMED]
    until(lambda: len(got) == 1)
    server = serve(service, "permits", lambda payload, call: {"pong": call.method})
    until(lambda: server.attached)
    assert RpcClient(service).call("permits", "ping", {}, Deadline.after(5), "c") == {"pong": "ping"}
    foreign = service.consume(events_queue("gateway"), 10, lambda some: some[-1].ack())
    until(lambda: foreign.link._announced_down, what="RabbitMQ refuses it")  # type: ignore[attr-defined]
    assert not foreign.attached
    assert consumer.attached, "a consumer that is refused disturbs no other"
    with pytest.raises(TopologyRefused):
        Topology.of([Subscriber("permits", ("#",)), Subscriber("x", ("#",))]).declare(service)
    service.close()
    admin.close()
    vhost.broker.call("DELETE", "users/mpp-test-permits")


def test_a_message_given_out_up_to_the_limit_is_drained_into_the_dead_letters(
    amqp_uri: str, database: Database, clock: FixedClock
) -> None:
    """It kills the process each time before the inbox can store anything; its neighbours are unaffected."""
    broker = AmqpBroker(amqp_uri)
    Topology.of([Subscriber("permits", ("registry.#",))], delivery_limit=2).declare(broker)
    poison, fine = outgoing("poison", 1), outgoing("case-1", 1)
    effects = Effects(database)
    inbox = Inbox(database, "permits", (effects.subscription(order="every"),), clock)

    def dies(deliveries: Sequence[Delivery]) -> None:
        (delivery,) = deliveries
        if delivery.headers["ce-subject"] == "poison":
            delivery.requeue()  # what the broker sees of a consumer that dies
        else:
            inbox.handle(delivery)

    consumer = broker.consume(events_queue("permits"), 1, dies)
    assert set(broker.publish_batch([poison, fine])) == {PublishResult.CONFIRMED}
    drain = broker.consume(dead_queue("permits"), 1, lambda some: inbox.drain(some[0]))
    until(lambda: DeadEvents(inbox).list())
    (item,) = DeadEvents(inbox).list()
    assert (item["id"], item["subject"]) == (f"{poison.message_id}:permits.births", "poison")
    assert item["routing_key"] == poison.routing_key
    until(lambda: effects.all() == [("case-1", 1)])
    assert DeadEvents(inbox).replay(item["id"]) == "done"
    assert effects.all() == [("case-1", 1), ("poison", 1)]
    for one in (consumer, drain):
        one.stop()
    broker.close()


def test_a_consumer_that_loses_its_channel_gets_its_messages_again(rabbit: AmqpBroker, office: Office) -> None:
    runner = office.inbox(office.effects.subscription(order="every"))
    office.feed()
    cuts = iter(range(3))

    def cut(_event: object) -> None:
        if next(cuts, None) is not None:
            runner._consumers[events_queue("permits")].link.fail()  # type: ignore[attr-defined]

    office.effects.before = cut
    append(office.database, *(birth("case-1", version) for version in range(1, 31)))
    assert office.relay().run_once() == 30
    until(lambda: office.effects.all() == [("case-1", version) for version in range(1, 31)])


@pytest.fixture
def office(rabbit: AmqpBroker, database: Database, clock: FixedClock) -> Iterator[Office]:
    opened = Office(database, rabbit, clock)
    yield opened
    opened.close()


def test_a_broker_killed_hard_comes_back_and_nothing_is_lost(
    node: RabbitNode, topology: Topology, database: Database, clock: FixedClock
) -> None:
    broker = AmqpBroker(node.amqp_uri)
    topology.declare(broker)
    office = Office(database, broker, clock)
    office.inbox(office.effects.subscription(order="every"))
    office.feed()
    relay = office.relay()
    database.on_commit(outbox.ANNOUNCED, relay.wake)
    office.run(relay)
    server = serve(broker, "permits", lambda payload, call: {})
    until(lambda: server.attached)
    append(database, *(birth("case-1", version) for version in range(1, 11)))
    until(lambda: len(office.effects.all()) == 10)
    assert RpcClient(broker).call("permits", "ping", {}, Deadline.after(5), "c") == {}
    eventlet.sleep(2)  # RabbitMQ 3.10 writes the registry of new quorum queues only every half a second
    node.kill()
    until(lambda: not broker.connected)
    with pytest.raises(ServiceUnavailable):
        RpcClient(broker).call("permits", "ping", {}, Deadline.after(1), "c")
    append(database, *(birth("case-1", version) for version in range(11, 21)))
    assert unpublished(database) == 10, "commands go on, the outbox keeps"
    node.start()
    until(
        lambda: office.effects.all() == [("case-1", version) for version in range(1, 21)],
        moves=lambda: len(office.effects.all()),
    )
    until(lambda: unpublished(database) == 0)
    until(lambda: broker.connected)
    assert RpcClient(broker).call("permits", "ping", {}, Deadline.after(10), "c") == {}
    settled = "SELECT count(*) FROM inbox WHERE status = 'done'"
    until(lambda: rows(database, settled)[0][0] == 20)
    office.close()
    broker.close()
