"""What an operator reads of the epochs."""

from __future__ import annotations

from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline
from services.gateway.feed.epochs import queries


def notes(database: Database) -> list[str]:
    """For the long form of readiness: the newest epoch, where there was ever another than the first."""
    try:
        with database.transaction(Deadline.after(2.0)) as tx:
            newest = queries.newest(tx)
    except (DatabaseAway, TooSlow):
        return []
    if newest is None:
        return []
    return [f"feed: epoch {newest.epoch} since {newest.at.isoformat(timespec='seconds')}: {newest.reason}"]
