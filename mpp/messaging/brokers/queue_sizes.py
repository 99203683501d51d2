"""How much waits in the queues of partners, as RabbitMQ's metrics tell it: they need no account and change nothing."""

from __future__ import annotations

from dataclasses import dataclass

import requests
from prometheus_client.parser import text_string_to_metric_families

from mpp.messaging.brokers.port import BrokerAway
from mpp.messaging.brokers.topology import PARTNERS

_SECONDS = 5.0
_MOST = 20 * 2**20  # bytes of an answer: some hundred thousand queues
_MESSAGES, _BYTES = "rabbitmq_detailed_queue_messages", "rabbitmq_detailed_queue_messages_bytes"


@dataclass(frozen=True)
class QueueSize:
    """What waits in one queue: messages, and their bytes."""

    name: str
    messages: int
    size: int


def partners_queues(metrics_url: str) -> list[QueueSize]:
    """Every queue of a partner, by name; `metrics_url` such as `http://rabbitmq:15692`. Raises BrokerAway."""
    query = {"family": ["queue_coarse_metrics", "queue_metrics"]}
    try:
        address = f"{metrics_url.rstrip('/')}/metrics/detailed"
        with requests.get(address, query, timeout=_SECONDS, stream=True) as answer:
            answer.raise_for_status()
            told = answer.raw.read(_MOST, decode_content=True).decode()
        found = {_MESSAGES: _by_queue(told, _MESSAGES), _BYTES: _by_queue(told, _BYTES)}
    except (requests.RequestException, ValueError, OSError) as error:
        raise BrokerAway(type(error).__name__) from None
    return [QueueSize(name, count, found[_BYTES].get(name, 0)) for name, count in sorted(found[_MESSAGES].items())]


def _by_queue(told: str, metric: str) -> dict[str, int]:
    return {
        sample.labels["queue"]: int(sample.value)
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == metric and sample.labels.get("queue", "").startswith(PARTNERS)
    }
