"""Waiting for something to become true, without sleep-and-hope."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(condition: Callable[[], T], deadline_seconds: float = 20.0, what: str = "") -> T:
    """Poll `condition` until it is true and return what it said; an AssertionError after the deadline.

    Under eventlet the pause lets every greenlet of this process run.
    """
    end = time.monotonic() + deadline_seconds
    pause = 0.005
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() >= end:
            name = what or getattr(condition, "__name__", "the condition")
            raise AssertionError(f"{name} did not become true within {deadline_seconds} s; last: {result!r}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
