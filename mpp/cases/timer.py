"""The timer of a case service: finds what time has made due, by index and in bounded batches.

One copy of the service does it at a time, by a lease that a frozen copy loses. Each case is a transaction of its own
that looks again under the case's lock, so that whatever dies or wakes up late, nothing is told twice and the next
round goes on where this one ended.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import Column, select, tuple_

from mpp.cases.by_itself import ByItself
from mpp.cases.calendars import CalendarInEffect
from mpp.cases.tables import cases, tasks
from mpp.clock import Clock
from mpp.messaging.crashpoints import reach
from mpp.messaging.errors import describe
from mpp.messaging.lease import Lease
from mpp.persistence.database import Database, DatabaseAway
from mpp.persistence.deadline import Deadline

log = structlog.get_logger(__name__)

BATCH = 200
PATIENCE = 10.0  # seconds that one case may take
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_NO_ID = "00000000-0000-0000-0000-000000000000"


class Timer:
    """`run_once` is one round; the service runs it every few seconds in a greenlet."""

    def __init__(
        self,
        by_itself: ByItself,
        database: Database,
        calendar: CalendarInEffect,
        clock: Clock,
        batch: int = BATCH,
        lease_seconds: float = 30.0,
    ) -> None:
        self._by_itself = by_itself
        self._database = database
        self._calendar = calendar
        self._clock = clock
        self._batch = batch
        self._lease = Lease(database, "timer", uuid.uuid4().hex, lease_seconds)

    def run_once(self) -> int:
        """Do what is due now, if this copy holds the lease; the number of steps done. Raises DatabaseAway.

        A case that fails is logged and left for the next round; the others do not wait for it.
        """
        self._calendar.refresh()
        steps = 0
        for case_id in self._due():
            if not self._lease.hold():
                break
            steps += self._look_at(case_id)
        return steps

    def release(self) -> None:
        """Let another copy go on at once. Raises DatabaseAway."""
        self._lease.release()

    def _look_at(self, case_id: str) -> int:
        try:
            with self._database.transaction(Deadline.after(PATIENCE)) as tx:
                steps = self._by_itself.look_at(tx, case_id, self._clock)
                if steps:
                    reach("command.before_commit")
            if steps:
                reach("command.after_commit")
        except DatabaseAway:
            raise
        except Exception as error:
            log.error("timer.failed", service=self._database.name, case=case_id, **describe(error))
            return 0
        return steps

    def _due(self) -> Iterator[str]:
        """The ids of the cases to look at, batch by batch: each batch is a range scan of one index."""
        if not self._lease.hold():
            return
        now = self._clock.now()
        yield from self._recounts(cases.c.calendar < self._calendar.name)
        yield from self._recounts(cases.c.calendar > self._calendar.name)
        yield from self._alarms(cases.c.alarm_at, cases.c.id, now)
        yield from self._alarms(tasks.c.alarm_at, tasks.c.case_id, now)

    def _alarms(self, at: Column[Any], case_id: Column[Any], now: datetime) -> Iterator[str]:
        after: tuple[Any, ...] = (_LONG_AGO, _NO_ID)
        while True:
            query = select(at, case_id).where(at < now, tuple_(at, case_id) > after)
            with self._database.transaction(Deadline.after(PATIENCE)) as tx:
                rows = tx.execute(query.order_by(at, case_id).limit(self._batch)).all()
            for row in rows:
                yield str(row[1])
            if len(rows) < self._batch:
                return
            after = (rows[-1][0], rows[-1][1])

    def _recounts(self, other: Any) -> Iterator[str]:
        after: tuple[Any, ...] = ("", _NO_ID)
        while True:
            place = tuple_(cases.c.calendar, cases.c.id)
            query = select(cases.c.calendar, cases.c.id).where(cases.c.finished_at.is_(None), other, place > after)
            with self._database.transaction(Deadline.after(PATIENCE)) as tx:
                rows = tx.execute(query.order_by(cases.c.calendar, cases.c.id).limit(self._batch)).all()
            for row in rows:
                yield str(row[1])
            if len(rows) < self._batch:
                return
            after = (rows[-1][0], rows[-1][1])
