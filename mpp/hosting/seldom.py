"""Log lines about what strangers do: the first one at once, then at most one in a while, with how often it happened."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class Seldom:
    """Warns of one kind of happening, at most once in `seconds`."""

    def __init__(self, event: str, seconds: float = 10.0, now: Callable[[], float] = time.monotonic) -> None:
        self._event = event
        self._seconds = seconds
        self._now = now
        self._told_at: float | None = None
        self._times = 0

    def warn(self, **fields: str | int) -> bool:
        """It happened; whether there is a line, in which `times` counts all since the last one."""
        self._times += 1
        now = self._now()
        if self._told_at is not None and now - self._told_at < self._seconds:
            return False
        log.warning(self._event, times=self._times, **fields)
        self._told_at, self._times = now, 0
        return True
