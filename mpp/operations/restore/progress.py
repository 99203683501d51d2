"""Long work tells how far it is, so that who waits for it at 6 a.m. knows that it goes on."""

from __future__ import annotations

from collections.abc import Callable

from mpp.operations.backup.envelope import Writable

Say = Callable[[str], None]
LEAST = {"byte": 100_000_000, "entri": 100_000}  # less than that is over in seconds: nothing is said of it


class Progress:
    """Says each tenth of `whole` that is done; `unit` is one of LEAST."""

    def __init__(self, what: str, whole: int, unit: str, say: Say) -> None:
        self._what = what
        self._whole = whole
        self._unit = unit
        self._say = say
        self._step = max(whole // 10, LEAST[unit])
        self._next = self._step

    def reached(self, done: int) -> None:
        """So much is done, counted from the beginning."""
        if done < self._next:
            return
        self._next = done - done % self._step + self._step
        share = min(done * 100 // self._whole, 100)
        self._say(f"   {self._what}: {done:,} / {self._whole:,} {self._unit} ({share} %)")


class Through:
    """Passes on what is written, and tells how much it was."""

    def __init__(self, into: Writable, progress: Progress) -> None:
        self._into = into
        self._progress = progress
        self._done = 0

    def write(self, part: bytes, /) -> int:
        written = self._into.write(part)
        self._done += len(part)
        self._progress.reached(self._done)
        return written
