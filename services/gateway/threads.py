"""Where heavy work is done, so that it holds up nobody else: hashing of passwords and files, work on disk."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Party:
    """Whose work waits for a turn: from which address, for which account."""

    address: str
    account: str


NOBODY = Party("", "")  # in particular: the mall's own work


class ThreadPool(Protocol):
    """`turn` admits a few at a time, `run` works outside the event loop."""

    def turn(self, seconds: float, party: Party = NOBODY) -> AbstractContextManager[None]:
        """Wait for a turn.

        Raises Refused 503 when none comes free in time, or too many wait already; 429 when too many of the party do.
        """

    def run(self, work: Callable[[*Args], Made], *args: *Args) -> Made:
        """The result of the work, while others go on."""


class HereAndNow:
    """No threads, for processes without an event loop (commands, tests)."""

    def turn(self, seconds: float, party: Party = NOBODY) -> AbstractContextManager[None]:
        return nullcontext()

    def run(self, work: Callable[[*Args], Made], *args: *Args) -> Made:
        return work(*args)
