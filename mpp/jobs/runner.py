"""Does the jobs of a service: a runner in each copy of it, side by side with the others.

A job is claimed in one short transaction, done outside of any, and recorded in another. Lanes take turns: each round
begins at most one job of each lane, from the lane after the one that was served last, and no lane has more jobs under
way than its kind allows. So a lane whose work hangs fills its own slots and nobody else's.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import eventlet
import structlog
from eventlet.greenpool import GreenPool
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from mpp.clock import Clock
from mpp.failures import describe, reason
from mpp.jobs import metrics, rows
from mpp.jobs.kinds import JobHandler, NotNow
from mpp.jobs.loops import Greenlet, Loop, Pace
from mpp.jobs.rows import Claim, Lane, LaneInUse
from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.writing import try_write

log = structlog.get_logger(__name__)

WORKERS = 32  # jobs under way in one copy
POLL = 10.0  # seconds until a copy sees what another one left; its own jobs wake it
RECORDING = 15.0  # seconds after the work within which its end must be recorded
RECORD_AGAIN = 0.5
LONGEST_RECORD_AGAIN = 5.0
PUT_OFF = timedelta(seconds=30)  # until a job is tried again that found away what it needs
AFTER_OUTAGE = 6.0  # seconds in which every copy has recorded what it could not while the database was away
STOP_TIMEOUT = 5.0
_AWAY = (DatabaseAway, NotNow)
_JITTER = 0.1  # later by up to this share, so that what failed together does not come back together


class JobRunner:
    """Does the jobs of these kinds. Kinds that nobody here knows wait for a copy that does.

    `run_once` is one deterministic step (tests); `loop` does it for ever.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        handlers: Sequence[JobHandler],
        *,
        workers: int = WORKERS,
        poll: float = POLL,
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = {handler.kind: handler for handler in handlers}
        self._pool = GreenPool(workers)
        self._in_hand: dict[str, tuple[Claim, Greenlet]] = {}  # by holder
        self._name = uuid.uuid4().hex
        self._claims = 0
        self._served = Lane("", "")
        self._outage = False  # the database was away when it was asked last
        self._none_lost_until = 0.0
        pace = Pace(every=poll, jitter=0.2, spacing=0.01, back_off=0.5)
        self.loop = Loop(database.name, "jobs", self._pass, pace, ended=self._let_go, killed=self._die)

    def run_once(self) -> int:
        """Begin what is due, as far as there is room; the number of jobs begun. Raises DatabaseAway."""
        if self._outage:
            try_write(self._database)
            self._none_lost_until = time.monotonic() + AFTER_OUTAGE
        elif time.monotonic() >= self._none_lost_until:
            self._put_back_the_lost()
        begun = 0
        while self._pool.free() > 0:
            found = self._lanes()
            in_round = sum(self._begin(lane) for lane in self._in_turn(found))
            if not in_round:
                self._come_back_for(found)
                break
            begun += in_round
        return begun

    def wait(self) -> None:
        """Until every job that was begun has ended (tests)."""
        self._pool.waitall()

    def _pass(self) -> None:
        """After an outage nothing counts as lost at first: its end may only have waited for the database."""
        try:
            self.run_once()
        except DatabaseAway:
            self._outage = True
            raise
        self._outage = False

    def _put_back_the_lost(self) -> None:
        with self._database.alone() as tx:
            lost = rows.put_back(tx, list(self._handlers.values()), self._clock.now())
        for job in lost:
            metrics.job_attempts.labels(self._database.name, job.kind, "lost").inc()
            log.error("job.lost", service=self._database.name, kind=job.kind, job=job.id, dead=job.dead)

    def _lanes(self) -> list[LaneInUse]:
        with self._database.alone() as tx:
            return rows.lanes(tx, list(self._handlers))

    def _in_turn(self, found: Sequence[LaneInUse]) -> list[Lane]:
        """The lanes with something to do and room for it, from the one after the last that was served."""
        now = self._clock.now()
        ready = [x.lane for x in found if x.due_at <= now and x.running < self._handlers[x.lane.kind].at_once]
        return [lane for lane in ready if lane > self._served] + [lane for lane in ready if lane <= self._served]

    def _come_back_for(self, found: Sequence[LaneInUse]) -> None:
        ahead = [(x.due_at - self._clock.now()).total_seconds() for x in found]
        if coming := [seconds for seconds in ahead if seconds > 0]:
            self.loop.no_later_than(min(coming))

    def _begin(self, lane: Lane) -> bool:
        if not self._pool.free():
            return False
        handler = self._handlers[lane.kind]
        self._claims += 1
        holder = f"{self._name}-{self._claims}"
        try:
            with self._database.alone() as tx:
                claim = rows.claim(tx, handler, lane, holder, self._clock.now(), handler.seconds + RECORDING)
        except IntegrityError:  # another copy took the last slot at this moment
            return False
        self._served = lane
        if claim is None:
            return False
        greenlet: Greenlet = self._pool.spawn(self._do, claim, handler, time.monotonic() + handler.seconds + RECORDING)
        self._in_hand[holder] = claim, greenlet
        return True

    def _do(self, claim: Claim, handler: JobHandler, until: float) -> None:
        failure: BaseException | None = None
        try:
            try:
                with eventlet.Timeout(handler.seconds):
                    handler.handle(claim.payload, claim.job)
            except (Exception, eventlet.Timeout) as error:
                failure = error
            self._record(claim, handler, failure, until)
        finally:
            self._in_hand.pop(claim.holder, None)
            self.loop.wake()  # there is room for another

    def _record(self, claim: Claim, handler: JobHandler, failure: BaseException | None, until: float) -> None:
        """What became of the attempt. A database that is away is waited for, as nobody else can take the job then; one
        that is slow as long as the job is ours."""
        again_at, pause = self._again_at(claim, handler), RECORD_AGAIN
        while True:
            try:
                with self._database.alone() as tx:
                    ours = self._write(tx, claim, failure, again_at)
                break
            except DatabaseAway:
                eventlet.sleep(pause)
                pause = min(pause * 2, LONGEST_RECORD_AGAIN)
            except TooSlow:
                if time.monotonic() >= until:
                    ours = False
                    break
                eventlet.sleep(RECORD_AGAIN)
        self._tell(claim, failure, ours, dead=again_at is None)

    def _write(self, tx: Connection, claim: Claim, failure: BaseException | None, again_at: datetime | None) -> bool:
        now = self._clock.now()
        if failure is None:
            return rows.finish(tx, claim, now)
        if isinstance(failure, _AWAY):
            return rows.put_off(tx, claim, now + PUT_OFF * random.uniform(1.0, 1.0 + _JITTER))
        return rows.fail(tx, claim, reason(failure), again_at, now)

    def _again_at(self, claim: Claim, handler: JobHandler) -> datetime | None:
        """When the next attempt is due; None after the last one."""
        if claim.job.attempt > len(handler.delays):
            return None
        return self._clock.now() + handler.delays[claim.job.attempt - 1] * random.uniform(1.0, 1.0 + _JITTER)

    def _tell(self, claim: Claim, failure: BaseException | None, ours: bool, dead: bool) -> None:
        job, service = claim.job, self._database.name
        if not ours:
            outcome = "superseded"
        elif failure is None:
            outcome = "done"
        elif isinstance(failure, _AWAY):
            outcome = "put_off"
        else:
            outcome = "dead" if dead else "failed"
        metrics.job_attempts.labels(service, job.kind, outcome).inc()
        about = {"service": service, "kind": job.kind, "job": job.id, "attempt": job.attempt}
        if failure is not None:
            log.warning("job.failed", **about, **describe(failure))
        if outcome in ("dead", "superseded"):
            log.error(f"job.{outcome}", **about)

    def _let_go(self) -> None:
        """At an orderly stop: what does not end soon is given back, and its attempt does not count."""
        with eventlet.Timeout(STOP_TIMEOUT, False):
            self._pool.waitall()
        left = self._kill_workers()
        with self._database.transaction() as tx:
            for claim in left:
                rows.give_back(tx, claim)

    def _die(self) -> None:
        self._kill_workers()

    def _kill_workers(self) -> list[Claim]:
        in_hand = list(self._in_hand.values())
        for _, greenlet in in_hand:
            greenlet.kill()
        return [claim for claim, _ in in_hand]
