"""One-time addresses that ended long ago go: nothing grows for ever (guarantee 8)."""

from __future__ import annotations

from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import satisfaction_rows

EVERY = 3600.0  # seconds
BATCH = 1000


def forget(host: CaseHost) -> int:
    """Remove what has ended long ago, in short transactions; how many went. Copies of a service may do it at once."""
    total = 0
    while True:
        with host.database.transaction() as tx:
            gone = satisfaction_rows.prune(tx, host.today(host.clock.now()), BATCH)
        total += gone
        if gone < BATCH:
            return total
