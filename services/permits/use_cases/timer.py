"""The register's timer: warns of the end of permits and ends them, by index and in bounded batches.

One copy of the service does it at a time, by a lease that a frozen copy loses. Each permit is a transaction of its own
that looks again under the permit's lock, so whatever dies or wakes up late, nothing is told twice, and the next round
goes on where this one ended.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date

import structlog
from sqlalchemy import select, tuple_

from mpp.casework.access.actors import SYSTEM
from mpp.clock import new_id
from mpp.crashpoints import reach
from mpp.failures import describe
from mpp.hosting.runtime import Runtime
from mpp.persistence.database import DatabaseAway
from mpp.persistence.deadline import Deadline
from mpp.persistence.lease import Lease
from services.permits.domain.permit import by_itself
from services.permits.domain.validity import WARNINGS
from services.permits.tables import permits
from services.permits.use_cases import register
from services.permits.use_cases.register import RegisterStep

log = structlog.get_logger(__name__)

BATCH = 200
PATIENCE = 10.0  # seconds that one permit may take
_NO_ID = "00000000-0000-0000-0000-000000000000"


class RegisterTimer:
    """`run_once` is one round; the service runs it every few seconds in a greenlet."""

    def __init__(self, runtime: Runtime, batch: int = BATCH, lease_seconds: float = 30.0) -> None:
        self._runtime = runtime
        self._database = runtime.databases["permits"]
        self._batch = batch
        self._lease = Lease(self._database, "register-timer", uuid.uuid4().hex, lease_seconds)

    def run_once(self) -> int:
        """Do what is due today, if this copy holds the lease; the number of permits changed. Raises DatabaseAway."""
        changed = 0
        for permit_id in self._due():
            if not self._lease.hold():
                break
            changed += self.look_at(permit_id)
        return changed

    def release(self) -> None:
        """Let another copy go on at once. Raises DatabaseAway."""
        self._lease.release()

    @property
    def _today(self) -> date:
        return self._runtime.clock.now().astimezone(self._runtime.calendar.zone).date()

    def _due(self) -> Iterator[str]:
        """The ids of the permits to look at, batch by batch: each batch is a range scan of one index."""
        if not self._lease.hold():
            return
        today, after = self._today, (date.min, _NO_ID)
        while True:
            place = tuple_(permits.c.look_at, permits.c.id)
            query = select(permits.c.look_at, permits.c.id).where(permits.c.look_at <= today, place > after)
            with self._database.transaction(Deadline.after(PATIENCE)) as tx:
                rows = tx.execute(query.order_by(permits.c.look_at, permits.c.id).limit(self._batch)).all()
            for row in rows:
                yield str(row.id)
            if len(rows) < self._batch:
                return
            after = (rows[-1].look_at, rows[-1].id)

    def look_at(self, permit_id: str) -> int:
        """What is due for one permit, outside of a round too; 1 when something was, else 0. Raises DatabaseAway.

        A permit that fails is logged and left for the next round; the others do not wait for it."""
        try:
            with self._database.transaction(Deadline.after(PATIENCE)) as tx:
                permit = register.lock(tx, permit_id, skip_locked=True)
                today = self._today
                due = None if permit is None else by_itself(permit, today)
                if due is None:
                    return 0
                event, after = due
                paper = None if event == "expiring" else register.paper_of(tx, after)
                step = RegisterStep(SYSTEM, self._runtime.clock.now(), today, new_id())
                register.change(tx, after, event, step, _told(event, after.valid_until, after.warned), paper)
                reach("command.before_commit")
            reach("command.after_commit")
        except DatabaseAway:
            raise
        except Exception as error:
            log.error("register_timer.failed", permit=permit_id, **describe(error))
            return 0
        return 1


def _told(event: str, until: date | None, warned: int | None) -> dict[str, str | int]:
    if event == "expiring":
        return {"days_left": min(WARNINGS) if warned is None else warned}
    return {"expired_on": "" if until is None else date.fromordinal(until.toordinal() + 1).isoformat()}
