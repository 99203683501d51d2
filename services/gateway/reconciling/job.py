"""Does what was asked for (`asked`): compares, keeps what was found, and says so in the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import structlog

from mpp.clock import Clock
from mpp.jobs.kinds import Job
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.database import Database
from services.gateway.reconciling import queries
from services.gateway.reconciling.asked import GRACE, Asked
from services.gateway.reconciling.comparison import Comparison
from services.gateway.reconciling.peers import Peer
from services.gateway.reconciling.queries import Kept
from services.gateway.reconciling.result import Reconciliation

log = structlog.get_logger(__name__)


class Reconciler:
    """Does the jobs; `peers` are asked, and no event older than `longest` is looked at."""

    def __init__(
        self, database: Database, clock: Clock, peers: Callable[[], Mapping[str, Peer]], longest: timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._peers = peers
        self._longest = longest

    def reconcile(self, asked: Asked, job: Job) -> None:
        """Compare, keep what was found, and say so in the log."""
        now = self._clock.now()
        span = Span(asked.since or now - self._longest, asked.until or now - GRACE)
        found = Comparison(self._peers(), span).run()
        with self._database.transaction() as tx:
            queries.keep(tx, Kept(asked.name, asked.since is None, self._clock.now(), found))
        _tell(found)


def _tell(found: Reconciliation) -> None:
    for pair in found.pairs:
        if pair.missing or pair.untold:
            about = {"producer": pair.producer, "consumer": pair.consumer, "subscription": pair.subscription}
            log.error("events.missing", **about, missing=pair.missing, untold=pair.untold, mended_by=pair.mended_by)
    log.info("events.reconciled", clean=found.clean, silent=list(found.silent))
