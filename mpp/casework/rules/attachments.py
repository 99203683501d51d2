"""Documents handed in against a requirement: when, by whom, and what follows. Pure.

Documents are taken while the file is being gathered: in the first state, and wherever an action asks for a complete
file or for certain requirements. A document ticks its requirement; it moves no clock and ends no task.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mpp.casework.access.actors import Actor
from mpp.casework.case.case import Case, Entry
from mpp.casework.case.changes import DocumentHandedIn, DocumentTakenOut, Ticked
from mpp.casework.refusals import FieldError, Refused, being_signed, invalid, wrong_role
from mpp.casework.rules.built_in import AMENDING_ROLES, finished
from mpp.casework.rules.naming import the_state
from mpp.casework.rules.service_type import ServiceType

ATTACH = "attach"
DETACH = "detach"
GATHERING_ROLES = (*AMENDING_ROLES, "applicant")


def gathering_states(service_type: ServiceType) -> frozenset[str]:
    """The states in which documents are taken."""
    found = {service_type.initial, service_type.initial_incomplete or service_type.initial}
    for action in service_type.actions.values():
        if action.documents or "requirements_complete" in action.guards:
            found |= set(action.from_states)
    return frozenset(found)


def authorise(service_type: ServiceType, case: Case, actor: Actor, action: str = ATTACH) -> str | None:
    """The office at which the actor hands it in, or takes it out; None for the applicant.

    The applicant may, a clerk of the office that took the case in, and who holds an open task of it. Raises Refused 403
    or 409, in the order of `workflow.authorise`.
    """
    if not actor.has_role(*GATHERING_ROLES):
        raise wrong_role(sorted(GATHERING_ROLES), action=action)
    if finished(service_type, case):
        raise Refused(409, "case_finished")
    if case.held is not None:
        raise Refused(409, "case_on_hold")
    if case.signing is not None:
        raise being_signed()
    if case.state not in gathering_states(service_type):
        raise Refused(409, "state_forbids", params={"action": action, **the_state(service_type, case.state)})
    if actor.is_applicant:
        return None
    rights = {(t.office, t.role) for t in case.open_tasks} | {(case.office_of_origin, "clerk")}
    for assignment in actor.assignments:
        if assignment.role in AMENDING_ROLES and (assignment.office, assignment.role) in rights:
            return assignment.office
    offices = ", ".join(sorted({office for office, _ in rights}))
    raise Refused(403, "office_may_not", params={"action": action, "office": offices})


def may_attach(service_type: ServiceType, case: Case, actor: Actor) -> bool:
    """Whether this actor could hand in a document now."""
    try:
        authorise(service_type, case, actor)
    except Refused:
        return False
    return bool(service_type.requirements)


def attach(
    service_type: ServiceType, case: Case, actor: Actor, requirement: str, *, document: str, sha256: str, now: datetime
) -> Entry:
    """The entry of a document handed in. Raises Refused: as `authorise`, or 422 for an unknown requirement."""
    office = authorise(service_type, case, actor)
    check_requirement(service_type, requirement)
    change = DocumentHandedIn(requirement, document, sha256)
    return case.entry(ATTACH, actor.id, now, (change,), office=office)


def detach(
    service_type: ServiceType,
    case: Case,
    actor: Actor,
    requirement: str,
    *,
    document: str,
    left: bool,
    note: str | None,
    now: datetime,
) -> Entry:
    """The entry of a document that was taken out. With `left` its requirement stays fulfilled by something else.

    Raises Refused as `may_take_out`.
    """
    office = may_take_out(service_type, case, actor, note)
    change = DocumentTakenOut(requirement, document, left)
    return case.entry(DETACH, actor.id, now, (change,), office=office, note=note)


def may_take_out(service_type: ServiceType, case: Case, actor: Actor, note: str | None) -> str | None:
    """The office, as `authorise`: who may hand a document in may take one out. Staff say why, since it is not theirs.

    Raises Refused as `authorise`, and 422 for a reason that is missing.
    """
    office = authorise(service_type, case, actor, DETACH)
    if not note and not actor.is_applicant:
        raise invalid(FieldError("note", "required"))
    return office


def ticked_otherwise(timeline: Iterable[Entry], requirement: str) -> bool:
    """Whether somebody said that the requirement is fulfilled without a document, such as one shown at the counter."""
    found = False
    for change in (change for entry in timeline for change in entry.changes):
        if isinstance(change, Ticked):
            found = change.ticks.get(requirement, found)
    return found


def is_public(service_type: ServiceType, code: str) -> bool:
    """Whether anybody will see what is handed in against the requirement."""
    return any(r.public for r in service_type.requirements if r.code == code)


def check_requirement(service_type: ServiceType, code: str) -> None:
    """Raises Refused 422 for a code that the service type does not know."""
    if code not in {r.code for r in service_type.requirements}:
        raise invalid(FieldError("requirement", "unknown_requirement"))
