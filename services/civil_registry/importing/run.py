"""An import from beginning to end: read, judge, take. It may be killed anywhere, and goes on when it is started again.

What was taken stays taken: a batch of families, with the list of persons for the other services, is one transaction
that also moves the place from which the same files go on. Rows that were not all read are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, insert, select, text, update

from mpp import crashpoints
from mpp.casework.access.actors import SYSTEM
from mpp.casework.time.calendar import WorkingCalendar
from mpp.clock import Clock, new_id
from mpp.json_values import JsonObject
from mpp.persistence.audit import trail
from mpp.persistence.database import Database
from services.civil_registry.importing import judging, staging
from services.civil_registry.importing.checking import Source, report_on, rows
from services.civil_registry.importing.judging import Batch
from services.civil_registry.importing.reading import sha256
from services.civil_registry.importing.report import Report
from services.civil_registry.importing.tables import resident_imports
from services.civil_registry.importing.telling import tell
from services.civil_registry.register import bulk

BATCH = 5000  # rows; a family is never parted
_ONE = text("SELECT pg_try_advisory_lock(hashtextextended('residents import', 0))")
_NEXT = text(
    "SELECT max(key) AS upto, count(*) AS number FROM"
    " (SELECT key FROM resident_import_rows WHERE key > :after ORDER BY key LIMIT :most) AS following"
)
_SUMS = text(
    "SELECT count(*) AS rows, count(*) FILTER (WHERE held = 'refused') AS refused,"
    " count(*) FILTER (WHERE held <> 'refused') AS held FROM resident_import_rows"
)

Say = Callable[[str, int], None]  # what is done, and with how many rows


class Busy(Exception):
    """Another import is under way."""


@dataclass(frozen=True)
class Sums:
    """How an import ended. `held`: rows that contradict others or the register; of the rest some changed nothing."""

    rows: int
    refused: int
    held: int
    added: int
    changed: int


@dataclass(frozen=True)
class Import:
    """What an import stands on. `secret` makes pseudonyms; `demo`: the people are those of a training mall."""

    database: Database
    clock: Clock
    calendar: WorkingCalendar
    secret: bytes
    demo: bool = False

    def run(self, source: Source, report: Report, say: Say, *, dry: bool = False) -> Sums:
        """Take the files into the register, or (`dry`) only judge them.

        Raises Busy, BadHeader, Unreadable, OSError, DatabaseAway; the register is then as far as it came.
        """
        with self._alone():
            found = self._begun(source, dry)
            if found.status == "reading":
                self._read(found, source, say)
            self._take(found.id, dry, say)
            sums = self._ended(found.id)
            with self.database.transaction() as tx:
                for file, line, faults, held in staging.reasons(tx):
                    report_on(report, file, line, faults or (), held)
            self._close(found.id, sums)
            staging.empty(self.database)
        return sums

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self.database.alone() as tx:
            if not tx.execute(_ONE).scalar_one():
                raise Busy
            try:
                yield
            finally:
                tx.execute(text("SELECT pg_advisory_unlock_all()"))

    def _begun(self, source: Source, dry: bool) -> Row[tuple[object, ...]]:
        """The import of these files: the one that was not finished, or a new one."""
        mine = {"sha256": sha256(source.files), "as_of": source.as_of, "demo": self.demo, "dry_run": dry}
        with self.database.transaction() as tx:
            found = tx.execute(select(resident_imports).where(resident_imports.c.status != "done")).first()
            if found is not None and not self._goes_on(tx, found, mine):
                tx.execute(update(resident_imports).where(resident_imports.c.id == found.id).values(status="done"))
                found = None
            if found is None:
                empty = {"position": "", "rows": 0, "added": 0, "changed": 0}
                made = {"id": new_id(), "status": "reading", "begun_at": self.clock.now(), **mine, **empty}
                found = tx.execute(insert(resident_imports).values(made).returning(resident_imports)).one()
            return found

    def _goes_on(self, tx: Connection, found: Row[tuple[object, ...]], mine: dict[str, object]) -> bool:
        same = all(found._mapping[name] == value for name, value in mine.items())
        # the rows do not survive a crash of the server; then they are read again, and those that were taken say so
        return same and (found.status == "reading" or bool(tx.execute(_SUMS).one().rows))

    def _read(self, found: Row[tuple[object, ...]], source: Source, say: Say) -> None:
        staging.empty(self.database)
        today = self.clock.now().astimezone(self.calendar.zone).date()
        staging.fill(self.database, rows(source, today), self.secret, lambda number: say("read", number))
        staging.judge_together(self.database)
        with self.database.transaction() as tx:
            mine = update(resident_imports).where(resident_imports.c.id == found.id)
            tx.execute(mine.values(status="taking", position="", rows=tx.execute(_SUMS).one().rows))
        crashpoints.reach("residents.read")

    def _take(self, id_: str, dry: bool, say: Say) -> None:
        """Batch after batch; those who change cards come last, together."""
        done = 0
        while True:
            with self.database.transaction() as tx:
                place = tx.execute(select(resident_imports.c.position).where(resident_imports.c.id == id_)).scalar_one()
                some = tx.execute(_NEXT, {"after": place, "most": BATCH}).one()
                last = some.upto is None
                batch = Batch(place, some.upto or "", self.calendar.zone, self.demo, moving=last)
                self._batch(tx, id_, batch, dry)
                crashpoints.reach("residents.before_commit")
            crashpoints.reach("residents.after_commit")
            done += some.number
            say("judged" if dry else "taken", done)
            if last:
                return

    def _batch(self, tx: Connection, id_: str, batch: Batch, dry: bool) -> None:
        mine = resident_imports.c
        values: dict[str, object] = {} if batch.moving else {"position": batch.upto}
        if dry:
            judging.judge(tx, batch)
        else:
            now = self.clock.now()
            judging.lock(tx, batch)
            judging.judge(tx, batch)
            taken = bulk.take(tx, batch, now, now.astimezone(self.calendar.zone).date(), id_)
            tell(tx, taken.told, now, id_)
            values |= {"added": mine.added + taken.added, "changed": mine.changed + taken.changed}
        if values:
            tx.execute(update(resident_imports).where(mine.id == id_).values(values))

    def _ended(self, id_: str) -> Sums:
        with self.database.transaction() as tx:
            counted = tx.execute(_SUMS).one()
            found = tx.execute(select(resident_imports).where(resident_imports.c.id == id_)).one()
            return Sums(counted.rows, counted.refused, counted.held, found.added, found.changed)

    def _close(self, id_: str, sums: Sums) -> None:
        now: datetime = self.clock.now()
        with self.database.transaction() as tx:
            values = {"status": "done", "ended_at": now}
            found = tx.execute(
                update(resident_imports)
                .where(resident_imports.c.id == id_)
                .values(values)
                .returning(resident_imports.c.dry_run)
            ).scalar_one()
            if not found:
                details: JsonObject = {"import": id_, "rows": sums.rows, "added": sums.added, "changed": sums.changed}
                trail.record(tx, at=now, actor=SYSTEM, office=None, action="residents_imported", details=details)
