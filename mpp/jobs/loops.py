"""What a process of a service does again and again beside its commands: one way to start, pace, stop and watch it.

    relay = Loop("permits", "relay", work, Pace(every=1.0), patience=1.0)
    supervisor = Supervisor(relay, ...)
    supervisor.start()
    relay.wake()  # there is something to do: do not wait for the second to pass
    supervisor.stop()

Each loop works in a greenlet of its own, so the work may wait, and must never block.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import eventlet
import structlog
from eventlet.event import Event as Signal

from mpp.crashpoints import Crash
from mpp.failures import describe
from mpp.jobs import metrics
from mpp.persistence.database import DatabaseAway, TooSlow

log = structlog.get_logger(__name__)


class Greenlet(Protocol):
    """The part of eventlet's green threads that is used here; eventlet itself has no types."""

    dead: bool

    def wait(self) -> None: ...

    def kill(self) -> None: ...


@dataclass(frozen=True)
class Pace:
    """When a loop does its work; all times are seconds.

    `every`: from the beginning of a pass to that of the next, unless it is woken; None: only when it is woken.
    `jitter`: the share of `every` by which a pass may come earlier, so that copies do not move in step.
    `spacing`: between the beginnings of two passes at least, however often it is woken.
    `at_start`: whether the first pass comes at once, or after `every`, because a start is busy enough.
    `back_off`: the pause after a failure, twice as long after each further one up to `longest_back_off`; nobody wakes
    the loop from it. None: a failure does not change the pace.
    """

    every: float | None
    jitter: float = 0.5
    spacing: float = 0.0
    at_start: bool = True
    back_off: float | None = None
    longest_back_off: float = 5.0

    def next_in(self) -> float | None:
        """Seconds between the beginnings of two passes, this time."""
        return None if self.every is None else self.every * random.uniform(1.0 - self.jitter, 1.0)


