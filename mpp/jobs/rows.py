"""The jobs in the database. Every function works in the caller's transaction.

A job is `waiting` until it is claimed, then `running` until its end is recorded or its lease runs out, and in the end
`done` or `dead`. Who claims it locks its row and passes over rows that others have locked (SKIP LOCKED), so nobody gets
a job that somebody else has. A running job stands in one of the slots of its lane, 1 to the kind's limit; the
index `jobs_running` gives each slot to one job, so the limit holds whoever claims at the same moment. A lease counts by
the database's clock, and each claim has a holder of its own, so a late one records nothing over its successor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Update, text, update
from sqlalchemy.dialects.postgresql import insert

from mpp.clock import new_id
from mpp.jobs.kinds import Job, JobHandler
from mpp.json_values import JsonObject
from mpp.persistence import pipelined
from mpp.persistence.tables import jobs
from mpp.persistence.values import SqlValues

LOST = "lost: its process died, froze, or had no database at the end of the attempt"

_ADD = insert(jobs).on_conflict_do_nothing(index_elements=["kind", "key"])
_ADDED = _ADD.returning(jobs.c.id)
_LET_GO = update(jobs).values(slot=None, holder=None, held_until=None)

# From lane to lane by the index `jobs_waiting`, however many jobs wait in each.
_LANES = text(
    """
    WITH RECURSIVE waiting AS (
        (SELECT kind, lane, due_at FROM jobs WHERE status = 'waiting' ORDER BY kind, lane, due_at, id LIMIT 1)
        UNION ALL
        SELECT further.* FROM waiting CROSS JOIN LATERAL (
            SELECT kind, lane, due_at FROM jobs
            WHERE status = 'waiting' AND (kind, lane) > (waiting.kind, waiting.lane)
            ORDER BY kind, lane, due_at, id LIMIT 1
        ) AS further
    )
    SELECT kind, lane, due_at, (
        SELECT count(*) FROM jobs
        WHERE status = 'running' AND jobs.kind = waiting.kind AND jobs.lane = waiting.lane
    ) AS running
    FROM waiting WHERE kind = ANY(:kinds)
    """
)
_CLAIM = text(
    """
    WITH oldest AS (
        SELECT id FROM jobs WHERE status = 'waiting' AND kind = :kind AND lane = :lane AND due_at <= :now
        ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), free AS (
        SELECT min(place.slot) AS slot FROM generate_series(1, :at_once) AS place (slot) WHERE NOT EXISTS (
            SELECT FROM jobs WHERE status = 'running' AND kind = :kind AND lane = :lane AND jobs.slot = place.slot
        )
    )
    UPDATE jobs
    SET status = 'running', slot = free.slot, holder = :holder, attempts = attempts + 1, begun_at = :now,
        held_until = clock_timestamp() + make_interval(secs => :lease)
    FROM oldest, free WHERE jobs.id = oldest.id AND free.slot IS NOT NULL
    RETURNING jobs.id, jobs.key, jobs.attempts, jobs.payload
    """
)
_PUT_BACK = text(
    """
    UPDATE jobs
    SET status = CASE WHEN attempts > known.retries THEN 'dead' ELSE 'waiting' END,
        settled_at = CASE WHEN attempts > known.retries THEN CAST(:now AS timestamptz) END,
        slot = NULL, holder = NULL, held_until = NULL, reason = :reason
    FROM unnest(CAST(:kinds AS text[]), CAST(:retries AS integer[])) AS known (kind, retries)
    WHERE jobs.kind = known.kind AND status = 'running' AND held_until < clock_timestamp()
    RETURNING jobs.id, jobs.kind, jobs.status
    """
)


@dataclass(frozen=True, order=True)
class Lane:
    """One lane of a kind."""

    kind: str
    name: str


@dataclass(frozen=True)
class LaneInUse:
    """A lane in which jobs wait: when the oldest of them is or was due, and how many of it are under way."""

    lane: Lane
    due_at: datetime
    running: int


@dataclass(frozen=True)
class Claim:
    """A job that is ours until its lease runs out."""

    job: Job
    payload: JsonObject
    holder: str


@dataclass(frozen=True)
class Lost:
    """A job whose lease ran out; it waits again, or its attempts are used up."""

    id: str
    kind: str
    dead: bool


def add(tx: Connection, kind: str, key: str, lane: str, payload: JsonObject, due_at: datetime, now: datetime) -> bool:
    """Insert the row; False when this work is there already (waits for a twin's open transaction to decide)."""
    return tx.execute(_ADDED, _new(kind, key, lane, payload, due_at, now)).first() is not None


def add_behind(
    tx: Connection, kind: str, key: str, lane: str, payload: JsonObject, due_at: datetime, now: datetime
) -> None:
    """The same, queued; nobody hears whether it was there already."""
    pipelined.later(tx, _ADD, _new(kind, key, lane, payload, due_at, now))


def _new(kind: str, key: str, lane: str, payload: JsonObject, due_at: datetime, now: datetime) -> SqlValues:
    return {
        "id": new_id(),
        "kind": kind,
        "key": key,
        "lane": lane,
        "payload": payload,
        "status": "waiting",
        "due_at": due_at,
        "attempts": 0,
        "enqueued_at": now,
    }


def lanes(tx: Connection, kinds: Sequence[str]) -> list[LaneInUse]:
    """The lanes of these kinds in which jobs wait, in order."""
    found = tx.execute(_LANES, {"kinds": list(kinds)})
    return [LaneInUse(Lane(row.kind, row.lane), row.due_at, row.running) for row in found]


def claim(tx: Connection, handler: JobHandler, lane: Lane, holder: str, now: datetime, lease: float) -> Claim | None:
    """Take the oldest due job of the lane for `lease` seconds; None when there is none, or no room in the lane.

    Raises IntegrityError where another copy took the same slot at the same moment.
    """
    values = {
        "kind": lane.kind,
        "lane": lane.name,
        "now": now,
        "holder": holder,
        "at_once": handler.at_once,
        "lease": lease,
    }
    row = tx.execute(_CLAIM, values).first()
    if row is None:
        return None
    return Claim(Job(str(row.id), lane.kind, row.key, lane.name, row.attempts), row.payload, holder)


def put_back(tx: Connection, handlers: Sequence[JobHandler], now: datetime) -> list[Lost]:
    """What still runs at the end of its lease waits again, in its old place; after its last attempt it is dead."""
    kinds, retries = [handler.kind for handler in handlers], [len(handler.delays) for handler in handlers]
    found = tx.execute(_PUT_BACK, {"kinds": kinds, "retries": retries, "now": now, "reason": LOST})
    return [Lost(str(row.id), row.kind, row.status == "dead") for row in found]


def finish(tx: Connection, claim: Claim, now: datetime) -> bool:
    """It is done; False when it is not ours any more."""
    return _end(tx, claim, _LET_GO.values(status="done", settled_at=now, reason=None))


def fail(tx: Connection, claim: Claim, reason: str, again_at: datetime | None, now: datetime) -> bool:
    """It failed: it waits until `again_at`, or is dead where that is None; False when it is not ours any more."""
    if again_at is None:
        return _end(tx, claim, _LET_GO.values(status="dead", settled_at=now, reason=reason))
    return _end(tx, claim, _LET_GO.values(status="waiting", due_at=again_at, reason=reason))


def give_back(tx: Connection, claim: Claim) -> bool:
    """It was interrupted by an orderly stop: it waits in its old place, and the attempt does not count."""
    return _end(tx, claim, _LET_GO.values(status="waiting", attempts=jobs.c.attempts - 1))


def put_off(tx: Connection, claim: Claim, again_at: datetime) -> bool:
    """It could not be done, which is nobody's failure: it waits until `again_at`, and the attempt does not count."""
    return _end(tx, claim, _LET_GO.values(status="waiting", attempts=jobs.c.attempts - 1, due_at=again_at))


def _end(tx: Connection, claim: Claim, change: Update) -> bool:
    ours = jobs.c.id == claim.job.id, jobs.c.status == "running", jobs.c.holder == claim.holder
    return tx.execute(change.where(*ours).returning(jobs.c.id)).first() is not None
