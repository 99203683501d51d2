"""Work beside work: real threads for what would block the event loop, greenlets for what waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from eventlet import tpool
from eventlet.greenpool import GreenPool
from eventlet.semaphore import Semaphore

from mpp.casework.refusals import Refused
from services.gateway.threads import Args, Made

Found = TypeVar("Found")


class BoundedThreadPool:
    """Real threads, a few at a time; the line before them is bounded, so that it cannot fill the worker pool."""

    def __init__(self, at_once: int, in_line: int) -> None:
        self._turns = Semaphore(at_once)
        self._in_line = in_line
        self._waiting = 0

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """See `ThreadPool.turn`."""
        if self._waiting >= self._in_line:
            raise Refused(503, "service_unavailable", params={"service": "gateway"})
        self._waiting += 1
        try:
            got = self._turns.acquire(timeout=max(0.0, seconds))
        finally:
            self._waiting -= 1
        if not got:
            raise Refused(503, "service_unavailable", params={"service": "gateway"})
        try:
            yield
        finally:
            self._turns.release()

    def run(self, work: Callable[[*Args], Made], *args: *Args) -> Made:
        """See `ThreadPool.run`."""
        made: Made = tpool.execute(work, *args)
        return made


def together(jobs: Sequence[Callable[[], Found]]) -> list[Found]:
    """The results of jobs that run side by side."""
    pool = GreenPool(max(1, len(jobs)))
    return [thread.wait() for thread in [pool.spawn(job) for job in jobs]]
