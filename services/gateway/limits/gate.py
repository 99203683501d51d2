"""A gate that lets each comer through so and so often."""

from __future__ import annotations

from mpp.casework.refusals import Refused
from mpp.clock import Clock
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.limits.queries import Limit, count


class Gate:
    """Counts in the gateway's database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def pass_one(self, limit: Limit, who: str, deadline: Deadline) -> None:
        """Count one attempt. Raises Refused 429 `rate_limited` with `retry_after` when it is one too many."""
        with self._database.transaction(deadline) as tx:
            wait = count(tx, limit, who, self._clock.now())
        if wait:
            raise Refused(429, "rate_limited", params={"retry_after": wait})
