"""How long the feed keeps an event."""

from __future__ import annotations

from datetime import datetime, timedelta

from mpp.persistence.database import Database
from services.gateway.feed import queries

KEPT = timedelta(days=30)


def prune_feed(database: Database, now: datetime, kept: timedelta = KEPT) -> int:
    """Remove events older than `kept`, in short transactions; how many went."""
    total = 0
    while True:
        with database.transaction() as tx:
            queries.number(tx)
            gone = queries.prune(tx, now - kept)
        total += gone
        if gone < queries.BATCH:
            return total
