"""The actions that every case knows, whatever its service type: note, claim, release, assign, extend, amend, withdraw,
and resume.

Of these only `extend` touches the statutory clock, once; a withdrawn case has ended, and a held one stands still: it
cannot be worked on, through no fault of the office.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mpp.casework import clocks
from mpp.casework.actors import Actor
from mpp.casework.case import Case, Change, Entry, Task
from mpp.casework.clock import ClockState
from mpp.casework.durations import Duration, parse
from mpp.casework.jurisdiction import CASE_ROLES, office_for
from mpp.casework.offices import OfficeTree
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.casework.service_type import FormField, ServiceType
from mpp.casework.workflow import CANCELLED, Context

WITHDRAWN = "withdrawn"
RESUMING_ROLES = ("supervisor", "verifier")
UNDECIDED_ONLY = ("amend", "withdraw", "extend")  # what a decision ends
AMENDING_ROLES = ("clerk", "verifier", "officer", "signer")

_BY = FormField("by", "text", {"id": "Perpanjangan (mis. 5wd)", "en": "Extension (such as 5wd)"}, max=8)
_TO = FormField("to", "text", {"id": "Akun petugas", "en": "Account of the clerk"}, max=120)
_TASK = FormField("task", "text", {"id": "Tugas", "en": "Task"}, required=False, max=64)


@dataclass(frozen=True)
class Request:
    """A built-in action as it was asked for; `data` is checked against the action's fields already."""

    kind: ServiceType
    case: Case
    actor: Actor
    ctx: Context
    note: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class StandingAction:
    """A built-in action: its label, who may take it, the event it makes, and the changes that follow."""

    code: str
    label: dict[str, str]
    roles: tuple[str, ...]
    event: str
    note_required: bool
    changes: Callable[[Request], list[Change]]
    when_held: bool = True
    data: tuple[FormField, ...] = ()

    def fields(self, kind: ServiceType) -> tuple[FormField, ...]:
        """What its data may hold. An amendment names only the fields that it corrects."""
        return tuple(replace(f, required=False) for f in kind.form) if self.code == "amend" else self.data

    def offered(self, kind: ServiceType, case: Case, actor: Actor, supervised: frozenset[str]) -> bool:
        """Whether to show it among what the actor may do now."""
        if not actor.has_role(*self.roles) or (case.held is not None and not self.when_held):
            return False
        if self.code in UNDECIDED_ONLY and decided(kind, case):
            return False
        test = _OFFERED.get(self.code)
        return test is None or test(kind, case, actor, supervised)


def supervised_by(actor: Actor, offices: OfficeTree) -> frozenset[str]:
    """The offices that the actor supervises: the own ones and all below them."""
    found: set[str] = set()
    for assignment in actor.assignments:
        if assignment.role == "supervisor":
            found |= offices.subtree(assignment.office)
    return frozenset(found)


def _tasks_for(case: Case, actor: Actor) -> Sequence[Task]:
    held = {(a.office, a.role) for a in actor.assignments}
    return [t for t in case.open_tasks if (t.office, t.role) in held]


def _releasable(case: Case, actor: Actor, supervised: frozenset[str]) -> list[Task]:
    """The own claimed tasks, and those of the offices that the actor supervises."""
    claimed = [t for t in case.open_tasks if t.claimed_by is not None]
    return [t for t in claimed if t.claimed_by == actor.id or t.office in supervised]


def _may_amend(case: Case, actor: Actor) -> bool:
    """Who took the case in, and whose turn it is; before the decision."""
    return case.number is None and (_took_in(case, actor) or bool(_tasks_for(case, actor)))


def _took_in(case: Case, actor: Actor) -> bool:
    """A clerk of the office where the case was filed; another role there, or a clerk of another office, is not."""
    return office_for(actor, ("clerk",), {case.office_of_origin}) is not None


def _may_resume(kind: ServiceType, actor: Actor, supervised: frozenset[str]) -> bool:
    """A verifier of the agency that answers for the service, or who supervises it."""
    return office_for(actor, ("verifier",), {kind.owner}) is not None or kind.owner in supervised


_OFFERED: dict[str, Callable[[ServiceType, Case, Actor, frozenset[str]], bool]] = {
    "claim": lambda kind, case, actor, supervised: any(t.claimed_by is None for t in _tasks_for(case, actor)),
    "release": lambda kind, case, actor, supervised: bool(_releasable(case, actor, supervised)),
    "assign": lambda kind, case, actor, supervised: any(t.office in supervised for t in case.open_tasks),
    "resume": lambda kind, case, actor, supervised: case.held is not None and _may_resume(kind, actor, supervised),
    "withdraw": lambda kind, case, actor, supervised: actor.is_applicant or _took_in(case, actor),
    "amend": lambda kind, case, actor, supervised: bool(kind.form) and _may_amend(case, actor),
    "extend": lambda kind, case, actor, supervised: (
        kind.extension is not None
        and kind.owner in supervised
        and bool(case.clock)
        and case.clock.get("extension") is None
    ),
}


