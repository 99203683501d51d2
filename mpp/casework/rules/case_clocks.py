"""The clocks of a case: the statutory one of the whole, and one for each task that has a time of its own.

The clock of the whole does what the state says. A task's clock runs while the task is open, also where the clock of
the whole stands still (the applicant's window to reply); a case on hold stops them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mpp.casework.case.case import Case, Task
from mpp.casework.case.changes import Change, ClockMoved, TaskClockMoved, TaskOpened
from mpp.casework.rules.alarms import Alarm, alarms, next_alarm, passed
from mpp.casework.rules.service_type import ServiceType, TaskSpec
from mpp.casework.time.calendar import WorkingCalendar
from mpp.casework.time.clock import ClockState, StatutoryClock
from mpp.casework.time.durations import Duration


def clock_of(service_type: ServiceType, case: Case, calendar: WorkingCalendar) -> StatutoryClock:
    """The case's statutory clock; a fresh one before it starts."""
    if case.clock is not None:
        return StatutoryClock.of(case.clock, calendar)
    return StatutoryClock(service_type.sla_for(case.data), calendar, service_type.clock_office_kind)


def task_clock(task: Task, calendar: WorkingCalendar) -> StatutoryClock | None:
    """The task's own clock; None where it has none."""
    return None if task.clock is None else StatutoryClock.of(task.clock, calendar)


def spec_of(service_type: ServiceType, case: Case, task: Task) -> TaskSpec | None:
    """What the catalogue says of an open task: it was opened by the state in which the case stands."""
    state = service_type.states.get(case.state)
    return next((spec for spec in state.tasks if spec.code == task.code), None) if state else None


def case_alarms(service_type: ServiceType, clock: StatutoryClock) -> list[Alarm]:
    """The thresholds of the statutory clock."""
    return alarms(clock, _lead(service_type, clock), service_type.escalation)


def _lead(service_type: ServiceType, clock: StatutoryClock) -> Duration | None:
    """What the catalogue says of "due soon", where it is counted like the clock: a track may count otherwise."""
    lead = service_type.due_soon
    if lead is None or not lead.same_kind(clock.duration):
        return None
    return lead


def task_alarms(service_type: ServiceType, spec: TaskSpec | None, clock: StatutoryClock) -> list[Alarm]:
    """The thresholds of a task's clock. What the mall settles by itself, and the time to pay, climb to nobody."""
    settled = spec is not None and (spec.on_due is not None or spec.of_levy)
    return alarms(clock, None, () if settled else service_type.escalation)


# ------------------------------------------------------------------------- changes


def on_entering(
    service_type: ServiceType, case: Case, wanted: str, now: datetime, calendar: WorkingCalendar
) -> ClockMoved | None:
    """The change of the clock when the case comes to where the clock is `wanted`; None where it stays as it is.

    `wanted` is none, running, stopped or ended. A clock that never started neither stops nor ends.
    """
    moved = _moved(clock_of(service_type, case, calendar), wanted, now)
    return None if moved is None else case_change(service_type, case, moved, now)


def case_change(service_type: ServiceType, case: Case, clock: StatutoryClock, now: datetime) -> ClockMoved:
    """The statutory clock as it is now, with what follows from it."""
    found = clock.deadline
    complete = True if found is None else found.complete
    bell = _bell(case_alarms(service_type, clock), case.reported, now)
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
) -> TaskOpened:
    """A task that opens now at an office, with its clock where it has one."""
    clock = _levy_clock(service_type, case, now, calendar) if spec.of_levy else None
    if spec.sla is not None:
        clock = StatutoryClock(spec.sla, calendar, service_type.clock_office_kind).start(now)
    if clock is None:
        return TaskOpened(id_, spec.code, office, spec.role, now, None, None, None)
    alarm_at = _bell(task_alarms(service_type, spec, clock), 0, now).alarm_at
    return TaskOpened(id_, spec.code, office, spec.role, now, clock.stored, clock.due_at, alarm_at)


def _levy_clock(
    service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar
) -> StatutoryClock | None:
    """The time to pay: from the assessment on, however often the case comes back to wait for the money."""
    if service_type.levy is None:
        return None
    assessing = service_type.actions[service_type.levy.assess].task
    at = max((t.closed_at for t in case.tasks if t.code == assessing and t.closed_at is not None), default=now)
    return StatutoryClock(service_type.levy.due, calendar, service_type.clock_office_kind).start(at)


def held(service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar) -> list[Change]:
    """Every clock of the case stands still."""
    return _everywhere(service_type, case, "stopped", now, calendar)


def resumed(service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar) -> list[Change]:
    """The tasks' clocks go on, and that of the whole where the state lets it run."""
    return _everywhere(service_type, case, "running", now, calendar)


def _everywhere(
    service_type: ServiceType, case: Case, wanted: str, now: datetime, calendar: WorkingCalendar
) -> list[Change]:
    whole = wanted if wanted == "stopped" else service_type.states[case.state].clock
    change = on_entering(service_type, case, whole, now, calendar)
    changes: list[Change] = [] if change is None else [change]
    for task in case.open_tasks:
        clock = task_clock(task, calendar)
        moved = None if clock is None else _moved(clock, wanted, now)
        if moved is not None:
            changes.append(_task_change(service_type, case, task, moved, now))
    return changes


def recounted(service_type: ServiceType, case: Case, now: datetime, calendar: WorkingCalendar) -> list[Change]:
    """What a corrected calendar moves: the clocks that run, where their date or their alarm is another one now."""
    changes: list[Change] = []
    clock = clock_of(service_type, case, calendar)
    if clock.state is ClockState.RUNNING:
        whole = case_change(service_type, case, clock, now)
        known = (case.due_at, case.alarm_at, case.calendar_complete)
        if (whole.due_at, whole.alarm_at, whole.calendar_complete) != known:
            changes.append(whole)
    for task in case.open_tasks:
        own = task_clock(task, calendar)
        spec = spec_of(service_type, case, task)
        if spec is not None and spec.of_levy:
            continue  # its last day is printed on the assessment
        if own is not None and own.state is ClockState.RUNNING:
            change = _task_change(service_type, case, task, own, now)
            if (change.due_at, change.alarm_at) != (task.due_at, task.alarm_at):
                changes.append(change)
    return changes


def _task_change(
    service_type: ServiceType, case: Case, task: Task, clock: StatutoryClock, now: datetime
) -> TaskClockMoved:
    bell = _bell(task_alarms(service_type, spec_of(service_type, case, task), clock), task.reported, now)
    return TaskClockMoved(task.id, clock.stored, clock.due_at, bell.alarm_at, bell.reported)


@dataclass(frozen=True)
class _Bell:
    """When a clock must be looked at next, and how many of its thresholds have been reported."""

    alarm_at: datetime | None
    reported: int


def _bell(found: Sequence[Alarm], reported: int, now: datetime) -> _Bell:
    """A date that moves into the future is reported anew when it is reached; what lies behind is not told twice."""
    known = min(reported, passed(found, now)) if found else reported
    return _Bell(next_alarm(found, known), known)


def _moved(clock: StatutoryClock, wanted: str, now: datetime) -> StatutoryClock | None:
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
