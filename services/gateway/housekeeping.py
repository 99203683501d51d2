"""Nothing of the gateway's own grows for ever: the feed keeps 30 days, counts go when their window is over."""

from __future__ import annotations

from datetime import datetime

from mpp.persistence.database import Database
from services.gateway.feed.keeping import prune_feed
from services.gateway.limits import queries as limits

_BATCH = 1000


def keep_house(database: Database, now: datetime) -> dict[str, int]:
    """Remove what is over, in short transactions; rows removed per kind."""
    counts = 0
    while True:
        with database.transaction() as tx:
            gone = limits.prune(tx, now, _BATCH)
        counts += gone
        if gone < _BATCH:
            break
    return {"feed_events": prune_feed(database, now), "attempts": counts}
