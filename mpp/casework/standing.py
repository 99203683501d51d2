"""The actions that every case knows, whatever its service type: note, claim, release, withdraw, hold, resume.

None of them touches the statutory clock, except that a withdrawn case has ended and a held one stands still: it
cannot be worked on, through no fault of the office.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mpp.casework import clocks
from mpp.casework.actors import Actor
from mpp.casework.case import Case, Change, Entry, Task
from mpp.casework.jurisdiction import CASE_ROLES
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.casework.service_type import ServiceType
from mpp.casework.workflow import CANCELLED, Context

WITHDRAWN = "withdrawn"
RESUMING_ROLES = ("supervisor", "verifier")


@dataclass(frozen=True)
class StandingAction:
    """A built-in action: its label, who may take it, the event it makes, and the changes that follow."""

    code: str
    label: dict[str, str]
    roles: tuple[str, ...]
    event: str
    note_required: bool
    changes: Callable[[ServiceType, Case, Actor, Context, str | None], list[Change]]
    when_held: bool = True

    def offered(self, case: Case, actor: Actor) -> bool:
        """Whether to show it among what the actor may do now."""
        if not actor.has_role(*self.roles) or (case.held is not None and not self.when_held):
            return False
        if self.code == "claim":
            return any(t.claimed_by is None for t in _tasks_for(case, actor))
        if self.code == "release":
            return any(t.claimed_by == actor.id for t in case.open_tasks)
        if self.code == "resume":
            return case.held is not None
        if self.code == "withdraw":
            return actor.is_applicant or bool({case.office_of_origin} & actor.offices)
        return True


def _tasks_for(case: Case, actor: Actor) -> Sequence[Task]:
    held = {(a.office, a.role) for a in actor.assignments}
    return [t for t in case.open_tasks if (t.office, t.role) in held]


def _note(kind: ServiceType, case: Case, actor: Actor, ctx: Context, note: str | None) -> list[Change]:
    return []


def _claim(kind: ServiceType, case: Case, actor: Actor, ctx: Context, note: str | None) -> list[Change]:
    mine = _tasks_for(case, actor)
    if not mine:
        raise Refused(403, "office_may_not", params={"action": "claim"})
    free = [t for t in mine if t.claimed_by is None]
    if not free:
        raise Refused(409, "task_claimed")
    return [{"kind": "task_claimed", "task": free[0].id, "by": actor.id}]


def _release(kind: ServiceType, case: Case, actor: Actor, ctx: Context, note: str | None) -> list[Change]:
    mine = [t for t in case.open_tasks if t.claimed_by == actor.id]
    if not mine:
        raise Refused(409, "task_not_claimed")
    return [{"kind": "task_claimed", "task": t.id, "by": None} for t in mine]


def _withdraw(kind: ServiceType, case: Case, actor: Actor, ctx: Context, note: str | None) -> list[Change]:
    if not actor.is_applicant and case.office_of_origin not in actor.offices:
        raise Refused(403, "office_may_not", params={"action": "withdraw"})
    closed: list[Change] = [
        {"kind": "task_closed", "task": t.id, "outcome": CANCELLED, "at": ctx.now.isoformat()} for t in case.open_tasks
    ]
    ended = clocks.on_entering(kind, case, "ended", ctx.now, ctx.calendar)
    return closed if ended is None else [*closed, ended]


def _resume(kind: ServiceType, case: Case, actor: Actor, ctx: Context, note: str | None) -> list[Change]:
    if case.held is None:
        raise Refused(409, "not_on_hold")
    changes: list[Change] = [{"kind": "held", "reason": None}]
    clock = clocks.on_entering(kind, case, kind.states[case.state].clock, ctx.now, ctx.calendar)
    return changes if clock is None else [*changes, clock]


STANDING: dict[str, StandingAction] = {
    action.code: action
    for action in (
        StandingAction("note", {"id": "Catat", "en": "Add a note"}, CASE_ROLES, "updated", True, _note),
        StandingAction("claim", {"id": "Ambil tugas", "en": "Claim"}, CASE_ROLES, "updated", False, _claim, False),
        StandingAction("release", {"id": "Lepas tugas", "en": "Release"}, CASE_ROLES, "updated", False, _release),
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
    kind: ServiceType, case: Case, actor: Actor, action: StandingAction, *, note: str | None, ctx: Context
) -> Entry:
    """The entry of a built-in action. Raises Refused 403, 409 or 422 like a declared one."""
    if not actor.has_role(*action.roles):
        raise Refused(403, "role_may_not", params={"action": action.code})
    if finished(kind, case):
        raise Refused(409, "case_finished")
    if case.held is not None and not action.when_held:
        raise Refused(409, "case_on_hold")
    if action.note_required and not note:
        raise invalid(FieldError("note", "required"))
    changes = action.changes(kind, case, actor, ctx, note)
    target = WITHDRAWN if action.code == "withdraw" else case.state
    office = actor.office_for(*action.roles) if not actor.is_applicant else None
    return Entry(case.version + 1, ctx.now, actor.id, office, action.code, case.state, target, note, tuple(changes))


def hold(kind: ServiceType, case: Case, actor: Actor, reason: str, ctx: Context) -> Entry | None:
    """Put an open case on hold for a coded reason; None where it is finished or held already."""
    if finished(kind, case) or case.held is not None:
        return None
    changes: list[Change] = [{"kind": "held", "reason": reason}]
    clock = clocks.on_entering(kind, case, "stopped", ctx.now, ctx.calendar)
    if clock is not None:
        changes.append(clock)
    return Entry(case.version + 1, ctx.now, actor.id, None, "hold", case.state, case.state, reason, tuple(changes))


def finished(kind: ServiceType, case: Case) -> bool:
    """Whether the case has come to an end: a final state, or withdrawn."""
    return case.state == WITHDRAWN or kind.states[case.state].final
