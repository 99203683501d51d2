"""Two practices that may be one place, though their addresses differ: told to whoever decides, who can look."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.case_rows import Record
from mpp.casework.rules.answers import CaseWarning
from services.permits.domain import limits
from services.permits.use_cases import previous, register

CODE = "place_alike"


def warnings(tx: Connection, host: CaseHost, record: Record) -> list[CaseWarning]:
    """One for each permit in force of the applicant at a place of the same village and name, or village and address."""
    service_type = host.service_type_of(tx, record.case)
    limit = service_type.limit
    if limit is None or record.person is None:
        return []
    today = host.today(host.clock.now())
    data = record.case.data
    old = previous.built_on(tx, service_type, record)
    held = register.held_by(tx, host.versions, record.person, limit, today, but=None if old is None else old.id)
    return [
        CaseWarning(
            CODE,
            each.id,
            f"data.{limit.place[-1]}",
            {
                "id": f"Mungkin tempat yang sama dengan izin {each.number}: hanya penulisannya berbeda. Periksa dulu.",
                "en": f"This may be the place of permit {each.number}, written in another way. Look first.",
            },
        )
        for each in limits.alike(held, limits.place_of(limit, data))
    ]
