"""Work beside work: real threads for what would block the event loop, greenlets for what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Thread
from typing import TypeVar

from eventlet import tpool
from eventlet.greenpool import GreenPool

from services.gateway.server.turns import Turns
from services.gateway.threads import Args, Made

Found = TypeVar("Found")


class BoundedThreadPool(Turns):
    """Real threads, a few at a time; the line before them is bounded, so that it cannot fill the worker pool."""

    def run(self, work: Callable[[*Args], Made], *args: *Args) -> Made:
        """See `ThreadPool.run`."""
        made: Made = tpool.execute(work, *args)
        return made


def together(jobs: Sequence[Callable[[], Found]]) -> list[Found]:
    """The results of jobs that run side by side."""
    pool = GreenPool(max(1, len(jobs)))
    return [thread.wait() for thread in [pool.spawn(job) for job in jobs]]


def beside(job: Callable[[], None]) -> None:
    """Let a job run beside the request that began it."""
    Thread(target=job, daemon=True).start()