# ------------------------------------------------------------------------- what each of them changes


def _note(request: Request) -> list[Change]:
    return []


def _claim(request: Request) -> list[Change]:
    mine = _tasks_for(request.case, request.actor)
    if not mine:
        raise Refused(403, "office_may_not", params={"action": "claim"})
    free = [t for t in mine if t.claimed_by is None]
    if not free:
        raise Refused(409, "task_claimed")
    return [{"kind": "task_claimed", "task": free[0].id, "by": request.actor.id}]


def _release(request: Request) -> list[Change]:
    found = _releasable(request.case, request.actor, request.ctx.supervised)
    if not found:
        raise Refused(409, "task_not_claimed")
    return [{"kind": "task_claimed", "task": t.id, "by": None} for t in found]


def _assign(request: Request) -> list[Change]:
    """A supervisor gives a task to a clerk, whoever has claimed it. Without `task` the only one there is."""
    within = [t for t in request.case.open_tasks if t.office in request.ctx.supervised]
    if not within:
        raise Refused(403, "office_may_not", params={"action": "assign"})
    wanted = request.data.get("task")
    found = within if wanted is None else [t for t in within if wanted in (t.id, t.code)]
    if len(found) != 1:
        raise invalid(FieldError("data.task", "required" if wanted is None else "unknown_task"))
    return [{"kind": "task_claimed", "task": found[0].id, "by": str(request.data["to"]).strip()}]


def _extend(request: Request) -> list[Change]:
    kind, now = request.kind, request.ctx.now
    if kind.owner not in request.ctx.supervised:
        raise Refused(403, "office_may_not", params={"action": "extend"})
    if kind.extension is None:
        raise Refused(409, "extension_not_allowed")
    clock = clocks.clock_of(kind, request.case, request.ctx.calendar)
    if not kind.extension.same_kind(clock.duration):  # a track that is counted otherwise is not extended
        raise Refused(409, "extension_not_allowed")
    if clock.extension is not None:
        raise Refused(409, "already_extended")
    if clock.state not in (ClockState.RUNNING, ClockState.STOPPED):
        raise Refused(409, "clock_not_started")
    if clock.overdue(now):
        raise Refused(409, "already_overdue")
    by = _extension(str(request.data["by"]), kind.extension)
    return [clocks.case_change(kind, request.case, clock.extend(by, now), now)]


def _extension(text: str, bound: Duration) -> Duration:
    try:
        by = parse(text.strip())
    except ValueError as error:
        raise invalid(FieldError("data.by", "not_a_duration")) from error
    if by.unit is not bound.unit and not (by.in_service_time and bound.in_service_time):
        raise invalid(FieldError("data.by", "other_unit", {"max": str(bound)}))
    longer = by.minutes > bound.minutes if by.in_service_time else by.amount > bound.amount
    if longer:
        raise invalid(FieldError("data.by", "too_long_extension", {"max": str(bound)}))
    return by


def _amend(request: Request) -> list[Change]:
    """The given fields take the place of the filed ones; an optional field given as null is taken out."""
    if not _may_amend(request.case, request.actor):
        raise Refused(403, "office_may_not", params={"action": "amend"})
    filed = request.case.data
    fixed = sorted(request.kind.fixed_fields & set(request.data))
    if any(request.data[name] != filed.get(name) for name in fixed):
        raise invalid(*(FieldError(f"data.{name}", "fixed_at_filing") for name in fixed))
    changed = {n: v for n, v in request.data.items() if v is not None and (n not in filed or filed[n] != v)}
    gone = [n for n, v in request.data.items() if v is None and n in filed]
    if not changed and not gone:
        raise invalid(FieldError("data", "nothing_changed"))
    return [{"kind": "data", "set": changed, "unset": gone}]


def _withdraw(request: Request) -> list[Change]:
    case, actor, ctx = request.case, request.actor, request.ctx
    if not actor.is_applicant and not _took_in(case, actor):
        raise Refused(403, "office_may_not", params={"action": "withdraw"})
    closed: list[Change] = [
        {"kind": "task_closed", "task": t.id, "outcome": CANCELLED, "at": ctx.now.isoformat()} for t in case.open_tasks
    ]
    ended = clocks.on_entering(request.kind, case, "ended", ctx.now, ctx.calendar)
    return closed if ended is None else [*closed, ended]


