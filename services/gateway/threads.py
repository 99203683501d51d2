"""Where heavy work is done, so that it holds up nobody else: hashing of passwords and files, work on disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol, TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
Made = TypeVar("Made")


class ThreadPool(Protocol):
    """`turn` admits a few at a time, `run` works outside the event loop."""

    def turn(self, seconds: float) -> AbstractContextManager[None]:
        """Wait for a turn. Raises Refused 503 when none comes free in time, or too many wait already."""

    def run(self, work: Callable[[*Args], Made], *args: *Args) -> Made:
        """The result of the work, while others go on."""


class HereAndNow:
    """No threads, for processes without an event loop (commands, tests)."""

    def turn(self, seconds: float) -> AbstractContextManager[None]:
        return nullcontext()

    def run(self, work: Callable[[*Args], Made], *args: *Args) -> Made:
        return work(*args)
