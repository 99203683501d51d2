"""When a running clock is reported: due soon, overdue, and then each step of the escalation ladder. Pure.

The thresholds of a clock are a list in the order of time, so that one number, how many of them have been reported,
is all that must be remembered. A clock that does not run has no thresholds: it stands in no due list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from mpp.casework.rules.service_type import Escalation
from mpp.casework.time.calendar import END_OF_DAY
from mpp.casework.time.clock import ClockState, StatutoryClock, deadline
from mpp.casework.time.durations import Duration, Unit

DUE_SOON = "due_soon"
OVERDUE = "overdue"
ESCALATED = "escalated"


_TOLD = 2  # due soon, overdue: the first two thresholds of every clock


@dataclass(frozen=True)
class Alarm:
    """A threshold: what is reported after the instant `at`, and to which step of the ladder it goes."""

    name: str
    at: datetime
    to: str | None = None


def alarms(clock: StatutoryClock, lead: Duration | None, ladder: Sequence[Escalation]) -> list[Alarm]:
    """The thresholds of a clock in the order of time; none unless it runs.

    `lead` is how long before the deadline it is due soon; None: a quarter of its time, at least one unit.
    """
    due_at = clock.due_at
    if due_at is None or clock.state is not ClockState.RUNNING:
        return []
    found = [Alarm(DUE_SOON, min(_due_soon(clock, lead or _quarter(clock.duration)), due_at)), Alarm(OVERDUE, due_at)]
    for step in ladder:
        at = due_at
        if step.after is not None:
            at = deadline(due_at, step.after, clock.calendar, clock.office_kind).due_at
        found.append(Alarm(ESCALATED, at, step.to))
    return found


def passed(found: Sequence[Alarm], now: datetime) -> int:
    """How many thresholds lie behind; at the very instant of one it is still in time."""
    return sum(1 for alarm in found if alarm.at < now)


def told_overdue(due_at: datetime | None, reported: int) -> datetime | None:
    """Since when a clock is overdue, by what was reported of it; None when it is not, or stands still."""
    return due_at if reported >= _TOLD else None


def next_alarm(found: Sequence[Alarm], reported: int) -> datetime | None:
    """When the first threshold that has not been reported is reached; None when there is none."""
    return found[reported].at if reported < len(found) else None


def _quarter(duration: Duration) -> Duration:
    if duration.in_service_time:
        return Duration(max(1, duration.minutes // 4), Unit.MINUTES)
    return Duration(max(1, duration.amount // 4), duration.unit)


def _due_soon(clock: StatutoryClock, lead: Duration) -> datetime:
    """The deadline of the same clock with so much less time, so that stops and days off move it alike."""
    shorter = _less(clock.duration, lead)
    if shorter is not None:
        found = replace(clock, duration=shorter).deadline
        assert found is not None  # the clock runs
        return found.due_at
    begin = clock.periods[0].begin
    day = clock.day_zero
    if clock.duration.in_service_time or day is None:
        return begin
    if clock.duration.unit is Unit.CALENDAR_DAYS:
        return clock.calendar.at(day, END_OF_DAY)
    return clock.calendar.closing(day, clock.office_kind) or begin


def _less(duration: Duration, lead: Duration) -> Duration | None:
    if not duration.in_service_time:
        left = duration.amount - lead.amount
        return Duration(left, duration.unit) if left > 0 else None
    minutes = duration.minutes - lead.minutes
    if minutes <= 0:
        return None
    longest = 9999  # of a duration; a longer one is told in whole hours
    return Duration(minutes, Unit.MINUTES) if minutes <= longest else Duration(minutes // 60, Unit.HOURS)
