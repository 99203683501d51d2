"""Two services and a broker: each rule is tried on the embedded broker and on a real RabbitMQ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from mpp.clock import FixedClock
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.port import Broker
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import Topology
from mpp.persistence.database import Database
from tests.integration.messaging.office import Hospital, Office, Subscriber, fill_hospital
from tests.support import broker as brokers
from tests.support.rabbitmq_node import RabbitNode, find_server

SERVICES = (
    Subscriber("registry", ()),
    Subscriber("permits", ("registry.#",)),
    Subscriber("gateway", ("#",)),
)


@pytest.fixture
def database(make_database: Callable[..., str]) -> Iterator[Database]:
    """The database of the service under test."""
    opened = Database(make_database("hospital", fill_hospital), name="permits", pool_size=12)
    yield opened
    opened.dispose()


@pytest.fixture
def topology() -> Topology:
    return Topology.of(SERVICES)


@pytest.fixture(params=["embedded", pytest.param("rabbitmq", marks=pytest.mark.broker)])
def broker(request: pytest.FixtureRequest, topology: Topology) -> Iterator[Broker]:
    """The broker under test, with exchanges and queues declared."""
    opened: Broker
    opened = EmbeddedBroker() if request.param == "embedded" else AmqpBroker(request.getfixturevalue("amqp_uri"))
    topology.declare(opened)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 2, 0, tzinfo=UTC))


@pytest.fixture
def office(database: Database, broker: Broker, clock: FixedClock) -> Iterator[Office]:
    """A service that publishes from its outbox and acts on events through its inbox."""
    opened = Office(database, broker, clock)
    yield opened
    opened.close()


@pytest.fixture
def hospital(database: Database, clock: FixedClock) -> Hospital:
    """An inbox fed by hand, without a broker."""
    return Hospital(database, clock)


@pytest.fixture(scope="session")
def own_node() -> Iterator[RabbitNode]:
    """A node of our own, which takes as long to start as thirty tests; a test gets it as `node`."""
    if find_server() is None:
        reason = "no rabbitmq-server on this machine of which a node of our own could run"
        pytest.fail(reason) if brokers.required_here() else pytest.skip(reason)
    opened = RabbitNode()
    opened.start()
    yield opened
    opened.stop()


@pytest.fixture
def node(own_node: RabbitNode) -> Iterator[RabbitNode]:
    """That node for one test, to kill or to starve: at work, and with nothing in it."""
    yield own_node
    own_node.start_again()
    own_node.empty()
