"""A year of the working calendar as people read it, and what a table would change in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from mpp.calendars.files import HALF_DAY, WORKING_DAY
from mpp.casework.time.calendar import WorkingCalendar
from mpp.json_values import Json, JsonObject

_DEFAULT = "default"


def year_of(calendar: WorkingCalendar, year: int) -> JsonObject:
    """Days off and half days of a year in order, and the weekly hours of each kind of office, Monday first."""
    days: list[Json] = []
    for day in sorted({*calendar.holidays, *calendar.half_days}):
        if day.year == year:
            days.append(_day(calendar, day))
    hours: list[Json] = [
        {
            "office": kind,
            "week": [[f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in held.week.get(n, ())] for n in range(7)],
        }
        for kind, held in calendar.hours.items()
    ]
    return {"year": year, "complete": year in calendar.years_complete, "days": days, "hours": hours}


def changed(before: WorkingCalendar, after: WorkingCalendar, days: Iterable[date]) -> list[Json]:
    """Those of the days that are something else after a table: what each is before and after."""
    found: list[Json] = []
    for day in sorted(days):
        was, becomes = _day(before, day), _day(after, day)
        if was != becomes:
            found.append({"date": day.isoformat(), "before": was, "after": becomes})
    return found


def _day(calendar: WorkingCalendar, day: date) -> JsonObject:
    holiday, half = calendar.holidays.get(day), calendar.half_days.get(day)
    kind, name, estimated = WORKING_DAY, "", False
    if holiday is not None:
        kind, name, estimated = str(holiday.kind), holiday.name, holiday.estimated
    elif half is not None:
        kind, name = HALF_DAY, half.name
    elif (off := calendar.day_off(day, _DEFAULT)) is not None:
        kind, name = str(off.kind), off.reason
    return {"date": day.isoformat(), "kind": kind, "name": name, "estimated": estimated}
