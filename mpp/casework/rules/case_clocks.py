"""The clocks of a case: the statutory clock of the case, and one for each task that has a time of its own.

The case's clock does what the state says. A task's clock runs while the task is open, even where the case's clock
stands still: while the applicant has ten days to reply, those ten days run. A case on hold stops all of its clocks.

A citizen's window is a task that the mall itself ends while the case waits for the applicant: the time to reply, to
object, to appeal. Where a message must reach the citizen first, its clock starts when the citizen was told (`told`),
not when the task opened; until then it has no date and nothing follows from it (ADR 0026).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mpp.casework.case.case import Case, Task
from mpp.casework.case.changes import Change, ClockMoved, TaskClockMoved, TaskOpened
from mpp.casework.rules.service_type import ClockWanted, Levy, ServiceType, TaskSpec
from mpp.casework.rules.thresholds import Threshold, next_alarm, passed, thresholds
from mpp.casework.time.calendar import WorkingCalendar
from mpp.casework.time.clock import ClockState, StatutoryClock
from mpp.casework.time.doubts import Doubt
from mpp.casework.time.durations import Duration


def clock_of(service_type: ServiceType, case: Case, calendar: WorkingCalendar) -> StatutoryClock:
    """The case's statutory clock; one that has not started where the case has none yet."""
    if case.clock is not None:
        return StatutoryClock.of(case.clock, calendar)
    return StatutoryClock(service_type.sla_for(case.data), calendar, service_type.clock_office_kind)


def doubts_of(service_type: ServiceType, case: Case, calendar: WorkingCalendar) -> tuple[Doubt, ...]:
    """Why the due date of a case is an estimate; empty where it is certain, and where it has none."""
    if case.due_at is None or case.calendar_complete:
        return ()
    found = clock_of(service_type, case, calendar).deadline
    return () if found is None else found.doubts


def task_clock(task: Task, calendar: WorkingCalendar) -> StatutoryClock | None:
    """The task's own clock; None where it has none."""
    return None if task.clock is None else StatutoryClock.of(task.clock, calendar)


def spec_of(service_type: ServiceType, case: Case, task: Task) -> TaskSpec | None:
    """What the catalogue says of an open task. It is found in the state in which the case stands, which opened it."""
    state = service_type.states.get(case.state)
    return next((spec for spec in state.tasks if spec.code == task.code), None) if state else None


def case_thresholds(service_type: ServiceType, clock: StatutoryClock) -> list[Threshold]:
    """The thresholds of the statutory clock."""
    return thresholds(clock, _lead(service_type, clock), service_type.escalation)


def _lead(service_type: ServiceType, clock: StatutoryClock) -> Duration | None:
    """How long before the deadline the catalogue says "due soon". None where the clock counts in other units: that of a
    track may."""
    lead = service_type.due_soon
    if lead is None or not lead.same_kind(clock.duration):
        return None
    return lead


def task_thresholds(
    service_type: ServiceType, spec: TaskSpec | None, clock: StatutoryClock, due_at: datetime | None = None
) -> list[Threshold]:
    """The thresholds of a task's clock; `due_at` is the date that it has until now.

    Nobody is told of a task that the mall itself ends, nor of the time to pay. An applicant's own window does not close
    on an estimate: as long as the calendar is not decided where it ends, it has no threshold. An office that is silent
    has no such time: its silence grants.
    """
    if spec is None or (spec.on_due is None and not spec.of_levy):
        return thresholds(clock, None, service_type.escalation)
    found = clock.deadline
    if found is not None and not found.complete and (spec.of_levy or is_window(service_type, spec)):
        return []
    return thresholds(clock, None, (), promised=_promised(service_type, spec, due_at))


def is_window(service_type: ServiceType, spec: TaskSpec) -> bool:
    """Whether the task is a citizen's window: the mall ends it by itself, and the case waits for the applicant.

    The time to pay is none: its last day stands on the assessment, which the bank has as well.
    """
    if spec.on_due is None or spec.sla is None or spec.of_levy:
        return False
    states = service_type.states.values()
    return any(state.waiting_on == "applicant" and spec in state.tasks for state in states)


