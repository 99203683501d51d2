"""What each built-in action changes, and who may take it beyond the role: by the task, the counter, the agency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.case.case import Case, Task
from mpp.casework.case.changes import Change, DataCorrected, Held, PersonCorrected, TaskClaimed
from mpp.casework.refusals import FieldError, Param, Refused, invalid
from mpp.casework.rules import case_clocks
from mpp.casework.rules.service_type import ServiceType
from mpp.casework.rules.workflow import Context, cancelled_tasks
from mpp.casework.time.clock import ClockState
from mpp.casework.time.durations import Duration, parse
from mpp.json_values import JsonObject


@dataclass(frozen=True)
class Attempt:
    """Somebody wants to take a built-in action; `data` is checked against the action's fields already. `people` are
    the corrections of an amendment to who is named in the case."""

    service_type: ServiceType
    case: Case
    actor: Actor
    context: Context
    note: str | None
    data: JsonObject
    people: Sequence[PersonCorrected] = ()
    called: Mapping[str, Param] = field(default_factory=dict)  # the action, as a refusal names it
    colleague: Sequence[Assignment] = ()  # what the account that gets a task may do where

    def elsewhere(self, offices: Iterable[str]) -> Refused:
        """403: those offices may, and the actor's may not."""
        may = ", ".join(sorted(set(offices)))
        return Refused(403, "office_may_not", params={**self.called, "office": may} if may else self.called)


def tasks_for(case: Case, actor: Actor) -> Sequence[Task]:
    """The open tasks that are for this actor's role and office."""
    held = {(a.office, a.role) for a in actor.assignments}
    return [t for t in case.open_tasks if (t.office, t.role) in held]


def releasable(case: Case, actor: Actor, supervised: frozenset[str]) -> list[Task]:
    """The own claimed tasks, and those of the offices that the actor supervises."""
    claimed = [t for t in case.open_tasks if t.claimed_by is not None]
    return [t for t in claimed if t.claimed_by == actor.id or t.office in supervised]


def may_amend(case: Case, actor: Actor) -> bool:
    """Who took the case in, and whose turn it is; before the decision."""
    return case.number is None and (took_in(case, actor) or bool(tasks_for(case, actor)))


def took_in(case: Case, actor: Actor) -> bool:
    """A clerk of the office where the case was filed; another role there, or a clerk of another office, is not."""
    return office_for(actor, ("clerk",), {case.office_of_origin}) is not None


def may_resume(service_type: ServiceType, actor: Actor, supervised: frozenset[str]) -> bool:
    """A verifier of the agency that answers for the service, or who supervises it."""
    return office_for(actor, ("verifier",), {service_type.owner}) is not None or service_type.owner in supervised


def note(attempt: Attempt) -> list[Change]:
    """A note changes nothing: the entry itself is all."""
    return []


def claim(attempt: Attempt) -> list[Change]:
    """The first free task that is the actor's to do."""
    mine = tasks_for(attempt.case, attempt.actor)
    if not mine:
        raise attempt.elsewhere(t.office for t in attempt.case.open_tasks)
    free = [t for t in mine if t.claimed_by is None]
    if not free:
        raise Refused(409, "task_claimed")
    return [TaskClaimed(free[0].id, attempt.actor.id)]


def release(attempt: Attempt) -> list[Change]:
    """Every task that the actor may let go of."""
    found = releasable(attempt.case, attempt.actor, attempt.context.supervised)
    if not found:
        raise Refused(409, "task_not_claimed")
    return [TaskClaimed(t.id, None) for t in found]


def assign(attempt: Attempt) -> list[Change]:
    """A supervisor gives a task to a clerk who may do it, whoever has claimed it. `task` may be left out where only one
    is open."""
    within = [t for t in attempt.case.open_tasks if t.office in attempt.context.supervised]
    if not within:
        raise attempt.elsewhere(t.office for t in attempt.case.open_tasks)
    wanted = attempt.data.get("task")
    found = within if wanted is None else [t for t in within if wanted in (t.id, t.code)]
    if len(found) != 1:
        raise invalid(FieldError("data.task", "required" if wanted is None else "unknown_task"))
    task = found[0]
    if Assignment(task.office, task.role) not in attempt.colleague:
        raise invalid(FieldError("data.to", "no_colleague", {"roles": task.role}))
    return [TaskClaimed(task.id, str(attempt.data["to"]).strip())]


def extend(attempt: Attempt) -> list[Change]:
    """More time: once, no more than the catalogue allows, and before the deadline."""
    service_type, now = attempt.service_type, attempt.context.now
    if service_type.owner not in attempt.context.supervised:
        raise attempt.elsewhere([service_type.owner])
    if service_type.extension is None:
        raise Refused(409, "extension_not_allowed")
    clock = case_clocks.clock_of(service_type, attempt.case, attempt.context.calendar)
    if not service_type.extension.same_kind(clock.duration):  # a track that is counted otherwise is not extended
        raise Refused(409, "extension_not_allowed")
    if clock.extension is not None:
        raise Refused(409, "already_extended")
    if clock.state not in (ClockState.RUNNING, ClockState.STOPPED):
        raise Refused(409, "clock_not_started")
    if clock.overdue(now):
        raise Refused(409, "already_overdue")
    by = _extension(str(attempt.data["by"]), service_type.extension)
    return [case_clocks.case_change(service_type, attempt.case, clock.extend(by, now), now)]


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


def amend(attempt: Attempt) -> list[Change]:
    """The given fields take the place of the filed ones; an optional field given as null is taken out. So do the
    corrected details of who is named."""
    if not may_amend(attempt.case, attempt.actor):
        raise attempt.elsewhere([attempt.case.office_of_origin])
    filed = attempt.case.data
    fixed = sorted(attempt.service_type.fixed_fields & set(attempt.data))
    if any(attempt.data[name] != filed.get(name) for name in fixed):
        raise invalid(*(FieldError(f"data.{name}", "fixed_at_filing") for name in fixed))
    changed = {n: v for n, v in attempt.data.items() if v is not None and (n not in filed or filed[n] != v)}
    gone = [n for n, v in attempt.data.items() if v is None and n in filed]
    form = [DataCorrected(changed, tuple(gone))] if changed or gone else []
    if not form and not attempt.people:
        raise invalid(FieldError("data", "nothing_changed"))
    return [*form, *attempt.people]


def withdraw(attempt: Attempt) -> list[Change]:
    """Every open task is cancelled, and the clock ends."""
    case, actor, context = attempt.case, attempt.actor, attempt.context
    if not actor.is_applicant and not took_in(case, actor):
        raise attempt.elsewhere([case.office_of_origin])
    closed = cancelled_tasks(case, context.now)
    ended = case_clocks.on_entering(attempt.service_type, case, "ended", context.now, context.calendar)
    return closed if ended is None else [*closed, ended]


def resume(attempt: Attempt) -> list[Change]:
    """The clocks run on, and the time on hold does not count."""
    if attempt.case.held is None:
        raise Refused(409, "not_on_hold")
    if not may_resume(attempt.service_type, attempt.actor, attempt.context.supervised):
        raise attempt.elsewhere([attempt.service_type.owner])
    running = case_clocks.resumed(attempt.service_type, attempt.case, attempt.context.now, attempt.context.calendar)
    return [Held(None), *running]
