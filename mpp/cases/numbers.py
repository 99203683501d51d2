"""Legal numbers: gap-free per office, series and year, allocated in the issuing transaction (guarantee 7)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.postgresql import insert as upsert

from mpp.cases.tables import number_series, numbers
from mpp.casework.offices import OfficeTree
from mpp.casework.service_type import ServiceType


def allocate(
    tx: Connection, kind: ServiceType, case_id: str, office: str, offices: OfficeTree, local_now: datetime
) -> str:
    """The next number of the service's series at this office in the local year; gone if the transaction rolls back.

    The series row stays locked until then, so the caller takes no further lock (lock order: case, then number).
    """
    if kind.number is None:
        raise RuntimeError(f"{kind.code} has no number series")
    key = {"office": office, "series": kind.number.series, "year": local_now.year}
    statement = (
        upsert(number_series)
        .values(**key, first=1, last=1)
        .on_conflict_do_update(index_elements=["office", "series", "year"], set_={"last": number_series.c.last + 1})
        .returning(number_series.c.last)
    )
    seq: int = tx.execute(statement).scalar_one()
    number = kind.number.template.render(
        seq=seq, date=local_now.date(), code=kind.code, office=office.upper(), region=offices.region
    )
    tx.execute(insert(numbers).values(**key, seq=seq, number=number, case_id=case_id, issued_at=local_now))
    return number
