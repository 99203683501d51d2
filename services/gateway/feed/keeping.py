"""How long the feed keeps an event."""

from __future__ import annotations

from datetime import datetime, timedelta

from mpp.persistence.database import Database
from services.gateway.feed import queries
from services.gateway.feed.epochs.watch import Watch

KEPT = timedelta(days=30)


def prune_feed(database: Database, now: datetime, watch: Watch, kept: timedelta = KEPT) -> int:
    """Remove events older than `kept`, in short transactions; how many went. Each has a position before it goes."""
    total = 0
    while True:
        watch.numbered()
        with database.transaction() as tx:
            gone = queries.prune(tx, now - kept)
        total += gone
        if gone < queries.BATCH:
            return total
