"""Waiting for something to become true, without sleep-and-hope."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

QUIET_SECONDS = 60.0


def until(
    condition: Callable[[], T],
    quiet_seconds: float = QUIET_SECONDS,
    what: str = "",
    moves: Callable[[], object] = lambda: None,
) -> T:
    """Poll `condition` until it is true and return what it said.

    An AssertionError when nothing has moved for `quiet_seconds`, however long the whole takes: a busy machine is slow
    and not wrong. What may move is the answer of `condition`, and that of `moves` (such as a count of rows).

    Under eventlet the pause lets every greenlet of this process run.
    """
    last: tuple[object, ...] = ()
    moved_at = time.monotonic()
    pause = 0.005
    while True:
        result = condition()
        if result:
            return result
        seen = (result, moves())
        if seen != last:
            last, moved_at = seen, time.monotonic()
        if time.monotonic() - moved_at >= quiet_seconds:
            name = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"{name} did not become true, and nothing moved for {quiet_seconds} s; last: {seen!r}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
