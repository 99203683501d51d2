"""Queues of partners that grow: one that nobody reads loses its oldest events when it is full (docs/partners.md)."""

from __future__ import annotations

import time

from prometheus_client import Gauge

from mpp.hosting.seldom import Seldom
from mpp.messaging.brokers.port import BrokerAway
from mpp.messaging.brokers.queue_sizes import QueueSize, partners_queues

EVERY = 60.0  # seconds between two looks, however often somebody asks
_TOLD_FROM = 0.5  # of what a queue may hold
_AGAIN = 3600.0  # seconds between two log lines

_messages = Gauge("mpp_partner_queue_messages", "Events that wait for a partner", ["queue"])
_bytes = Gauge("mpp_partner_queue_bytes", "Bytes that wait for a partner", ["queue"])


class PartnerQueueWatch:
    """Looks at what waits for partners. `metrics_url` is RabbitMQ's; None: nobody can look, and nothing is told."""

    def __init__(self, metrics_url: str | None, most_bytes: int, every: float = EVERY) -> None:
        self._metrics_url = metrics_url
        self._most = most_bytes
        self._every = every
        self._looked_at: float | None = None
        self._told: list[str] = []
        self._grows: dict[str, Seldom] = {}
        self._silent = Seldom("partner_queues.unknown", _AGAIN)

    def look(self) -> None:
        """Look, where the last look is long enough ago."""
        self.notes()

    def notes(self) -> list[str]:
        """A line for each queue that is half full or more, for the long form of readiness."""
        now = time.monotonic()
        if self._metrics_url is not None and (self._looked_at is None or now - self._looked_at >= self._every):
            self._looked_at = now
            self._told = self._look(self._metrics_url)
        return self._told

    def _look(self, metrics_url: str) -> list[str]:
        try:
            found = partners_queues(metrics_url)
        except BrokerAway as error:
            self._silent.warn(reason=str(error))
            return [f"partners' queues: RabbitMQ's metrics do not answer ({error})"]
        _messages.clear()  # a queue that is gone is told no more
        _bytes.clear()
        for queue in found:
            _messages.labels(queue.name).set(queue.messages)
            _bytes.labels(queue.name).set(queue.size)
        return [self._grown(queue) for queue in found if queue.size >= _TOLD_FROM * self._most]

    def _grown(self, queue: QueueSize) -> str:
        percent = 100 * queue.size // self._most
        seldom = self._grows.setdefault(queue.name, Seldom("partner_queue.grows", _AGAIN))
        seldom.warn(queue=queue.name, messages=queue.messages, percent=percent)
        return (
            f"partners' queues: {queue.name} is {percent}% full ({queue.messages} events): the oldest are lost at 100%"
        )
