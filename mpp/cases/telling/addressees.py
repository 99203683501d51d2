"""Who is told of a case, read when a try begins: what was corrected meanwhile counts, and the dead are told nothing."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.storage import case_rows, persons
from mpp.cases.storage.case_rows import Record
from mpp.casework.rules.people import APPLICANT, STAND_IN
from mpp.json_values import JsonObject, optional_mapping, optional_text
from mpp.messages.post import Addressee, Contact

DIED = "died"


def addressee_of(tx: Connection, case_id: str) -> Addressee | None:
    """Whom the messages of a case are for; None where it names nobody."""
    record = case_rows.find(tx, id_=case_id)
    if record is None or record.applicant is None:
        return None
    named = [(APPLICANT, record.applicant)] + ([] if record.proxy is None else [(STAND_IN, record.proxy)])
    died = record.person is not None and bool(persons.deaths_of(tx, [record.person]))
    contacts = tuple(_contact(role, details) for role, details in named)
    return Addressee(record.tracking_code, holder_of(record), contacts, DIED if died else None)


def holder_of(record: Record) -> str:
    """By whom it is kept what somebody has said about being told: the person, or whoever has the case."""
    return record.person or f"case:{record.case.id}"


def _contact(role: str, details: JsonObject) -> Contact:
    """A person's own phone and e-mail, or those of an organisation's contact."""
    reached = optional_mapping(details, "contact") or details
    return Contact(role, optional_text(reached, "phone"), optional_text(reached, "email"))
