"""Keeps an inbox going: consumes the service's queue, drains its dead-letter queue, retries what is due.

While the database is away, or answers and cannot write, what came stays in hand: it is not acknowledged, not rejected
and not counted, and nothing more is taken. RabbitMQ takes back what is in hand for half an hour, each half hour again,
and counts that up to the delivery limit. So after some minutes the queue is let go, which is counted once, and taken up
again when what was in hand is settled.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import eventlet
import structlog

from mpp.jobs.loops import Loop, Pace
from mpp.messaging.brokers.port import Broker, Consumer, Delivery
from mpp.messaging.brokers.topology import dead_queue, events_queue
from mpp.messaging.events.inbox import Inbox
from mpp.persistence.database import DatabaseAway, TooSlow
from mpp.persistence.writing import try_write

log = structlog.get_logger(__name__)

PREFETCH = 50
POLL = 1.0
HELD = 300.0  # seconds until a queue is let go; well below RabbitMQ's consumer timeout, which is half an hour
FIRST_WAIT = 0.1
LONGEST_WAIT = 5.0

Step = Callable[[Sequence[Delivery]], None]


class InboxRunner:
    """Starts and stops the greenlets of one inbox."""

    def __init__(
        self, inbox: Inbox, broker: Broker, prefetch: int = PREFETCH, poll: float = POLL, held: float = HELD
    ) -> None:
        self._inbox = inbox
        self._broker = broker
        service = inbox.service
        self._queues: dict[str, tuple[int, Step]] = {
            events_queue(service): (prefetch, inbox.take),
            dead_queue(service): (1, self._drain),
        }
        self._held = held
        self._stopping = False
        self._consumers: dict[str, Consumer] = {}
        self._waiting: set[str] = set()  # queues whose events are in hand because the database does not take them
        pace = Pace(every=poll, jitter=0.0)
        self._retries = Loop(inbox.service, "inbox", inbox.retry_due, pace, patience=None)

    @property
    def paused(self) -> bool:
        """Whether events wait for the database."""
        return bool(self._waiting)

    @property
    def attached(self) -> bool:
        """Whether events reach us and the database takes them (readiness)."""
        return bool(self._consumers) and all(c.attached for c in self._consumers.values()) and not self.paused

    def start(self) -> None:
        """Begin to take events."""
        for queue in self._queues:
            self._consume(queue)
        self._retries.start()

    def stop(self) -> None:
        """Finish what is in hand, give the others back."""
        self._stopping = True
        for consumer in self._consumers.values():
            consumer.stop()
        self._retries.stop()

    def kill(self) -> None:
        """Die on the spot, as a process does."""
        self._stopping = True
        for consumer in self._consumers.values():
            consumer.kill()
        self._consumers.clear()  # and with them what they had in hand
        self._retries.kill()

    def _drain(self, deliveries: Sequence[Delivery]) -> None:
        for delivery in deliveries:
            self._inbox.drain(delivery)

    def _consume(self, queue: str) -> None:
        prefetch, step = self._queues[queue]

        def settle(deliveries: Sequence[Delivery]) -> None:
            self._settle(queue, step, deliveries)

        self._consumers[queue] = self._broker.consume(queue, prefetch, settle)

    def _settle(self, queue: str, step: Step, deliveries: Sequence[Delivery]) -> None:
        """Until it is done, however long the database takes; what is done stays done when it is given out again."""
        pause, began, let_go = FIRST_WAIT, time.monotonic(), False
        while not self._stopping:
            try:
                step(deliveries)
                break
            except TooSlow:
                eventlet.sleep(FIRST_WAIT)
            except DatabaseAway as error:
                self._pause(queue, error)
                pause = self._wait_for_database(pause)
            if not let_go and time.monotonic() - began >= self._held and not self._stopping:
                let_go = True
                log.warning("inbox.let_go", service=self._inbox.service, queue=queue)
                self._consumers[queue].stop()
        self._resume(queue)
        if let_go and not self._stopping:
            self._consume(queue)

    def _pause(self, queue: str, error: DatabaseAway) -> None:
        if queue not in self._waiting:
            self._waiting.add(queue)
            log.warning("inbox.paused", service=self._inbox.service, queue=queue, refusal=error.refusal)

    def _resume(self, queue: str) -> None:
        if queue in self._waiting:
            self._waiting.discard(queue)
            log.info("inbox.resumed", service=self._inbox.service, queue=queue)

    def _wait_for_database(self, pause: float) -> float:
        """Until it takes a write, or for a while where it took one but not the event; how long to wait next time."""
        began = time.monotonic()
        eventlet.sleep(pause)
        while not self._stopping and time.monotonic() - began < LONGEST_WAIT:
            try:
                try_write(self._inbox.database)
                break
            except (DatabaseAway, TooSlow):
                eventlet.sleep(pause)
                pause = min(pause * 2, LONGEST_WAIT)
        return min(pause * 2, LONGEST_WAIT)
