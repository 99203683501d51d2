"""Events that cannot be published now hold back their own subject, and nobody else's (ADR 0002)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

import eventlet
import structlog

from mpp.messaging import metrics
from mpp.messaging.brokers.port import BrokerAway

log = structlog.get_logger(__name__)

Why = Literal["unroutable", "refused"]

UNROUTABLE_PAUSE = 5.0
REFUSED_PAUSES = (5.0, 30.0, 300.0, 1800.0)  # each try is a copy for the queues that do take it
LOOK_EVERY = 60.0
UNKNOWN = "unknown"


@dataclass(frozen=True)
class _Held:
    why: Why
    tries: int
    until: float


@dataclass
class HeldBack:
    """Subjects that wait, each until it may be tried again; who was refused waits longer each time."""

    service: str
    _held: dict[str, _Held] = field(default_factory=dict)

    def hold(self, subject: str, why: Why) -> None:
        """Not now."""
        before = self._held.get(subject)
        tries = before.tries + 1 if before is not None and before.why == why else 1
        pause = REFUSED_PAUSES[min(tries, len(REFUSED_PAUSES)) - 1] if why == "refused" else UNROUTABLE_PAUSE
        self._held[subject] = _Held(why, tries, time.monotonic() + pause)

    def passed(self, subjects: Iterable[str]) -> None:
        """These went out."""
        if self._held:
            for subject in subjects:
                self._held.pop(subject, None)

    def now(self) -> list[str]:
        """The subjects that wait at this moment."""
        moment = time.monotonic()
        return [subject for subject, held in self._held.items() if held.until > moment]

    def count(self) -> None:
        """Set the gauges: every subject that could not go out when it was tried last."""
        for why, gauge in (("unroutable", metrics.outbox_unroutable), ("refused", metrics.outbox_refused)):
            gauge.labels(self.service).set(sum(1 for held in self._held.values() if held.why == why))

    def __contains__(self, subject: object) -> bool:
        return subject in self._held and self._held[str(subject)].until > time.monotonic()

    def clear(self) -> None:
        """All may be tried again."""
        self._held.clear()
        self.count()


class Refusers:
    """Whose queues refuse events: looked for beside the relay when one was refused, at most once a minute, and told.

    `look` gives the names of queues that refuse now, where that can be known; it may take its time.
    """

    def __init__(self, service: str, look: Callable[[], list[str]] | None = None) -> None:
        self._service = service
        self._look = look
        self._looked_at: float | None = None
        self._looking = False
        self._names = [UNKNOWN]
        self._untold: list[str] = []

    def refused(self, event_ids: Iterable[str]) -> None:
        """These were, by one queue or more; returns at once."""
        self._untold += event_ids
        if not self._looking:
            self._looking = True
            eventlet.spawn_n(self._find_and_tell)

    def _find_and_tell(self) -> None:
        if self._looked_at is None or time.monotonic() - self._looked_at >= LOOK_EVERY:
            self._looked_at = time.monotonic()
            self._names = self._find()
            about = {"service": self._service, "event_id": self._untold[0], "events": len(self._untold)}
            log.error("relay.refused", **about, queues=self._names)
        for name in self._names:
            metrics.events_refused.labels(self._service, name).inc(len(self._untold))
        self._untold, self._looking = [], False

    def _find(self) -> list[str]:
        try:
            return (self._look() if self._look is not None else []) or [UNKNOWN]
        except BrokerAway:
            return [UNKNOWN]
