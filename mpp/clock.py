"""Time and ids, injected everywhere so that a test can hold them still."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import UUID

from uuid_utils import uuid7


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self._now += by


def new_id() -> str:
    """A fresh UUIDv7 as text: unique, and sorted by the moment it was made."""
    return str(uuid7())


def id_of_before(ago: timedelta) -> str:
    """An id that is less than every one made since then, and greater than those made earlier."""
    moment = datetime.now(UTC) - ago
    return str(UUID(int=(int(moment.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62)))
