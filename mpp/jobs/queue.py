"""Leaving work for later, as a row of the transaction that makes it necessary."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from mpp.jobs import rows
from mpp.jobs.kinds import JobKind
from mpp.persistence.database import announce

ANNOUNCED = "jobs"  # what a commit that leaves a job due calls back for (`Database.on_commit`)

P = TypeVar("P")


def enqueue(
    tx: Connection,
    kind: JobKind[P],
    key: str,
    payload: P,
    now: datetime,
    *,
    lane: str = "",
    due_at: datetime | None = None,
) -> bool:
    """Let a job be done once this transaction has committed, and not before `due_at`; False when it is there already.

    `key` says which work of its kind this is: the same work is enqueued once, also when it is done, until its row is
    pruned, or dead. `lane` says whom it may hold up: jobs of one lane wait for each other, those of different lanes do
    not. Neither says anything personal. A twin's open transaction is waited for.
    """
    added = rows.add(tx, kind.name, key, lane, kind.to_json(payload), due_at or now, now)
    if added:
        announce(tx, ANNOUNCED)
    return added


def enqueue_behind(
    tx: Connection, kind: JobKind[P], key: str, payload: P, due_at: datetime, now: datetime, lane: str
) -> None:
    """The same, queued to go with the next statement (`pipelined`): for who may read nothing any more."""
    rows.add_behind(tx, kind.name, key, lane, kind.to_json(payload), due_at, now)
    announce(tx, ANNOUNCED)
