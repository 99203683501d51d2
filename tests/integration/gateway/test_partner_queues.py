"""A partner's queue that nobody reads is told before it is full, since the oldest events are lost then."""

from __future__ import annotations

from collections.abc import Iterator

import kombu
import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from mpp.hosting.partner_queues import PartnerQueueWatch
from tests.support.broker import TestBroker, Vhost
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

pytestmark = pytest.mark.broker
EVENT = b"x" * 1000
MOST = 10 * len(EVENT)


@pytest.fixture
def metrics(rabbitmq: TestBroker) -> str:
    """Where the RabbitMQ of this session tells its numbers."""
    if rabbitmq.metrics is None:
        pytest.skip("the RabbitMQ that was named does not say where its metrics are")
    return rabbitmq.metrics


@pytest.fixture
def queue(vhost: Vhost) -> Iterator[kombu.simple.SimpleQueue]:
    """A partner's, of a name that no other test has."""
    name = f"partner.bpjs.{vhost.name}"
    with kombu.Connection(vhost.uri) as connection, connection.SimpleQueue(name, no_ack=True) as opened:
        yield opened


def size_of(name: str, what: str) -> float | None:
    return REGISTRY.get_sample_value(f"mpp_partner_queue_{what}", {"queue": name})


def test_a_queue_is_told_from_half_full_on_and_no_more_when_it_was_read(
    metrics: str, queue: kombu.simple.SimpleQueue
) -> None:
    name = queue.queue.name
    watch = PartnerQueueWatch(metrics, MOST, every=0.0)

    def told() -> list[str]:
        return [line for line in watch.notes() if name in line]

    for _ in range(4):
        queue.put(EVENT, serializer=None, content_type="application/octet-stream", content_encoding="binary")
    until(lambda: not told() and size_of(name, "bytes") == 4 * len(EVENT), what="the metrics of four events")
    assert size_of(name, "messages") == 4
    with capture_logs() as log:
        for _ in range(2):
            queue.put(EVENT, serializer=None, content_type="application/octet-stream", content_encoding="binary")
        (line,) = until(lambda: [line for line in told() if "6 events" in line], what="a queue that is told")
        assert "60% full" in line
        watch.look()
    grown = [line for line in log if line["event"] == "partner_queue.grows" and line["queue"] == name]
    assert len(grown) == 1, "a line an hour, however often somebody looks"
    assert grown[0]["percent"] >= 50
    queue.clear()
    until(lambda: not told() and size_of(name, "messages") == 0, what="a queue that was read")


def test_the_malls_own_queues_are_not_taken_for_partners(metrics: str, vhost: Vhost) -> None:
    name = f"permits.{vhost.name}"
    with kombu.Connection(vhost.uri) as connection, connection.SimpleQueue(name) as own:
        own.put(EVENT)
        watch = PartnerQueueWatch(metrics, 1, every=0.0)
        assert not [line for line in watch.notes() if name in line]
        assert size_of(name, "messages") is None


def test_a_rabbitmq_that_does_not_tell_is_said(metrics: str) -> None:
    watch = PartnerQueueWatch(f"http://127.0.0.1:{free_port()}", MOST, every=0.0)
    with capture_logs() as log:
        for _ in range(2):
            (line,) = watch.notes()
    assert "do not answer (ConnectionError)" in line
    assert [line["event"] for line in log] == ["partner_queues.unknown"]
    elsewhere = PartnerQueueWatch(f"{metrics}/nothing", MOST, every=0.0)
    assert "do not answer (HTTPError)" in elsewhere.notes()[0]


def test_where_no_metrics_are_named_nothing_is_told() -> None:
    assert PartnerQueueWatch(None, MOST).notes() == []
