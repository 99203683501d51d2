"""Which births are reported, by their mother: what doubles are looked for in.

A case keeps the NIK in its form, where no index finds it. Here stands the mother's pseudonym, and nothing else of her.
A death needs no such table: it stands on one paper, and of two reports only the first is recorded.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Date, ForeignKey, Index, Table, Text, or_, select
from sqlalchemy.dialects.postgresql import UUID, insert

from mpp.cases.recording.work import Work
from mpp.cases.storage.tables import cases
from mpp.casework.rules.roles import day_at, value_at
from mpp.identity.person import person_key
from mpp.persistence.tables import metadata
from services.civil_registry.rules.doubles import Reported

reported_births = Table(
    "reported_births",
    metadata,
    Column("case_id", UUID(as_uuid=False), ForeignKey("cases.id"), primary_key=True),
    Column("mother", Text, nullable=False),
    Column("day", Date, nullable=False),
    Index("reported_births_of_mother", "mother"),
)

_MOST = 5  # the oldest, so that what was answered stays what is asked


def keep(work: Work) -> None:
    """Write down the birth that a case reports, as it is filed and whenever it was corrected."""
    data = work.record.case.data
    nik, day = value_at(data, "mother_nik"), day_at(data, "child.birth_date")
    if not isinstance(nik, str) or day is None:
        return
    values = {"mother": person_key(nik, work.runtime.person_key), "day": day}
    new = insert(reported_births).values(case_id=work.record.case.id, **values)
    work.tx.execute(new.on_conflict_do_update(index_elements=["case_id"], set_=values))


def of_mother(tx: Connection, mother: str, but: str) -> list[Reported]:
    """The births of this mother that other cases report, while these are open or were granted."""
    query = (
        select(reported_births.c.case_id, cases.c.tracking_code, reported_births.c.day)
        .join(cases, cases.c.id == reported_births.c.case_id)
        .where(reported_births.c.mother == mother, reported_births.c.case_id != but)
        .where(or_(cases.c.finished_at.is_(None), cases.c.number.is_not(None)))
        .order_by(reported_births.c.case_id)
        .limit(_MOST)
    )
    return [Reported(row.case_id, row.tracking_code, row.day) for row in tx.execute(query)]
