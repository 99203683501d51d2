"""Keeps an inbox going: consumes the service's queue, drains its dead-letter queue, retries what is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import eventlet
import structlog
from sqlalchemy import text

from mpp.jobs.loops import Loop, Pace
from mpp.messaging.brokers.port import Broker, Consumer, Delivery
from mpp.messaging.brokers.topology import dead_queue, events_queue
from mpp.messaging.events.inbox import Inbox
from mpp.persistence.database import DatabaseAway, TooSlow

log = structlog.get_logger(__name__)

PREFETCH = 50
POLL = 1.0
LONGEST_WAIT = 5.0


class InboxRunner:
    """Starts and stops the greenlets of one inbox."""

    def __init__(self, inbox: Inbox, broker: Broker, prefetch: int = PREFETCH, poll: float = POLL) -> None:
        self._inbox = inbox
        self._broker = broker
        self._prefetch = prefetch
        self._stopping = False
        self._consumers: list[Consumer] = []
        pace = Pace(every=poll, jitter=0.0)
        self._retries = Loop(inbox.service, "inbox", inbox.retry_due, pace, patience=None)
        self.paused = False

    @property
    def attached(self) -> bool:
        """Whether events reach us and the database takes them (readiness)."""
        return bool(self._consumers) and all(c.attached for c in self._consumers) and not self.paused

    def start(self) -> None:
        """Begin to take events."""
        service = self._inbox.service
        for queue, prefetch, step in (
            (events_queue(service), self._prefetch, self._inbox.take),
            (dead_queue(service), 1, self._drain),
        ):
            self._consumers.append(self._broker.consume(queue, prefetch, self._patient(step)))
        self._retries.start()

    def stop(self) -> None:
        """Finish what is in hand, give the others back."""
        self._stopping = True
        for consumer in self._consumers:
            consumer.stop()
        self._retries.stop()

    def kill(self) -> None:
        """Die on the spot, as a process does."""
        self._stopping = True
        for consumer in self._consumers:
            consumer.kill()
        self._retries.kill()

    def _drain(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._inbox.drain(delivery)

    def _patient(self, step: Callable[[Sequence[Delivery]], None]) -> Callable[[Sequence[Delivery]], None]:
        """While the database is away the events stay in hand: nothing acknowledged, nothing counted, none taken."""

        def settle(deliveries: Sequence[Delivery]) -> None:
            while not self._stopping:
                try:
                    return step(deliveries)
                except TooSlow:
                    eventlet.sleep(0.1)
                except DatabaseAway:
                    self._wait_for_database()
            return None

        return settle

    def _wait_for_database(self) -> None:
        self.paused, pause = True, 0.1
        log.warning("inbox.paused", service=self._inbox.service)
        while not self._stopping:
            try:
                with self._inbox.database.transaction() as tx:
                    tx.execute(text("SELECT 1"))
                break
            except (DatabaseAway, TooSlow):
                eventlet.sleep(pause)
                pause = min(pause * 2, LONGEST_WAIT)
        self.paused = False
        log.info("inbox.resumed", service=self._inbox.service)
