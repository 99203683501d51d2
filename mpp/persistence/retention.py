"""How long a database keeps what is settled (guarantee 8: nothing grows for ever)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Retention:
    """From the moment that a row is settled: an event published, handled or ignored, a command answered, a job done.

    The inbox must remember an event for longer than an outbox can send it again. Raises ValueError otherwise. A job
    that is forgotten may be enqueued again under its key.
    """

    outbox: timedelta = timedelta(days=30)
    inbox: timedelta = timedelta(days=60)
    idempotency: timedelta = timedelta(days=7)
    jobs: timedelta = timedelta(days=30)

    def __post_init__(self) -> None:
        if self.inbox <= self.outbox:
            raise ValueError("the inbox must remember longer than the outbox keeps events")