def open_windows(service_type: ServiceType, case: Case) -> list[tuple[Task, TaskSpec]]:
    """The citizen's windows of a case that are open, told or not, each with what the catalogue says of it."""
    found = [(task, spec_of(service_type, case, task)) for task in case.open_tasks if task.clock is not None]
    return [(task, spec) for task, spec in found if spec is not None and is_window(service_type, spec)]


def untold(case: Case) -> list[Task]:
    """The open tasks whose clocks wait until the citizen was told."""
    return [task for task in case.open_tasks if task.clock is not None and not task.clock.periods]


def told_at(task: Task) -> datetime | None:
    """When the time of a window began; None before."""
    return task.clock.periods[0].begin if task.clock is not None and task.clock.periods else None


def _promised(service_type: ServiceType, spec: TaskSpec | None, due_at: datetime | None) -> datetime | None:
    """What a citizen was told of the end of a task moves away from them, and never towards: the last day to pay stands
    on the assessment, that of a window was read on the case and its receipt."""
    if spec is None or not (spec.of_levy or is_window(service_type, spec)):
        return None
    return due_at


# ------------------------------------------------------------------------- changes


def on_entering(
    service_type: ServiceType, case: Case, wanted: ClockWanted, now: datetime, calendar: WorkingCalendar
) -> ClockMoved | None:
    """What happens to the clock when the case enters a state that wants it none, running, stopped or ended.

    None where the clock stays as it is. A clock that never started neither stops nor ends.
    """
    moved = _moved(clock_of(service_type, case, calendar), wanted, now)
    return None if moved is None else case_change(service_type, case, moved, now)


def case_change(service_type: ServiceType, case: Case, clock: StatutoryClock, now: datetime) -> ClockMoved:
    """The case's clock as it is now, with its due date and its next alarm."""
    found = clock.deadline
    complete = True if found is None else found.complete
    bell = _bell(case_thresholds(service_type, clock), case.reported, now)
    return ClockMoved(clock.stored, clock.due_at, complete, bell.alarm_at, bell.reported)


def opened(
    service_type: ServiceType,
    case: Case,
    spec: TaskSpec,
    *,
    id_: str,
    office: str,
    now: datetime,
    calendar: WorkingCalendar,
    tells_later: bool = False,
) -> TaskOpened:
    """A task that opens now at an office, with its clock where it has one. With `tells_later` a message follows, and a
    citizen's window waits for it."""
    clock = _levy_clock(service_type, case, now, calendar) if spec.of_levy else None
    if spec.sla is not None:
        clock = StatutoryClock(spec.sla, calendar, service_type.clock_office_kind)
        clock = clock if tells_later and is_window(service_type, spec) else clock.start(now)
    if clock is None:
        return TaskOpened(id_, spec.code, office, spec.role, now, None, None, None)
    alarm_at = _bell(task_thresholds(service_type, spec, clock), 0, now).alarm_at
    return TaskOpened(id_, spec.code, office, spec.role, now, clock.stored, clock.due_at, alarm_at)


def _levy_clock(
    service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar
) -> StatutoryClock | None:
    """The time to pay. It counts from the assessment, also when the case comes back to wait for the money again."""
    if service_type.levy is None:
        return None
    assessing = service_type.actions[service_type.levy.assess].task
    at = max((t.closed_at for t in case.tasks if t.code == assessing and t.closed_at is not None), default=now)
    return time_to_pay(service_type, service_type.levy, at, calendar)


def time_to_pay(
    service_type: ServiceType, levy: Levy, assessed_at: datetime, calendar: WorkingCalendar
) -> StatutoryClock:
    """The clock of an assessment; its `due_at` is both the task's and what stands on the SKRD."""
    return StatutoryClock(levy.due, calendar, service_type.clock_office_kind).start(assessed_at)


