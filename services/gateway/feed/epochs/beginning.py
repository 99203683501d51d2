"""Another epoch, and a comparison that will say what the feed lacks."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mpp.jobs.queue import enqueue
from mpp.persistence.restores import Restored
from services.gateway.feed.epochs import queries
from services.gateway.feed.epochs.queries import State
from services.gateway.reconciling.asked import GRACE, RECONCILE, Asked

if TYPE_CHECKING:
    from sqlalchemy import Connection


def begin(tx: Connection, before: State, base: int, reason: str, now: datetime) -> State:
    """The caller has locked the state. The comparison waits until what is on its way has come."""
    state = queries.begin(tx, before, base, reason, now)
    enqueue(tx, RECONCILE, state.epoch, Asked(state.epoch), now, due_at=now + GRACE)
    return state


def after_restore(tx: Connection, restored: Restored) -> None:
    """The feed of a mall that was brought back: its positions are those that partners know, up to the last one here."""
    before = queries.state(tx, locked=True)
    reason = f"restored from a backup of {restored.until.isoformat(timespec='seconds')}"
    begin(tx, before, before.last, reason, restored.restored_at)
