"""Whatever is published bears the name of its publisher, on both brokers."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker, CallDelivery, Consumer, Delivery, Outgoing, PublishResult
from mpp.messaging.brokers.rabbitmq_link import connect, open_channel
from mpp.messaging.brokers.topology import EVENTS, Topology, events_queue
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.messaging.calls.server import RpcServer
from mpp.persistence.deadline import Deadline
from tests.integration.messaging.office import birth
from tests.support.wait import until


@pytest.fixture
def account(broker: Broker, request: pytest.FixtureRequest) -> str:
    """The name that what `registry` publishes must bear: its own, and on RabbitMQ that of the account."""
    embedded = isinstance(broker, EmbeddedBroker)
    return "registry" if embedded else urlsplit(request.getfixturevalue("amqp_uri")).username or "guest"


def outgoing(subject: str) -> Outgoing:
    event = birth(subject, 1)
    headers, body = event.to_message()
    return Outgoing(EVENTS, event.routing_key, headers, body, event.id)


def listen(broker: Broker, queue: str, got: list[Delivery]) -> Consumer:
    def take(deliveries: list[Delivery]) -> None:
        got.extend(deliveries)
        deliveries[-1].ack_through()

    return broker.consume(queue, 10, take)  # type: ignore[arg-type]


def test_an_event_says_who_published_it(broker: Broker, account: str) -> None:
    got: list[Delivery] = []
    consumers = [listen(broker, events_queue(service), got) for service in ("permits", "gateway")]
    assert broker.speaking_as("registry").publish_batch([outgoing("case-1")]) == [PublishResult.CONFIRMED]
    until(lambda: len(got) == 2)
    assert [delivery.publisher for delivery in got] == [account, account]
    for consumer in consumers:
        consumer.stop()


def test_a_call_and_its_answer_say_who_sent_them(broker: Broker, account: str) -> None:
    got: list[CallDelivery] = []

    def answer(delivery: CallDelivery) -> None:
        got.append(delivery)
        delivery.take()
        delivery.answer(b"{}")

    consumer = broker.speaking_as("permits").serve("permits", 1, answer)
    until(lambda: consumer.attached)
    answered = broker.speaking_as("registry").call("permits", b"{}", {}, "call-1", 5.0)
    assert (got[0].publisher, got[0].to_caller) == (account, True)
    assert answered.publisher == ("permits" if isinstance(broker, EmbeddedBroker) else account)
    consumer.stop()


def test_an_answer_of_another_than_the_service_is_none(broker: Broker) -> None:
    """Another account that has guessed which call is under way; where all share one nobody can tell."""
    if not isinstance(broker, EmbeddedBroker):
        broker._speaker = "registry"  # type: ignore[attr-defined]  # as if the account were a service's own
    server = RpcServer(broker.speaking_as("complaints"), "permits", lambda payload, call: {"pong": True})
    server.start()
    until(lambda: server.attached)
    with pytest.raises(ServiceUnavailable) as raised:
        RpcClient(broker.speaking_as("gateway")).call("permits", "ping", {}, Deadline.after(5), "c-1")
    assert raised.value.reason == "foreign"
    server.stop()


@pytest.mark.broker
def test_rabbitmq_refuses_a_name_that_is_not_the_account_s(amqp_uri: str, topology: Topology) -> None:
    from amqp.exceptions import PreconditionFailed

    from mpp.messaging.brokers.rabbitmq import AmqpBroker

    topology.declare(AmqpBroker(amqp_uri))
    connection = connect(amqp_uri, "test")
    channel = open_channel(connection)
    for exchange in (EVENTS, ""):  # the default exchange asks the same
        message = py_amqp.message(b"{}", user_id="civil_registry")
        channel.basic_publish(message, exchange, events_queue("permits"))  # type: ignore[attr-defined]
        with pytest.raises(PreconditionFailed):
            while True:
                connection.drain_events()
        channel = open_channel(connection)
    connection.close()
