"""How much time is left until a deadline, in what its clock counts: "2 working days left", "1 working day late"."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from mpp.casework.time.calendar import WorkingCalendar
from mpp.casework.time.durations import Unit
from mpp.casework.time.stored_clock import StoredClock
from mpp.json_values import JsonObject


class RemainingUnit(StrEnum):
    """What is counted."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    MINUTES = "minutes"  # of service time


def remaining(
    due_at: datetime | None, clock: StoredClock | None, now: datetime, calendar: WorkingCalendar
) -> JsonObject | None:
    """`{count, unit, late}` from now to this deadline of a clock; None where there is none.

    Days are those that begin after today, up to and with that of the deadline, and those after it once it is over: 0 is
    today, or none over yet. Minutes are of service time.
    """
    if due_at is None or clock is None:
        return None
    late = now > due_at
    begin, end = (due_at, now) if late else (now, due_at)
    first, last = calendar.local_date(begin), calendar.local_date(end)
    if clock.duration.unit is Unit.CALENDAR_DAYS:
        return {"count": (last - first).days, "unit": RemainingUnit.DAYS.value, "late": late}
    if clock.duration.unit is Unit.WORKING_DAYS:
        if clock.periods and not late:  # nothing counts before the day it is dated to
            first = max(first, calendar.day_zero(clock.periods[0].begin, clock.office_kind))
        count = sum(calendar.day_off(day, clock.office_kind) is None for day in _after(first, last))
        return {"count": count, "unit": RemainingUnit.WORKING_DAYS.value, "late": late}
    open_ = sum(_open_between(calendar, clock, begin, end), timedelta())
    return {"count": int(open_.total_seconds() // 60), "unit": RemainingUnit.MINUTES.value, "late": late}


def _after(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range(1, (last - first).days + 1)]


def _open_between(calendar: WorkingCalendar, clock: StoredClock, begin: datetime, end: datetime) -> list[timedelta]:
    found = []
    first, last = calendar.local_date(begin), calendar.local_date(end)
    for day in [first, *_after(first, last)]:
        for opens, closes in calendar.open_spans(day, clock.office_kind):
            span = min(closes, end) - max(opens, begin)
            if span > timedelta():
                found.append(span)
    return found
