"""Who brings files of residents, and looks at the register afterwards."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mpp.calendars import load_calendar
from mpp.clock import FixedClock
from mpp.contracts import contract_of
from mpp.contracts.persons import Told, read
from mpp.persistence.database import Database
from mpp.persistence.tables import outbox
from services.civil_registry.importing.checking import Source
from services.civil_registry.importing.report import Report
from services.civil_registry.importing.run import Import, Sums
from services.civil_registry.register import families, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.tables import family_cards, register_facts, residents
from tests.unit.residents.files import CHILD, FATHER, written

KEY = bytes(range(32))
NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
FIRST, LATER = date(2026, 11, 1), date(2026, 11, 20)
CARD, OTHER_CARD = FATHER["NO_KK"], "3515990202200002"
GROWN = {
    **CHILD,
    "NIK": "3515990404900001",
    "NO_KK": OTHER_CARD,
    "NAMA_LGKP": "Warga Contoh Empat",
    "JENIS_KLMIN": "1",
    "TGL_LHR": "1990-04-04",
    "STAT_HBKEL": "1",
}
Row = dict[str, str]


@dataclass
class Office:
    """Who brings files, and looks at the register afterwards."""

    database: Database
    folder: Path

    def takes(
        self, rows: Sequence[Row], as_of: date = FIRST, *, dry: bool = False, demo: bool = False
    ) -> tuple[Sums, list[str]]:
        """An import of one file with these rows; its sums, and the reasons with their numbers of rows."""
        file = written(self.folder / "residents.csv", rows)
        report = Report()
        of = Import(self.database, FixedClock(NOW), load_calendar(), KEY, demo)
        sums = of.run(Source([file], as_of, "35.15"), report, lambda _what, _number: None, dry=dry)
        return sums, sorted(f"{reason} {count}" for _, reason, _, count in report.sums())

    def tx(self) -> Any:
        return self.database.transaction()

    def person(self, row: Row) -> Any:
        with self.tx() as tx:
            return people.find(tx, row["NIK"])

    def card(self, number: str = CARD) -> Any:
        with self.tx() as tx:
            return families.find(tx, number=number)

    def told(self) -> list[Told]:
        """Everybody of whom the others were told, in the order in which they were."""
        with self.tx() as tx:
            rows = tx.execute(select(outbox.c.type, outbox.c.body).order_by(outbox.c.id)).all()
        data = [(row.type, json.loads(bytes(row.body))) for row in rows]
        for kind, said in data:
            contract_of(kind).check(said)
        return [told for _, said in data for told in read(said["persons"])]

    def everything(self) -> list[Any]:
        """All that an import may change."""
        with self.tx() as tx:
            tables = (residents, family_cards, register_facts, outbox)
            return [tuple(row) for table in tables for row in tx.execute(select(table).order_by(*table.primary_key))]


def at(day: date, cause: str = "biodata") -> Recorded:
    """Written down in the mall on the morning of that day."""
    return Recorded(datetime(day.year, day.month, day.day, 3, tzinfo=UTC), day, cause, "verifikator")
