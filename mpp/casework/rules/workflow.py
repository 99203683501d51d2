"""The way of a case: what may be done, by whom, and what follows. Pure decisions; nothing is stored here.

Order of the answers, the same for every action (design: jurisdiction): an action that does not exist is 422; a role
that may never take it is 403; a state, hold or closed task that does not allow it is 409; the right role at the
wrong office is 403. Whether the actor may see the case at all (404) is decided before, by `jurisdiction`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mpp.casework.access.actors import Actor
from mpp.casework.access.offices import OfficeTree
from mpp.casework.case.case import Case, Entry, Task, evolve
from mpp.casework.case.changes import (
    Change,
    DataSet,
    Numbered,
    OfficeChanged,
    Opened,
    PaperLearned,
    SigningEnded,
    TaskClosed,
    Ticked,
    WarningAnswered,
)
from mpp.casework.case.papers import THERE, Paper
from mpp.casework.case.signing import Signing
from mpp.casework.refusals import FieldError, Refused, being_signed, invalid, wrong_role
from mpp.casework.rules import case_clocks
from mpp.casework.rules.naming import listed, the_action, the_state
from mpp.casework.rules.service_type import Action, ServiceType, State, TaskSpec, Text
from mpp.casework.time.calendar import WorkingCalendar
from mpp.json_values import JsonObject, iso, mapping, text

REFUSED = "refused"  # the outcome of a task that makes `Join.refused` the way
CANCELLED = "cancelled"
DEEMED_GRANTED = "deemed_granted"  # the state of a case whose limit passed in silence
_NEVER = datetime.min.replace(tzinfo=UTC)  # a provisional entry is never stored
CLIMBS = "origin."  # `origin.kecamatan`: the district above the village counter where the case was filed
SUPERIOR = "superior"  # the office that hears appeals against the owner's decisions
GUARDS = ("all_tasks_done", "any_task_refused", "requirements_complete")


@dataclass(frozen=True)
class Context:
    """What a decision needs besides the case.

    `supervised` are the offices that the actor supervises; `offices` is for tasks whose office lies above the office of
    origin. `tells_later`: what the step tells the citizen is a message that has yet to arrive.
    """

    now: datetime
    calendar: WorkingCalendar
    new_id: Callable[[], str]
    supervised: frozenset[str] = frozenset()
    offices: OfficeTree | None = None
    tells_later: bool = False


def open_case(
    service_type: ServiceType,
    office: str,
    actor: Actor,
    data: JsonObject,
    ticks: Mapping[str, bool],
    context: Context,
    papers: Mapping[str, Paper] | None = None,
) -> Entry:
    """The first entry of a case: filed at `office`, complete or with requirements missing.

    `papers` are those that the mall issues, where one was named instead of a document shown, by requirement.
    """
    papers = papers or {}
    ticks = {**ticks, **{requirement: paper.status == THERE for requirement, paper in papers.items()}}
    state = service_type.initial
    if service_type.initial_incomplete is not None and service_type.missing(ticks, data):
        state = service_type.initial_incomplete
    blank = Case(
        "", service_type.code, service_type.version, office_of_origin=office, office=office, data=data, ticks=ticks
    )
    changes: list[Change] = [
        Opened(office),
        DataSet(data),
        Ticked(ticks),
        *(PaperLearned(requirement, paper) for requirement, paper in papers.items()),
        *_enter(service_type, blank, service_type.states[state], context),
    ]
    return Entry(1, context.now, actor.id, office, "open", None, state, None, tuple(changes))


def permitted(service_type: ServiceType, case: Case, actor: Actor) -> list[Action]:
    """The actions of the catalogue that this actor could take now, if note and data are right."""
    found = []
    for action in service_type.actions_from(case.state):
        try:
            authorise(service_type, case, actor, action)
        except Refused:
            continue
        found.append(action)
    return found


def find_action(service_type: ServiceType, code: str) -> Action:
    """The action of the catalogue. Raises Refused 422 for another one."""
    action = service_type.actions.get(code)
    if action is None:
        raise invalid(FieldError("action", "unknown_action", listed("choices", known_actions(service_type))))
    return action


def known_actions(service_type: ServiceType) -> list[Text]:
    """The labels of the actions of the catalogue."""
    return [action.label for action in service_type.actions.values()]


def act(
    service_type: ServiceType,
    case: Case,
    actor: Actor,
    action: Action,
    *,
    note: str | None,
    data: JsonObject,
    ticks: Mapping[str, bool],
    context: Context,
    answers: Sequence[WarningAnswered] = (),
) -> Entry:
    """The entry that this action makes, without the legal number that it may need: that is drawn when all checks have
    passed (`numbered`). Raises Refused."""
    office = authorise(service_type, case, actor, action)
    if action.note_required and not note:
        raise invalid(FieldError("note", "required"))
    given = _given(action, data, ticks, answers)
    after = _after(case, [*given, *_closed_task(case, action, context)])
    _check_documents(after, action)
    _check_guards(service_type, after, action)
    return _taken(service_type, case, action, given, context, actor.id, office, note)


def signed(service_type: ServiceType, case: Case, signing: Signing, context: Context) -> Entry:
    """The entry of a decision whose paper was signed: what the action would have made, now, in the signer's name.

    It was checked when the decision was made, and nothing but notes, claims and clocks has touched the case since.
    """
    action = find_action(service_type, signing.action)
    answers = [WarningAnswered(warning, reason) for warning, reason in signing.answers.items()]
    given = [SigningEnded(signing.paper, True), *_given(action, signing.data, signing.ticks, answers)]
    entry = _taken(service_type, case, action, given, context, signing.by, signing.office, signing.note)
    return entry if signing.number is None or not action.number else numbered(entry, signing.number)


def numbered(entry: Entry, number: str) -> Entry:
    """The entry with the legal number of its decision."""
    return replace(entry, changes=(*entry.changes, Numbered(number)))


def _given(
    action: Action, data: JsonObject, ticks: Mapping[str, bool], answers: Sequence[WarningAnswered]
) -> list[Change]:
    """What whoever takes the action says with it."""
    said = [DataSet({action.code: data})] if data or action.signature else []
    return [*said, *answers, *([Ticked(ticks)] if ticks else [])]


def _taken(
    service_type: ServiceType,
    case: Case,
    action: Action,
    given: list[Change],
    context: Context,
    by: str,
    office: str | None,
    note: str | None,
) -> Entry:
    """What follows from an action that may be taken."""
    changes = [*given, *_closed_task(case, action, context)]
    after = _after(case, changes)
    target = _target(service_type, after, action)
    if target is not None:
        changes += cancelled_tasks(after, context.now)
        changes += _enter(service_type, after, service_type.states[target], context)
    return case.entry(action.code, by, context.now, changes, office=office, note=note, to_state=target)


def deem_granted(service_type: ServiceType, case: Case, actor: Actor, context: Context, note: str) -> Entry:
    """The entry by which silence becomes consent (UU 30/2014 art. 53): the case goes to `deemed_granted`.

    The moments are part of the case: when the file was complete, when the limit was, when it was recorded. Nothing is
    signed or numbered. The caller has made sure that the limit has passed and that nobody decided.
    """
    clock = case_clocks.clock_of(service_type, case, context.calendar)
    moments: JsonObject = {
        "complete_at": iso(clock.periods[0].begin),
        "limit_at": iso(case.due_at),
        "recorded_at": iso(context.now),
    }
    changes: list[Change] = [DataSet({DEEMED_GRANTED: moments}), *cancelled_tasks(case, context.now)]
    after = _after(case, changes)
    changes += _enter(service_type, after, service_type.states[DEEMED_GRANTED], context)
    return case.entry(DEEMED_GRANTED, actor.id, context.now, changes, note=note, to_state=DEEMED_GRANTED)


def authorise(service_type: ServiceType, case: Case, actor: Actor, action: Action) -> str | None:
    """The office at which the actor takes the action; None for the applicant, the bank and the mall.

    Raises Refused 403 or 409, in the order that stands at the top of this module.
    """
    by_itself = actor.is_system and _is_the_malls(service_type, case, action)
    if not by_itself and not actor.has_role(*action.roles):
        raise wrong_role(action.roles, **the_action(action))
    if case.held is not None:
        raise Refused(409, "case_on_hold")
    if case.signing is not None:
        raise being_signed()
    if case.state not in action.from_states:
        raise Refused(409, "state_forbids", params={**the_action(action), **the_state(service_type, case.state)})
    if action.when is not None and not action.when.holds(case.data):
        raise Refused(409, "action_not_for_case", params=the_action(action))
    if _was_closed(service_type, case, action):
        raise Refused(409, "closed_by_decision", params=the_action(action))
    task = open_task(case, action.task)
    if action.task is not None and task is None:
        raise Refused(409, "task_done", params=the_action(action))
    if actor.is_applicant or actor.is_bank or by_itself:
        return None
    wanted = {service_type.owner} if task is None else {task.office}
    for assignment in actor.assignments:
        if assignment.role in action.roles and assignment.office in wanted:
            _refuse_claimed(case, actor, task)
            return assignment.office
    raise Refused(403, "office_may_not", params={**the_action(action), "office": ", ".join(sorted(wanted))})


def _was_closed(service_type: ServiceType, case: Case, action: Action) -> bool:
    """Whether one of the actions after which this one is closed was taken: a task of the case has its outcome."""
    closing = [service_type.actions[code] for code in action.closed_after]
    return any(task.code == each.task and task.outcome == each.outcome for each in closing for task in case.tasks)


def _is_the_malls(service_type: ServiceType, case: Case, action: Action) -> bool:
    """Whether the mall may take this action by itself: an open task names it for when its time has run out, or for
    when the last paper has come."""
    state = service_type.states.get(case.state)
    open_codes = {t.code for t in case.open_tasks}
    return state is not None and any(
        action.code in (s.on_due, s.on_complete) and s.code in open_codes for s in state.tasks
    )


def _refuse_claimed(case: Case, actor: Actor, task: Task | None) -> None:
    """409 for a task that a colleague has claimed. An action without a task ends all tasks of the state: it is refused
    where colleagues have claimed every task that the actor could do."""
    held = {(a.office, a.role) for a in actor.assignments}
    mine = [task] if task is not None else [t for t in case.open_tasks if (t.office, t.role) in held]
    if mine and all(t.claimed_by not in (None, actor.id) for t in mine):
        raise Refused(409, "task_claimed")


def open_task(case: Case, code: str | None) -> Task | None:
    """The open task of this code, or None."""
    return next((t for t in case.open_tasks if t.code == code), None)


def _check_documents(case: Case, action: Action) -> None:
    missing = [code for code in action.documents if not case.ticks.get(code)]
    if missing:
        raise invalid(*(FieldError(f"data.requirements.{code}", "required") for code in missing))


def _check_guards(service_type: ServiceType, case: Case, action: Action) -> None:
    for guard in action.guards:
        if guard == "requirements_complete":
            missing = service_type.missing(case.ticks, case.data)
            if missing:
                raise invalid(*(FieldError(f"data.requirements.{r.code}", "required") for r in missing))
        elif guard == "all_tasks_done":
            if case.open_tasks:
                raise Refused(409, "tasks_open")
        elif guard == "any_task_refused":
            if not any(t.outcome == REFUSED for t in case.tasks):
                raise Refused(409, "no_task_refused")
        else:
            raise ValueError(f"unknown guard {guard!r}")


def _closed_task(case: Case, action: Action, context: Context) -> list[Change]:
    task = open_task(case, action.task)
    return [] if task is None else [TaskClosed(task.id, action.outcome, context.now)]


def _target(service_type: ServiceType, case: Case, action: Action) -> str | None:
    """The state to which the case goes; None where it stays, because other tasks of its state are open."""
    if action.to is not None:
        return action.to
    join = service_type.states[case.state].join
    if join is None or case.open_tasks:
        return None
    outcomes = [t.outcome for t in _tasks_of_visit(service_type, case)]
    if join.refused is not None and REFUSED in outcomes:
        return join.refused
    return join.to


def _tasks_of_visit(service_type: ServiceType, case: Case) -> list[Task]:
    """The tasks that were opened when the case last came to its state: of each code the last one. An earlier visit left
    tasks of the same codes behind."""
    codes = {spec.code for spec in service_type.states[case.state].tasks}
    last = {t.code: t for t in case.tasks if t.code in codes}
    return list(last.values())


def cancelled_tasks(case: Case, now: datetime) -> list[Change]:
    """Every open task is over without having been done: the case leaves the state that opened it."""
    return [TaskClosed(task.id, CANCELLED, now) for task in case.open_tasks]


def _enter(service_type: ServiceType, case: Case, state: State, context: Context) -> list[Change]:
    changes: list[Change] = []
    tells_later = context.tells_later and state.code != case.state  # a step that stays where it is tells nothing
    clock = case_clocks.on_entering(service_type, case, state.clock, context.now, context.calendar)
    if clock is not None:
        changes.append(clock)
    for position, spec in enumerate(state.tasks):
        office = _office_of(service_type, case, spec, context)
        id_ = context.new_id()
        opened = case_clocks.opened(
            service_type, case, spec, id_=id_, office=office, now=context.now, calendar=context.calendar,
            tells_later=tells_later,
        )  # fmt: skip
        changes.append(opened)
        if position == 0 and office != case.office:
            changes.append(OfficeChanged(office))
    return changes


def _office_of(service_type: ServiceType, case: Case, spec: TaskSpec, context: Context) -> str:
    if spec.office == "owner":
        return service_type.owner
    if spec.office == "origin":
        return case.office_of_origin
    if spec.office == SUPERIOR:
        return service_type.owner if context.offices is None else context.offices.hears_appeals(service_type.owner)
    if spec.office.startswith(CLIMBS):
        # a case filed at the mall or at an agency has no such office above it: the owner sees to it
        level = spec.office.removeprefix(CLIMBS)
        found = context.offices.at_or_above(case.office_of_origin, level) if context.offices is not None else None
        return found or service_type.owner
    if spec.office.startswith("data."):
        *groups, field = spec.office.split(".")[1:]
        data = case.data
        for group in groups:
            data = mapping(data, group)
        return text(data, field)
    return spec.office


def _after(case: Case, changes: list[Change]) -> Case:
    entry = case.entry("", "", _NEVER, changes)
    return replace(evolve(case, entry), version=case.version)
