"""When a running clock is reported: due soon, overdue, and then each step of the escalation ladder. Pure.

The thresholds of a clock are a list in the order of time. One number says how many of them have been reported, and
nothing else must be remembered. A clock that does not run has no thresholds: it stands in no due list.

Example: five working days, due on Friday at 15.00, and the ladder "supervisor at once, head after two working days":

    Thursday 15.00   due_soon
    Friday   15.00   overdue
    Friday   15.00   escalated to the supervisor
    Tuesday  15.00   escalated to the head

On Saturday the first three lie behind. Where one was reported before, two are new; the timer looks again on Tuesday.
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
_UNTIL_OVERDUE = 2  # thresholds reported when "overdue" was: it is the second of every list
_LONGEST = 9999  # units of a duration


@dataclass(frozen=True)
class Threshold:
    """What is reported after the instant `at`; `to` is the step of the ladder that hears of it."""

    name: str
    at: datetime
    to: str | None = None


def thresholds(
    clock: StatutoryClock, lead: Duration | None, ladder: Sequence[Escalation], *, promised: datetime | None = None
) -> list[Threshold]:
    """The thresholds of a clock in the order of time; none unless it runs.

    `lead` is the time between "due soon" and the deadline. None stands for a quarter of the clock's time, and at
    least one unit of it. `promised` is an instant before which it is not overdue, whatever the calendar says now.
    """
    due_at = clock.due_at
    if due_at is None or clock.state is not ClockState.RUNNING:
        return []
    due_at = due_at if promised is None else max(due_at, promised)
    found = [
        Threshold(DUE_SOON, min(_due_soon(clock, lead or _quarter(clock.duration)), due_at)),
        Threshold(OVERDUE, due_at),
    ]
    for step in ladder:
        at = due_at
        if step.after is not None:
            at = deadline(due_at, step.after, clock.calendar, clock.office_kind).due_at
        found.append(Threshold(ESCALATED, at, step.to))
    return found


def passed(found: Sequence[Threshold], now: datetime) -> int:
    """How many thresholds lie behind. At the very instant of a threshold it is not passed yet."""
    return sum(1 for threshold in found if threshold.at < now)


def told_overdue(due_at: datetime | None, reported: int) -> datetime | None:
    """Since when a clock is overdue; None as long as that was not reported, and for a clock that stands still."""
    return due_at if reported >= _UNTIL_OVERDUE else None


def next_alarm(found: Sequence[Threshold], reported: int) -> datetime | None:
    """The instant of the first threshold that was not reported; None when all were."""
    return found[reported].at if reported < len(found) else None


def _quarter(duration: Duration) -> Duration:
    if duration.in_service_time:
        return Duration(max(1, duration.minutes // 4), Unit.MINUTES)
    return Duration(max(1, duration.amount // 4), duration.unit)


def _due_soon(clock: StatutoryClock, lead: Duration) -> datetime:
    """The deadline of the same clock with `lead` less time, so that stops and days off move both alike.

    Where nothing is left without `lead`, it is the beginning: the start of the clock, or the end of day 0.
    """
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
    return Duration(minutes, Unit.MINUTES) if minutes <= _LONGEST else Duration(minutes // 60, Unit.HOURS)
