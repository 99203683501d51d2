"""The timer of a case service: finds what time has made due, by index and in bounded batches.

One copy of the service does it at a time, by a lease that a frozen copy loses. Each case is a transaction of its own
that looks again under the case's lock, so that whatever dies or wakes up late, nothing is told twice and the next
round goes on where this one ended.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import structlog
from sqlalchemy import Column, Select, select, tuple_

from mpp.cases.levies.assessments import WAITING
from mpp.cases.levies.rows import OPEN
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.tables import cases, levies, payments, tasks
from mpp.cases.time import windows
from mpp.cases.time.due_steps import DueSteps
from mpp.crashpoints import reach
from mpp.failures import describe
from mpp.persistence.database import DatabaseAway
from mpp.persistence.deadline import Deadline
from mpp.persistence.lease import Lease

log = structlog.get_logger(__name__)

BATCH = 200
PATIENCE = 10.0  # seconds that one case may take
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)
_NO_ID = "00000000-0000-0000-0000-000000000000"


class Timer:
    """`run_once` is one round; the service runs it every few seconds in a greenlet."""

    def __init__(
        self,
        host: CaseHost,
        batch: int = BATCH,
        lease_seconds: float = 30.0,
    ) -> None:
        self._due_steps = DueSteps(host)
        self._database = host.database
        self._calendar = host.calendar
        self._clock = host.clock
        self._batch = batch
        self._lease = Lease(host.database, "timer", uuid.uuid4().hex, lease_seconds)

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
                steps = self._due_steps.look_at(tx, case_id)
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
        yield from self._payments()
        yield from self._levies(now.astimezone(self._calendar.current.zone).date())
        yield from self._told()
        yield from self._alarms(cases.c.alarm_at, cases.c.id, now)
        yield from self._alarms(tasks.c.alarm_at, tasks.c.case_id, now)

    def _alarms(self, at: Column[Any], case_id: Column[Any], now: datetime) -> Iterator[str]:
        return self._pages(select(at, case_id).where(at < now), (at, case_id), (_LONG_AGO, _NO_ID))

    def _told(self) -> Iterator[str]:
        """Cases with a window that waits for no message any more."""
        return self._pages(windows.settled(), (tasks.c.opened_at, tasks.c.id), (_LONG_AGO, _NO_ID))

    def _payments(self) -> Iterator[str]:
        """Cases that money waits for, but for those on hold: they wait themselves."""
        place = (payments.c.id, payments.c.case_id)
        query = select(*place).join(cases, cases.c.id == payments.c.case_id)
        wanted = query.where(payments.c.status == WAITING, cases.c.held.is_(None))
        return self._pages(wanted, place, (_NO_ID, _NO_ID))

    def _levies(self, today: date) -> Iterator[str]:
        """Cases with an assessment whose last day is over, and that was not told yet."""
        unpaid = levies.c.state == OPEN, levies.c.overdue_at.is_(None), levies.c.due_on < today
        query = select(levies.c.due_on, levies.c.id, levies.c.case_id).where(*unpaid)
        return self._pages(query, (levies.c.due_on, levies.c.id), (date.min, _NO_ID))

    def _pages(self, query: Select[Any], place: tuple[Column[Any], ...], after: tuple[Any, ...]) -> Iterator[str]:
        """The last column of each row, in the order of `place`, the first columns."""
        while True:
            page = query.where(tuple_(*place) > after).order_by(*place).limit(self._batch)
            with self._database.transaction(Deadline.after(PATIENCE)) as tx:
                rows = tx.execute(page).all()
            for row in rows:
                yield str(row[-1])
            if len(rows) < self._batch:
                return
            after = tuple(rows[-1][: len(place)])

    def _recounts(self, other: Any) -> Iterator[str]:
        place = (cases.c.calendar, cases.c.id)
        return self._pages(select(*place).where(cases.c.finished_at.is_(None), other), place, ("", _NO_ID))
