"""Whether a database takes what is written: one that only answers is of no use.

After a fail-over it may be read-only, and with a full disk it still reads. A real write shows it, on one row that is
there for that; it is asked for at most every few seconds, however often somebody looks.
"""

from __future__ import annotations

import time

from prometheus_client import Gauge
from sqlalchemy import text

from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline

SECONDS = 2.0  # after which there is no answer
EVERY = 5.0
REMEMBERED = 10.0  # a small write may succeed where a larger one finds no room; who is refused asks again sooner

_WRITE = text(
    "INSERT INTO leases (name, holder, expires_at) VALUES ('writing', 'anybody', clock_timestamp())"
    " ON CONFLICT (name) DO UPDATE SET expires_at = excluded.expires_at"
)
_READ = text("SELECT 1")

writable = Gauge("mpp_database_writable", "1 while the database answers and takes what is written", ["service"])


def try_write(database: Database) -> None:
    """Write something, and wait until it is safe. Raises DatabaseAway, TooSlow."""
    with database.transaction(Deadline.after(SECONDS)) as tx:
        tx.execute(_WRITE)


class Watch:
    """What is the matter with one database, for who looks often; the gauge `mpp_database_writable` follows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._written_at: float | None = None

    def trouble(self) -> str | None:
        """`database away`, or `database takes no writes (SQLSTATE)`; None when all is well."""
        found = self._look()
        writable.labels(self._database.name).set(found is None)
        return found

    def _look(self) -> str | None:
        now = time.monotonic()
        due = self._written_at is None or now - self._written_at >= EVERY
        try:
            if due:
                try_write(self._database)
                self._written_at = now
            else:
                with self._database.transaction(Deadline.after(SECONDS)) as tx:
                    tx.execute(_READ)
        except (DatabaseAway, TooSlow) as error:
            self._written_at = None
            refusal = error.refusal if isinstance(error, DatabaseAway) else None
        else:
            refusal = self._database.refused_within(REMEMBERED)
            if refusal is None:
                return None
        return "database away" if refusal is None else f"database takes no writes ({refusal})"
