"""What the complaints desk adds to the common casework: the identity of an anonymous reporter stays at the desk."""

from __future__ import annotations

from sqlalchemy import Connection

from mpp.cases.recording.hooks import Hooks
from mpp.cases.recording.work import Work
from mpp.cases.storage import persons
from mpp.cases.storage.case_rows import Record
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError
from mpp.messaging.events.event import Event

DESK_ROLES = ("verifier", "supervisor")


def check_open(work: Work) -> list[FieldError]:
    """Without a reporter nobody could answer, so a report that names none is an anonymous one."""
    record = work.record
    if record.applicant is None and not record.case.data.get("anonymous"):
        return [FieldError("applicant", "required")]
    return []


def hide_reporter(record: Record, actor: Actor) -> bool:
    """An anonymous reporter is known to the desk and to who took the report in, not to the agency it is about.

    Perpres 76/2013: the manager keeps the complainant's identity secret.
    """
    if not record.case.data.get("anonymous") or actor.is_applicant:
        return False
    desk = {t.office for t in record.case.tasks if t.role == "verifier"}
    for assignment in actor.assignments:
        if assignment.role in DESK_ROLES and assignment.office in desk:
            return False
        if assignment.office == record.case.office_of_origin and assignment.role == "clerk":
            return False
    return True


def person_changed(tx: Connection, event: Event) -> None:
    """Keep the desk's own copy of who is alive: nobody files in the name of the dead."""
    persons.hear(tx, event)


HOOKS = Hooks(entity="report", check_open=check_open, hide_applicant=hide_reporter)
