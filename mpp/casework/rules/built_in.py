"""The actions that the mall itself gives every case, whatever its service type: note, claim, release, assign, extend,
amend, withdraw and resume.

Notes, claims and corrections move no clock. `extend` does, once in the life of a case; `withdraw` ends it; a case on
hold stands still until `resume`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.access.jurisdiction import CASE_ROLES, office_for
from mpp.casework.access.offices import OfficeTree
from mpp.casework.case.case import Case, Entry
from mpp.casework.case.changes import Change, Held, PersonCorrected
from mpp.casework.refusals import FieldError, Param, Refused, being_signed, invalid, wrong_role
from mpp.casework.rules import built_in_changes, case_clocks
from mpp.casework.rules.built_in_changes import Attempt, may_amend, may_resume, releasable, tasks_for, took_in
from mpp.casework.rules.naming import named
from mpp.casework.rules.people import partial
from mpp.casework.rules.service_type import FormField, ServiceType
from mpp.casework.rules.workflow import Context
from mpp.json_values import JsonObject

WITHDRAWN = "withdrawn"
AMEND = "amend"
RESUMING_ROLES = ("supervisor", "verifier")
UNDECIDED_ONLY = (AMEND, "withdraw", "extend")  # what a decision ends, from the moment it is made
AMENDING_ROLES = ("clerk", "verifier", "officer", "signer")

_BY = FormField("by", "text", {"id": "Perpanjangan (mis. 5wd)", "en": "Extension (such as 5wd)"}, max=8)
_TO = FormField("to", "text", {"id": "Akun petugas", "en": "Account of the clerk"}, max=120)
_TASK = FormField("task", "text", {"id": "Tugas", "en": "Task"}, required=False, max=64)


@dataclass(frozen=True)
class BuiltInAction:
    """A built-in action: its label, who may take it, the event that tells of it, and the changes that follow."""

    code: str
    label: dict[str, str]
    roles: tuple[str, ...]
    event: str
    note_required: bool
    changes: Callable[[Attempt], list[Change]]
    when_held: bool = True
    data: tuple[FormField, ...] = ()

    def fields(self, service_type: ServiceType) -> tuple[FormField, ...]:
        """What its data may hold. An amendment names only the fields that it corrects."""
        return partial(service_type.form) if self.code == AMEND else self.data

    def offered(self, service_type: ServiceType, case: Case, actor: Actor, supervised: frozenset[str]) -> bool:
        """Whether to show it among what the actor may do now."""
        if not actor.has_role(*self.roles) or (case.held is not None and not self.when_held):
            return False
        if self.code in UNDECIDED_ONLY and (case.signing is not None or decided(service_type, case)):
            return False
        test = _OFFERED.get(self.code)
        return test is None or test(service_type, case, actor, supervised)


def supervised_by(actor: Actor, offices: OfficeTree) -> frozenset[str]:
    """The offices that the actor supervises: the own ones and all below them."""
    found: set[str] = set()
    for assignment in actor.assignments:
        if assignment.role == "supervisor":
            found |= offices.subtree(assignment.office)
    return frozenset(found)


_OFFERED: dict[str, Callable[[ServiceType, Case, Actor, frozenset[str]], bool]] = {
    "claim": lambda service_type, case, actor, supervised: any(t.claimed_by is None for t in tasks_for(case, actor)),
    "release": lambda service_type, case, actor, supervised: bool(releasable(case, actor, supervised)),
    "assign": lambda service_type, case, actor, supervised: any(t.office in supervised for t in case.open_tasks),
    "resume": lambda service_type, case, actor, supervised: (
        case.held is not None and may_resume(service_type, actor, supervised)
    ),
    "withdraw": lambda service_type, case, actor, supervised: actor.is_applicant or took_in(case, actor),
    "amend": lambda service_type, case, actor, supervised: bool(service_type.form) and may_amend(case, actor),
    "extend": lambda service_type, case, actor, supervised: (
        service_type.extension is not None
        and service_type.owner in supervised
        and case.clock is not None
        and case.clock.extension is None
    ),
}


BUILT_IN: dict[str, BuiltInAction] = {
    action.code: action
    for action in (
        BuiltInAction("note", {"id": "Catat", "en": "Add a note"}, CASE_ROLES, "updated", True, built_in_changes.note),
        BuiltInAction(
            "claim", {"id": "Ambil tugas", "en": "Claim"}, CASE_ROLES, "updated", False, built_in_changes.claim, False
        ),
        BuiltInAction(
            "release", {"id": "Lepas tugas", "en": "Release"}, CASE_ROLES, "updated", False, built_in_changes.release
        ),
        BuiltInAction(
            "assign",
            {"id": "Tugaskan", "en": "Assign a task"},
            ("supervisor",),
            "updated",
            False,
            built_in_changes.assign,
            data=(_TO, _TASK),
        ),
        BuiltInAction(
            "extend",
            {"id": "Perpanjang tenggat", "en": "Extend the deadline"},
            ("supervisor",),
            "extended",
            True,
            built_in_changes.extend,
            when_held=False,
            data=(_BY,),
        ),
        BuiltInAction(
            AMEND,
            {"id": "Betulkan data", "en": "Correct the data"},
            AMENDING_ROLES,
            "updated",
            True,
            built_in_changes.amend,
            when_held=False,
        ),
        BuiltInAction(
            "withdraw",
            {"id": "Tarik permohonan", "en": "Withdraw"},
            ("clerk", "applicant"),
            "withdrawn",
            True,
            built_in_changes.withdraw,
        ),
        BuiltInAction(
            "resume",
            {"id": "Lanjutkan", "en": "Resume a held case"},
            RESUMING_ROLES,
            "resumed",
            True,
            built_in_changes.resume,
        ),
    )
}


def act(
    service_type: ServiceType,
    case: Case,
    actor: Actor,
    action: BuiltInAction,
    *,
    note: str | None,
    context: Context,
    data: JsonObject | None = None,
    people: Sequence[PersonCorrected] = (),
    colleague: Sequence[Assignment] = (),
) -> Entry:
    """The entry of a built-in action. Raises Refused 403, 409 or 422 like a declared one.

    `people` are an amendment's corrections of who is named in the case; `colleague` is what the account that gets a
    task may do where.
    """
    authorise(service_type, case, actor, action)
    if action.note_required and not note:
        raise invalid(FieldError("note", "required"))
    given = dict(data or {})
    missing = [f.name for f in action.data if f.required and f.name not in given]
    if missing:
        raise invalid(*(FieldError(f"data.{name}", "required") for name in missing))
    tried = Attempt(service_type, case, actor, context, note, given, people, _called(action), colleague)
    changes = action.changes(tried)
    target = WITHDRAWN if action.code == "withdraw" else case.state
    office = None
    if not actor.is_applicant:  # an office that the case concerns, else any where the actor holds the role
        office = office_for(actor, action.roles, case.touching) or actor.office_for(*action.roles)
    return case.entry(action.code, actor.id, context.now, changes, office=office, note=note, to_state=target)


def authorise(service_type: ServiceType, case: Case, actor: Actor, action: BuiltInAction) -> None:
    """Whether the role and the state of the case allow it at all. Raises Refused 403 or 409."""
    if not actor.has_role(*action.roles):
        raise wrong_role(action.roles, **_called(action))
    if finished(service_type, case):
        raise Refused(409, "case_finished")
    if case.held is not None and not action.when_held:
        raise Refused(409, "case_on_hold")
    if action.code in UNDECIDED_ONLY and case.signing is not None:
        raise being_signed()
    if action.code in UNDECIDED_ONLY and decided(service_type, case):
        raise Refused(409, "case_decided", params=_called(action))


def _called(action: BuiltInAction) -> dict[str, Param]:
    return named("action", action.code, action.label)


def hold(service_type: ServiceType, case: Case, actor: Actor, reason: str, context: Context) -> Entry | None:
    """Put an open case on hold for a coded reason; None where it is finished or held already."""
    if finished(service_type, case) or case.held is not None:
        return None
    changes = (Held(reason), *case_clocks.held(service_type, case, context.now, context.calendar))
    return case.entry("hold", actor.id, context.now, changes, note=reason)


def decided(service_type: ServiceType, case: Case) -> bool:
    """Whether the matter is decided, though a hand-over or an objection may be left to do."""
    return finished(service_type, case) or service_type.states[case.state].decided


def finished(service_type: ServiceType, case: Case) -> bool:
    """Whether the case has come to an end: a final state, or withdrawn."""
    return case.state == WITHDRAWN or service_type.states[case.state].final
