"""One holder at a time for a job of a service, by a row that the database's own clock expires.

A holder that is frozen loses it (an advisory lock it would keep). A late former holder may still do what it was
about to do: the job must be one that can only be done twice, not wrongly.
"""

from __future__ import annotations

import time

from sqlalchemy import Connection, delete, text

from mpp.persistence.database import Database
from mpp.persistence.tables import leases

_TAKE = text(
    """
    INSERT INTO leases (name, holder, expires_at)
    VALUES (:name, :holder, clock_timestamp() + make_interval(secs => :ttl))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
    WHERE leases.holder = excluded.holder OR leases.expires_at < clock_timestamp()
    RETURNING holder
    """
)


class Lease:
    """The right to do job `name` until `ttl` seconds after it was last renewed."""

    def __init__(self, database: Database, name: str, holder: str, ttl: float = 10.0) -> None:
        self._database = database
        self._name = name
        self._holder = holder
        self._ttl = ttl
        self._asked_at: float | None = None
        self.held = False

    def hold(self) -> bool:
        """Take or renew the lease; asks the database only when a third of its life is over. Raises DatabaseAway."""
        now = time.monotonic()
        if self.held and self._asked_at is not None and now - self._asked_at < self._ttl / 3:
            return True
        self.held = False
        with self._database.alone() as tx:
            self.held = self._take(tx)
        self._asked_at = now
        return self.held

    def release(self) -> None:
        """Give it up, so that another need not wait for its end."""
        self.held = False
        with self._database.transaction() as tx:
            tx.execute(delete(leases).where(leases.c.name == self._name, leases.c.holder == self._holder))

    def _take(self, tx: Connection) -> bool:
        parameters = {"name": self._name, "holder": self._holder, "ttl": self._ttl}
        return tx.execute(_TAKE, parameters).first() is not None
