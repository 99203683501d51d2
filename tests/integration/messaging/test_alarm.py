"""RabbitMQ has too little memory: it answers and takes nothing. That is said at once, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from mpp.clock import FixedClock
from mpp.hosting import broker_watch
from mpp.hosting.broker_watch import ALARM, BrokerWatch, trial_of
from mpp.hosting.definition import definitions
from mpp.jobs.loops import Supervisor
from mpp.messaging.brokers.port import CallFailed, PublishResult
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import Topology
from mpp.persistence.database import Database
from tests.integration.messaging.office import Office, append, birth, unpublished
from tests.support.broker import Vhost
from tests.support.own_accounts import own_accounts
from tests.support.rabbitmq_node import RabbitNode
from tests.support.wait import until

pytestmark = pytest.mark.broker
LONG = 600.0  # seconds; a call that waited for its time would outlast the test


@pytest.fixture
def ends() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@contextmanager
def no_memory(node: RabbitNode) -> Iterator[None]:
    node.control("set_vm_memory_high_watermark", "0.0001")
    try:
        yield
    finally:
        node.control("set_vm_memory_high_watermark", "0.6")


def test_an_alarm_is_told_where_nobody_works_and_is_over_by_itself(
    node: RabbitNode, topology: Topology, monkeypatch: pytest.MonkeyPatch, ends: ExitStack
) -> None:
    monkeypatch.setattr(broker_watch, "EVERY", 0.05)
    broker = AmqpBroker(node.amqp_uri)
    ends.callback(broker.close)
    topology.declare(broker)
    watch = BrokerWatch(broker, topology, trial_of(definitions().values()))
    looking = Supervisor(watch.loop("permits"))
    ends.callback(looking.stop)
    looking.start()
    until(lambda: watch.trouble() is None)
    with capture_logs() as log:
        with no_memory(node):
            until(lambda: watch.trouble() == ALARM)
            assert REGISTRY.get_sample_value("mpp_broker_alarm") == 1
        until(lambda: watch.trouble() is None, what="it comes back by itself")
    assert REGISTRY.get_sample_value("mpp_broker_alarm") == 0
    assert [line["event"] for line in log if line["event"].startswith("broker.alarm")] == [
        "broker.alarm",
        "broker.alarm_over",
    ]


def test_calls_fail_at_once_also_those_under_way_and_events_wait(
    node: RabbitNode, topology: Topology, database: Database, clock: FixedClock, ends: ExitStack
) -> None:
    broker = AmqpBroker(node.amqp_uri)
    ends.callback(broker.close)
    topology.declare(broker)
    office = Office(database, broker, clock)
    ends.callback(office.close)
    office.inbox(office.effects.subscription(order="every"))
    office.feed()
    relay = office.relay()
    office.run(relay)
    append(database, birth("case-1", 1))
    until(lambda: office.effects.all() == [("case-1", 1)])
    with no_memory(node):
        append(database, *(birth("case-1", version) for version in range(2, 6)))
        relay.wake()
        until(lambda: broker.alarm, what="the relay's connection was told")
        for _ in range(3):  # nobody serves these calls: without the alarm the first would last its whole time
            with pytest.raises(CallFailed) as failed:
                broker.call("permits", b"{}", {}, "c-1", LONG)
            assert failed.value.reason == "broker_alarm"
    until(lambda: office.effects.all() == [("case-1", version) for version in range(1, 6)], what="what waited")
    until(lambda: unpublished(database) == 0)


def test_a_call_under_way_ends_when_the_alarm_is_told(node: RabbitNode, topology: Topology, ends: ExitStack) -> None:
    broker = AmqpBroker(node.amqp_uri)
    ends.callback(broker.close)
    topology.declare(broker)
    with no_memory(node), pytest.raises(CallFailed) as failed:
        broker.call("permits", b"{}", {}, "c-1", LONG)
    assert failed.value.reason == "broker_alarm"


@pytest.mark.parametrize("name", definitions())
def test_a_service_listens_for_an_alarm_with_the_rights_of_its_own_account(name: str, vhost: Vhost) -> None:
    with own_accounts(vhost) as accounts:
        Topology.of(definitions().values()).declare(accounts)
        trial = trial_of([definitions()[name]])
        assert trial is not None
        # taken, and for nobody: what it may not publish would be FAILED, and cost it its connection
        assert accounts.speaking_as(name).publish_batch([trial]) == [PublishResult.UNROUTABLE]
