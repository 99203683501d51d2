"""The stored cases of a service, read the product's way and as the rows that they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from mpp.cases.interface.answers import CaseInterface
from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.tables import cases, timeline
from mpp.casework.case.case import Case, Entry, replay
from tests.support.desks import Desks

CASE_SERVICES = ("permits", "civil_registry", "complaints")


@dataclass(frozen=True)
class Stored:
    """A case as the product reads it, with its timeline."""

    service: str
    desk: CaseInterface
    record: Record
    entries: list[Entry]

    @property
    def case(self) -> Case:
        return self.record.case

    @property
    def name(self) -> str:
        """For a message: which case, and where it stands."""
        return f"{self.case.service} {self.case.state} {self.case.id}"

    @property
    def rebuilt(self) -> Case:
        """What the timeline alone says that the case is."""
        return replay(Case(self.case.id, self.case.service, self.case.service_version), self.entries)


def every(desks: Desks) -> Iterator[Stored]:
    """Every case of every service."""
    for collection, desk in desks.desks.items():
        service = desk.definition.name
        with desks.databases[service].transaction() as tx:
            for id_ in tx.execute(select(cases.c.id).order_by(cases.c.id)).scalars().all():
                record = case_rows.find(tx, id_=id_)
                assert record is not None, f"{collection} {id_}"
                yield Stored(service, desk, record, case_rows.entries(tx, id_))


def rows_of(desks: Desks, service: str, table: Any) -> list[dict[str, Any]]:
    """The rows of a table, by its primary key."""
    with desks.databases[service].transaction() as tx:
        return [dict(row._mapping) for row in tx.execute(select(table).order_by(*table.primary_key.columns))]


def changes_of(desks: Desks) -> list[dict[str, Any]]:
    """Every stored change, as it lies in the database."""
    found = [rows_of(desks, service, timeline) for service in CASE_SERVICES]
    return [change for rows in found for row in rows for change in row["changes"]]
