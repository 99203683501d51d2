"""Jobs that no attempt could do, as a list that a person can read and replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select, update

from mpp.clock import Clock
from mpp.jobs.kinds import Job
from mpp.jobs.queue import ANNOUNCED
from mpp.json_values import JsonObject
from mpp.persistence.database import Database, announce
from mpp.persistence.deadline import Deadline
from mpp.persistence.tables import jobs


@dataclass(frozen=True)
class StoredJob:
    """A job as it stands in the table; `reason` is that of its last failure."""

    job: Job
    payload: JsonObject
    status: str
    reason: str | None
    enqueued_at: datetime


def count_dead(database: Database, deadline: Deadline) -> int:
    """How many there are. Raises DatabaseAway, TooSlow."""
    with database.transaction(deadline) as tx:
        return int(tx.execute(select(func.count()).where(jobs.c.status == "dead")).scalar_one())


class DeadJobs:
    """The dead jobs of one service."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def list(self, limit: int = 50) -> list[StoredJob]:
        """Oldest first."""
        with self._database.transaction() as tx:
            return _read(tx, jobs.c.status == "dead", limit=limit)

    def find(self, id_: str, kind: str) -> StoredJob | None:
        """One job, whatever its status."""
        with self._database.transaction() as tx:
            found = _read(tx, jobs.c.id == id_, jobs.c.kind == kind, limit=1)
        return found[0] if found else None

    def replay(self, id_: str, kind: str) -> bool:
        """Let a dead job be done again, as if it had never been tried; False when it is not dead (any more).

        It is done soon, by the next free runner, not within this call.
        """
        again = update(jobs).where(jobs.c.id == id_, jobs.c.kind == kind, jobs.c.status == "dead")
        again = again.values(status="waiting", attempts=0, due_at=self._clock.now(), settled_at=None)
        with self._database.transaction() as tx:
            revived = tx.execute(again.returning(jobs.c.id)).first() is not None
            if revived:
                announce(tx, ANNOUNCED)
        return revived

    def replay_some(self, reason: str | None, after: str, limit: int) -> Sequence[str]:
        """The same for the next dead jobs after an id, with this text in their reason; their ids, in order."""
        found = select(jobs.c.id).where(jobs.c.status == "dead", jobs.c.id > after)
        if reason is not None:
            found = found.where(jobs.c.reason.contains(reason, autoescape=True))
        some = found.order_by(jobs.c.id).limit(limit).with_for_update(skip_locked=True)
        again = update(jobs).where(jobs.c.id.in_(some.scalar_subquery()))
        again = again.values(status="waiting", attempts=0, due_at=self._clock.now(), settled_at=None)
        with self._database.transaction() as tx:
            revived = sorted(str(id_) for id_ in tx.execute(again.returning(jobs.c.id)).scalars())
            if revived:
                announce(tx, ANNOUNCED)
        return revived


def _read(tx: Connection, *where: ColumnElement[bool], limit: int) -> list[StoredJob]:
    return [
        StoredJob(
            Job(str(row.id), row.kind, row.key, row.lane, row.attempts),
            row.payload,
            row.status,
            row.reason,
            row.enqueued_at,
        )
        for row in tx.execute(select(jobs).where(*where).order_by(jobs.c.id).limit(limit))
    ]