class Loop:
    """One work that is done again and again, from `start` until `stop` or `kill`.

    A pass that raises is logged and counted, and the loop goes on. `patience` is how many seconds a stop waits for the
    pass under way before it cuts it off; None: as many as it takes. With `last_pass` the work is done once more after
    the stop was asked for. `ended` is called at the end of a stop, `killed` by a kill: the death of the process.
    """

    def __init__(
        self,
        service: str,
        name: str,
        work: Callable[[], int | None],
        pace: Pace,
        *,
        patience: float | None = 5.0,
        last_pass: bool = False,
        ended: Callable[[], None] | None = None,
        killed: Callable[[], None] | None = None,
    ) -> None:
        self.service = service
        self.name = name
        self.last_pass = last_pass
        self._work = work
        self._pace = pace
        self._patience = patience
        self._ended = ended
        self._killed = killed
        self._greenlet: Greenlet | None = None
        self._stopping = Signal()
        self._woken = Signal()
        self._sooner: float | None = None
        self._cut_off = False
        self._failures = 0  # in a row
        self._told: dict[str, str] = {}
        self._last_run = metrics.loop_last_run.labels(service, name)
        self._seconds = metrics.loop_seconds.labels(service, name)

    def start(self) -> None:
        """Begin."""
        self._greenlet = eventlet.spawn(self._run)

    def wake(self) -> None:
        """There is something to do: called from anywhere, returns at once."""
        _send(self._woken)

    def no_later_than(self, seconds: float) -> None:
        """From within the work: the next pass begins in that many seconds, unless it would begin sooner."""
        self._sooner = seconds if self._sooner is None else min(self._sooner, seconds)

    def ask_to_stop(self) -> None:
        """Begin no more passes, but for the last one; returns at once."""
        _send(self._stopping)
        _send(self._woken)

    def stop(self) -> None:
        """End, after the pass under way where that is over soon."""
        self.ask_to_stop()
        if self._greenlet is not None and not self._greenlet.dead:
            if self._patience is None:
                self._greenlet.wait()
            else:
                with eventlet.Timeout(self._patience, False):
                    self._greenlet.wait()
            self._cut()
        if self._ended is not None:
            try:
                self._ended()
            except (DatabaseAway, TooSlow) as error:
                log.debug("loop.ended_without_database", service=self.service, loop=self.name, **describe(error))

    def kill(self) -> None:
        """Die on the spot, as a process does: what it holds stays held until it expires."""
        self._cut()
        if self._killed is not None:
            self._killed()

    def _cut(self) -> None:
        self._cut_off = True
        # eventlet keeps how a greenlet ended, with all that it had in hand, such as a connection being made
        greenlet, self._greenlet = self._greenlet, None
        if greenlet is not None:
            greenlet.kill()

    def _run(self) -> None:
        if not self._pace.at_start:
            self._wait(self._pace.next_in())
        while True:
            stopping = self._stopping.ready()  # looked at before the pass: it sees all that was done before the stop
            if stopping and not self.last_pass:
                return
            self._woken, self._sooner = Signal(), None
            began = time.monotonic()
            try:
                self._work()
            except Crash:
                return
            except (Exception, eventlet.Timeout) as error:
                if self._cut_off:  # a library that was cut off in its middle may make an error of its own of that
                    return
                self._went_wrong(error)
            else:
                self._went_well(time.monotonic() - began)
            if stopping:
                return
            self._pause(began)

    def _pause(self, began: float) -> None:
        """Until the next pass."""
        if self._failures and self._pace.back_off is not None:
            longest = min(self._pace.back_off * 2 ** min(self._failures - 1, 20), self._pace.longest_back_off)
            with eventlet.Timeout(longest * random.uniform(0.5, 1.0), False):
                self._stopping.wait()
            return
        eventlet.sleep(max(0.0, began + self._pace.spacing - time.monotonic()))
        ahead = self._pace.next_in()
        left = None if ahead is None else began + ahead - time.monotonic()
        if self._sooner is not None:
            left = self._sooner if left is None else min(left, self._sooner)
        self._wait(left)

    def _wait(self, seconds: float | None) -> None:
        """Until woken, or until that many seconds are over."""
        if seconds is None:
            self._woken.wait()
            return
        with eventlet.Timeout(max(0.0, seconds), False):
            self._woken.wait()

    def _went_well(self, seconds: float) -> None:
        if self._failures:
            log.info("loop.recovered", service=self.service, loop=self.name, failures=self._failures)
        self._failures, self._told = 0, {}
        self._seconds.observe(seconds)
        self._last_run.set_to_current_time()

    def _went_wrong(self, error: BaseException) -> None:
        """Of failures in a row the same one is told once; how many they were, when they are over."""
        self._failures += 1
        metrics.loop_failures.labels(self.service, self.name, type(error).__name__).inc()
        about = describe(error)
        if about != self._told:
            log.warning("loop.failed", service=self.service, loop=self.name, **about)
        self._told = about


class Supervisor:
    """The loops of one process of a service."""

    def __init__(self, *loops: Loop) -> None:
        self._loops = list(loops)

    @property
    def loops(self) -> tuple[Loop, ...]:
        """All of them."""
        return tuple(self._loops)

    def add(self, *loops: Loop) -> None:
        """Before the start: these, too."""
        self._loops += loops

    def start(self) -> None:
        """Start all of them."""
        for loop in self._loops:
            loop.start()

    def stop(self) -> None:
        """Stop all of them, side by side; those with a last pass after the others, whose work they still take up."""
        for loops in ([x for x in self._loops if not x.last_pass], [x for x in self._loops if x.last_pass]):
            for greenlet in [eventlet.spawn(loop.stop) for loop in loops]:
                greenlet.wait()

    def kill(self) -> None:
        """All of them die on the spot."""
        for loop in self._loops:
            loop.kill()


def _send(signal: Signal) -> None:
    if not signal.ready():
        signal.send(None)
