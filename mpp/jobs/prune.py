"""Nothing grows for ever (guarantee 8): old rows go, in batches small enough to hold nobody up."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import eventlet
from sqlalchemy import ColumnElement, Table, delete, select, tuple_

from mpp.clock import Clock
from mpp.jobs.loops import Loop, Pace
from mpp.persistence.database import Database
from mpp.persistence.lease import Lease
from mpp.persistence.retention import Retention
from mpp.persistence.tables import idempotency, inbox, jobs, outbox

BATCH = 1000


def prune(database: Database, now: datetime, retention: Retention | None = None, batch: int = BATCH) -> dict[str, int]:
    """Delete what is older than `retention`; rows deleted per table. Raises DatabaseAway.

    Never an unpublished event, nor one that waits for a retry, is parked or dead; no job that is not done.
    """
    keep = retention or Retention()
    settled = inbox.c.status.in_(("done", "ignored"))
    return {
        "outbox": _prune(database, outbox, batch, outbox.c.published_at < now - keep.outbox),
        "inbox": _prune(database, inbox, batch, settled, inbox.c.settled_at < now - keep.inbox),
        "idempotency": _prune(database, idempotency, batch, idempotency.c.created_at < now - keep.idempotency),
        "jobs": _prune(database, jobs, batch, jobs.c.status == "done", jobs.c.settled_at < now - keep.jobs),
    }


def _prune(database: Database, table: Table, batch: int, *where: ColumnElement[bool]) -> int:
    key = list(table.primary_key.columns)
    total = 0
    while True:
        old = select(*key).where(*where).limit(batch).with_for_update(skip_locked=True).subquery()
        with database.transaction() as tx:
            deleted = tx.execute(delete(table).where(tuple_(*key).in_(select(old)))).rowcount
        total += deleted
        if deleted < batch:
            return total
        eventlet.sleep(0)


class Pruner:
    """Prunes now and then, in one copy of a service at a time."""

    def __init__(
        self, database: Database, clock: Clock, retention: Retention, every: timedelta = timedelta(hours=1)
    ) -> None:
        self._database = database
        self._clock = clock
        self._retention = retention
        seconds = every.total_seconds()
        self._lease = Lease(database, "prune", uuid.uuid4().hex, ttl=seconds * 1.5)
        self.loop = Loop(database.name, "pruner", self._pass, Pace(seconds, at_start=False), patience=0.0)

    def _pass(self) -> None:
        if self._lease.hold():
            prune(self._database, self._clock.now(), self._retention)
