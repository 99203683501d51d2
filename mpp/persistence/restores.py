"""A database that was brought back from a backup goes on beyond what was given out after that backup.

Each version of a subject is told with the same number added, the highest that any restore of the database has written
down. So no `subjectversion` is told twice, and whoever asks "is it newer?" gets the right answer. The versions that a
service counts for itself stay as they are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, insert, inspect, select

from mpp.persistence.tables import restores

STEP = 4000  # between what is added by two restores; more than any subject has versions
_KNOWN = "versions_after"
_HIGHEST = select(func.coalesce(func.max(restores.c.versions_after), 0))
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_HOUR = 3600
_MOST = 2**31 - 1 - STEP  # of a 32 bit integer something must be left for the versions themselves


@dataclass(frozen=True)
class Restored:
    """One restore of a database. `backup` is the name of the folder, `until` the moment that the database is of.

    The other numbers are what it goes on beyond: versions of events, and of books of legal numbers that were begun
    after the backup, in the years named.
    """

    stamp: str
    backup: str
    restored_at: datetime
    until: datetime
    versions_after: int
    numbers_after: int = 0
    numbers_from: int = 0
    numbers_through: int = 0


def versions_after(tx: Connection) -> int:
    """What is added to each version. Asked once in a session: while there is one, no database is put in its place."""
    found = tx.info.get(_KNOWN)
    if found is None:
        found = tx.info[_KNOWN] = tx.execute(_HIGHEST).scalar_one()
    return int(found)


def next_versions(highest: int, now: datetime) -> int:
    """What a restore at `now` adds, where `highest` is the newest version that anything still knows.

    Hours are counted too, so that it also moves where nothing is left that knows: neither the database nor a newer
    backup. Raises ValueError when there is no room left, as with a clock that is centuries ahead.
    """
    hours = max(0, int((now - _SINCE).total_seconds() // _HOUR))
    found = max(hours, highest // STEP + 1) * STEP
    if found > _MOST:
        raise ValueError(f"no versions are left beyond {highest} at {now.isoformat()}")
    return found


def write_down(tx: Connection, restored: Restored) -> None:
    """Let the database know. The caller is its owner, or an administrator."""
    tx.execute(insert(restores).values(asdict(restored)))
    tx.info.pop(_KNOWN, None)


def newest(tx: Connection) -> Restored | None:
    """The last restore of this database; None: there was none, or its schema is from before there could be."""
    if not inspect(tx).has_table(restores.name):
        return None
    row = tx.execute(select(restores).order_by(restores.c.stamp.desc()).limit(1)).mappings().first()
    return None if row is None else Restored(**row)