def _resume(request: Request) -> list[Change]:
    if request.case.held is None:
        raise Refused(409, "not_on_hold")
    if not _may_resume(request.kind, request.actor, request.ctx.supervised):
        raise Refused(403, "office_may_not", params={"action": "resume"})
    running = clocks.resumed(request.kind, request.case, request.ctx.now, request.ctx.calendar)
    return [{"kind": "held", "reason": None}, *running]


STANDING: dict[str, StandingAction] = {
    action.code: action
    for action in (
        StandingAction("note", {"id": "Catat", "en": "Add a note"}, CASE_ROLES, "updated", True, _note),
        StandingAction("claim", {"id": "Ambil tugas", "en": "Claim"}, CASE_ROLES, "updated", False, _claim, False),
        StandingAction("release", {"id": "Lepas tugas", "en": "Release"}, CASE_ROLES, "updated", False, _release),
        StandingAction(
            "assign",
            {"id": "Tugaskan", "en": "Assign a task"},
            ("supervisor",),
            "updated",
            False,
            _assign,
            data=(_TO, _TASK),
        ),
        StandingAction(
            "extend",
            {"id": "Perpanjang tenggat", "en": "Extend the deadline"},
            ("supervisor",),
            "extended",
            True,
            _extend,
            when_held=False,
            data=(_BY,),
        ),
        StandingAction(
            "amend",
            {"id": "Betulkan data", "en": "Correct the data"},
            AMENDING_ROLES,
            "updated",
            True,
            _amend,
            when_held=False,
        ),
        StandingAction(
            "withdraw",
            {"id": "Tarik permohonan", "en": "Withdraw"},
            ("clerk", "applicant"),
            "withdrawn",
            True,
            _withdraw,
        ),
        StandingAction(
            "resume", {"id": "Lanjutkan", "en": "Resume a held case"}, RESUMING_ROLES, "resumed", True, _resume
        ),
    )
}


def act(
    kind: ServiceType,
    case: Case,
    actor: Actor,
    action: StandingAction,
    *,
    note: str | None,
    ctx: Context,
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """The entry of a built-in action. Raises Refused 403, 409 or 422 like a declared one."""
    authorise(kind, case, actor, action)
    if action.note_required and not note:
        raise invalid(FieldError("note", "required"))
    given = dict(data or {})
    missing = [f.name for f in action.data if f.required and f.name not in given]
    if missing:
        raise invalid(*(FieldError(f"data.{name}", "required") for name in missing))
    changes = action.changes(Request(kind, case, actor, ctx, note, given))
    target = WITHDRAWN if action.code == "withdraw" else case.state
    office = None
    if not actor.is_applicant:  # the office by which the case is the actor's business, else the one of the role
        office = office_for(actor, action.roles, case.touching) or actor.office_for(*action.roles)
    return Entry(case.version + 1, ctx.now, actor.id, office, action.code, case.state, target, note, tuple(changes))


def authorise(kind: ServiceType, case: Case, actor: Actor, action: StandingAction) -> None:
    """Whether the role and the state of the case allow it at all. Raises Refused 403 or 409."""
    if not actor.has_role(*action.roles):
        raise Refused(403, "role_may_not", params={"action": action.code})
    if finished(kind, case):
        raise Refused(409, "case_finished")
    if case.held is not None and not action.when_held:
        raise Refused(409, "case_on_hold")
    if action.code in UNDECIDED_ONLY and decided(kind, case):
        raise Refused(409, "case_decided", params={"action": action.code})


def hold(kind: ServiceType, case: Case, actor: Actor, reason: str, ctx: Context) -> Entry | None:
    """Put an open case on hold for a coded reason; None where it is finished or held already."""
    if finished(kind, case) or case.held is not None:
        return None
    changes: list[Change] = [{"kind": "held", "reason": reason}]
    changes += clocks.held(kind, case, ctx.now, ctx.calendar)
    return Entry(case.version + 1, ctx.now, actor.id, None, "hold", case.state, case.state, reason, tuple(changes))


def decided(kind: ServiceType, case: Case) -> bool:
    """Whether the matter is decided, though a hand-over or an objection may be left to do."""
    return finished(kind, case) or kind.states[case.state].decided


def finished(kind: ServiceType, case: Case) -> bool:
    """Whether the case has come to an end: a final state, or withdrawn."""
    return case.state == WITHDRAWN or kind.states[case.state].final
