"""The working calendar in effect: what the files of the installation say, with the override tables that were loaded
into the running mall on top. Each case service keeps the tables in its own database, where all its copies read them.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time

from sqlalchemy import Connection, func, insert, select, text

from mpp.calendars import fingerprint, overridden, parse_overrides
from mpp.calendars.files import Overrides
from mpp.cases.storage.tables import calendar_tables, cases
from mpp.casework.bounds import TABLE_MAX
from mpp.casework.refusals import FieldError, Refused
from mpp.casework.time.calendar import WorkingCalendar
from mpp.json_values import JsonObject
from mpp.persistence.database import Database
from mpp.yaml_files import CatalogueError

_LOCK = 7_267_915_002  # two loads at once take turns, or a reader could miss the one that commits second


class CalendarInEffect:
    """`current` is the calendar that counts now, `name` its fingerprint, which is stored with each case.

    A copy of the service learns of a new table by `refresh`; until then it counts with the old calendar and says so
    in the case, which the timer then counts again.
    """

    def __init__(self, database: Database, base: WorkingCalendar) -> None:
        self._database = database
        self._base = base
        self._known: int | None = None
        self.current = base
        self.name = fingerprint(base)
        self.refresh()

    def refresh(self) -> bool:
        """Read the tables again if there are new ones; whether there were. Raises DatabaseAway."""
        with self._database.transaction() as tx:
            newest = tx.execute(select(func.max(calendar_tables.c.id))).scalar_one()
            if newest == self._known:
                return False
            rows = tx.execute(select(calendar_tables).order_by(calendar_tables.c.id)).all()
        self.current = overridden(self._base, [parse_overrides(row.name, row.source) for row in rows])
        self.name = fingerprint(self.current)
        self._known = newest
        return True


def load(tx: Connection, name: str, source: str, actor: str, now: datetime) -> bool:
    """Put a table into effect; False where the newest one says the same already.

    Raises Refused 422 `calendar_invalid` with the place of the first mistake; then nothing is stored.
    """
    if len(source) > TABLE_MAX:
        raise Refused(
            422,
            "calendar_invalid",
            params={"reason": f"{name}: paling banyak {TABLE_MAX} karakter | {name}: at most {TABLE_MAX} characters"},
        )
    parsed(name, source)
    tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    digest = hashlib.sha256(source.encode()).hexdigest()
    newest = select(calendar_tables.c.digest).order_by(calendar_tables.c.id.desc()).limit(1)
    if tx.execute(newest).scalar_one_or_none() == digest:
        return False
    row = {"name": name, "digest": digest, "source": source, "loaded_at": now, "loaded_by": actor}
    tx.execute(insert(calendar_tables).values(row))
    return True


def parsed(name: str, source: str) -> Overrides:
    """The table that the text of a file says. Raises Refused 422 `calendar_invalid`."""
    try:
        return parse_overrides(name, source)
    except CatalogueError as error:
        raise Refused(
            422, "calendar_invalid", params={"reason": str(error)}, fields=[FieldError("source", "invalid")]
        ) from error


def running_behind(tx: Connection, calendar: WorkingCalendar, day: date) -> int:
    """How many cases are not finished and due on this day or later."""
    begin = calendar.at(day, time.min)
    behind = select(func.count()).where(cases.c.due_at >= begin, cases.c.finished_at.is_(None))
    return int(tx.execute(behind).scalar_one())


def listed(tx: Connection) -> list[JsonObject]:
    """The tables in effect, oldest first; a later one wins."""
    rows = tx.execute(select(calendar_tables).order_by(calendar_tables.c.id)).all()
    return [
        {
            "name": row.name,
            "digest": row.digest,
            "source": row.source,
            "loaded_at": row.loaded_at.isoformat(),
            "loaded_by": row.loaded_by,
        }
        for row in rows
    ]
