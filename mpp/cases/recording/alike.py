"""Two applications of one person that ask for the same: filed at two counters, or twice at one."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, literal_column, or_, select

from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.tables import cases
from mpp.casework.rules.answers import CaseWarning
from mpp.json_values import JsonObject
from mpp.persistence import pipelined

CODE = "application_alike"
_MOST = 50  # of a person's other applications for the same, the newest
_OTHERS = (
    select(cases.c.id, cases.c.tracking_code, cases.c.data, cases.c.number, cases.c.finished_at)
    .where(cases.c.person == bindparam("of_person"), cases.c.service == bindparam("of_service"))
    .where(cases.c.id != bindparam("but_case"), or_(cases.c.finished_at.is_(None), cases.c.number.is_not(None)))
    .order_by(cases.c.id.desc())
    .limit(literal_column(str(_MOST)))
)


def warnings(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    """One for each other application of this person for this service with this very data, while that one is open or
    what it led to is in force. Who was refused, or withdrew, may ask again."""
    if record.person is None:
        return []
    case, today = record.case, host.today(host.clock.now())
    form = [field.name for field in host.service_type_of(tx, case).form]

    def asked(data: JsonObject) -> list[object]:
        return [data.get(name) for name in form]

    def holds(number: str | None) -> bool:
        return number is not None and bool(host.hooks.in_force(tx, number, today))

    others = pipelined.now(tx, _OTHERS, {"of_person": record.person, "of_service": case.service, "but_case": case.id})
    return [
        CaseWarning(
            CODE,
            row.id,
            "data",
            {
                "id": f"Permohonan {row.tracking_code} dari pemohon yang sama berisi data yang sama. Apakah ini ganda?",
                "en": f"Application {row.tracking_code} of the same applicant holds the same data. Is this one double?",
            },
        )
        for row in others
        if asked(row.data) == asked(case.data) and (row.finished_at is None or holds(row.number))
    ]
