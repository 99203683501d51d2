"""Nothing of the gateway's own grows for ever: the feed keeps 30 days, counts go when their window is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from mpp.persistence.database import Database
from services.gateway.accounts import queries as accounts
from services.gateway.accounts.grants import over
from services.gateway.drafts import queries as drafts
from services.gateway.feed.epochs.watch import Watch
from services.gateway.feed.keeping import prune_feed
from services.gateway.limits import queries as limits
from services.gateway.papers.batches import prune as prune_batches

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BATCH = 1000


def keep_house(database: Database, now: datetime, watch: Watch) -> dict[str, int]:
    """Remove what is over, in short transactions; rows removed per kind."""
    return {
        "feed_events": prune_feed(database, now, watch),
        "attempts": _in_batches(database, now, limits.prune),
        "ended_tokens": _in_batches(database, now, accounts.prune_tokens),
        "drafts": _in_batches(database, now, drafts.prune),
        "grants": over(database, now),
        "signature_batches": _in_batches(database, now, prune_batches),
    }


def _in_batches(database: Database, now: datetime, prune: Callable[[Connection, datetime, int], int]) -> int:
    total = 0
    while True:
        with database.transaction() as tx:
            gone = prune(tx, now, _BATCH)
        total += gone
        if gone < _BATCH:
            return total