def told(
    service_type: ServiceType, case: Case, at: datetime, tasks: Sequence[Task], now: datetime, calendar: WorkingCalendar
) -> list[Change]:
    """The changes by which the time of these untold windows runs from `at` on, the moment in which the citizen was
    told. While the case is on hold it stands still at once, and goes on with the case."""
    changes: list[Change] = []
    for task in tasks:
        clock = task_clock(task, calendar)
        if clock is not None and clock.state is ClockState.NOT_STARTED:
            running = clock.start(at)
            moved = running if case.held is None else running.stop(at)
            changes.append(_task_change(service_type, case, task, moved, now))
    return changes


def held(service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar) -> list[Change]:
    """The changes by which every clock of a case stands still."""
    return _everywhere(service_type, case, "stopped", now, calendar)


def resumed(service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar) -> list[Change]:
    """The changes by which the tasks' clocks go on, and the case's where the state lets it run. No untold window
    begins by that."""
    return _everywhere(service_type, case, "running", now, calendar)


def _everywhere(
    service_type: ServiceType, case: Case, wanted: ClockWanted, now: datetime, calendar: WorkingCalendar
) -> list[Change]:
    whole = wanted if wanted == "stopped" else service_type.states[case.state].clock
    change = on_entering(service_type, case, whole, now, calendar)
    changes: list[Change] = [] if change is None else [change]
    for task in case.open_tasks:
        clock = task_clock(task, calendar)
        waits = clock is None or clock.state is ClockState.NOT_STARTED
        moved = None if clock is None or waits else _moved(clock, wanted, now)
        if moved is not None:
            changes.append(_task_change(service_type, case, task, moved, now))
    return changes


def recounted(service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar) -> list[Change]:
    """What a corrected calendar moves: each running clock whose due date or alarm is another one now."""
    changes: list[Change] = []
    clock = clock_of(service_type, case, calendar)
    if clock.state is ClockState.RUNNING:
        whole = case_change(service_type, case, clock, now)
        known = (case.due_at, case.alarm_at, case.calendar_complete)
        if (whole.due_at, whole.alarm_at, whole.calendar_complete) != known:
            changes.append(whole)
    for task in case.open_tasks:
        own = task_clock(task, calendar)
        if own is not None and own.state is ClockState.RUNNING:
            change = _task_change(service_type, case, task, own, now)
            if (change.due_at, change.alarm_at) != (task.due_at, task.alarm_at):
                changes.append(change)
    return changes


def _task_change(
    service_type: ServiceType, case: Case, task: Task, clock: StatutoryClock, now: datetime
) -> TaskClockMoved:
    spec = spec_of(service_type, case, task)
    bell = _bell(task_thresholds(service_type, spec, clock, task.due_at), task.reported, now)
    due_at, promised = clock.due_at, _promised(service_type, spec, task.due_at)
    if due_at is not None and promised is not None:
        due_at = max(due_at, promised)
    return TaskClockMoved(task.id, clock.stored, due_at, bell.alarm_at, bell.reported)


@dataclass(frozen=True)
class _Bell:
    """When the timer must look at a clock next, and how many of its thresholds count as reported."""

    alarm_at: datetime | None
    reported: int


def _bell(found: Sequence[Threshold], reported: int, now: datetime) -> _Bell:
    """A threshold that has moved into the future will be reported again; one that lies behind is not told twice.

    Example: due soon and overdue were reported (2), then the deadline was extended. Only "due soon" lies behind now, so
    one counts as reported, and the alarm stands at the new deadline.
    """
    known = min(reported, passed(found, now)) if found else reported
    return _Bell(next_alarm(found, known), known)


def _moved(clock: StatutoryClock, wanted: ClockWanted, now: datetime) -> StatutoryClock | None:
    if wanted == "running":
        if clock.state is ClockState.NOT_STARTED:
            return clock.start(now)
        if clock.state is ClockState.STOPPED:
            return clock.resume(now)
    elif wanted == "stopped" and clock.state is ClockState.RUNNING:
        return clock.stop(now)
    elif wanted == "ended" and clock.state in (ClockState.RUNNING, ClockState.STOPPED):
        return clock.end(now)
    return None
