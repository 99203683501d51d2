"""Which clock of a case does what when the case enters a state."""

from __future__ import annotations

from datetime import datetime

from mpp.casework.calendar import WorkingCalendar
from mpp.casework.case import Case, Change
from mpp.casework.clock import ClockState, StatutoryClock, deadline
from mpp.casework.service_type import ServiceType, TaskSpec


def clock_of(kind: ServiceType, case: Case, calendar: WorkingCalendar) -> StatutoryClock:
    """The case's statutory clock; a fresh one before it starts."""
    if case.clock:
        return StatutoryClock.from_dict(case.clock, calendar)
    return StatutoryClock(kind.sla, calendar, kind.clock_office_kind)


def on_entering(kind: ServiceType, case: Case, wanted: str, now: datetime, calendar: WorkingCalendar) -> Change | None:
    """The change of the clock when the case comes to where the clock is `wanted`; None where it stays as it is.

    `wanted` is none, running, stopped or ended. A clock that never started neither stops nor ends.
    """
    clock = clock_of(kind, case, calendar)
    moved = _moved(clock, wanted, now)
    if moved is None:
        return None
    due = moved.due_at
    found = moved.deadline
    return {
        "kind": "clock",
        "clock": moved.to_dict(),
        "due_at": None if due is None else due.isoformat(),
        "calendar_complete": True if found is None else found.complete,
    }


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


def task_due(kind: ServiceType, spec: TaskSpec, now: datetime, calendar: WorkingCalendar) -> datetime | None:
    """When a task that opens now is due by its own clock; None for a task without one."""
    if spec.sla is None:
        return None
    return deadline(now, spec.sla, calendar, kind.clock_office_kind).due_at
