"""What is not decided yet of the days that a deadline rests on. An estimate counts as a day off; here it is named."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from mpp.casework.time.calendar import WorkingCalendar

_DAY = timedelta(days=1)


class Doubt(NamedTuple):
    """One thing that a decree must still decide, as people read it."""

    id: str
    en: str


def about_days(calendar: WorkingCalendar, first: date, last: date) -> tuple[Doubt, ...]:
    """What could make a day from `first` to `last` (both included) a day off, or a working day.

    An estimate may be a day wrong, so the day before and the day after matter as well.
    """
    found = [
        Doubt(
            f"hari libur dan cuti bersama {year} belum ditetapkan",
            f"the holidays and the joint leave of {year} are not decided yet",
        )
        for year in range(first.year, last.year + 1)
        if year not in calendar.years_complete
    ]
    days_of: dict[str, list[str]] = {}
    for day, holiday in calendar.estimates(max(first, date.min + _DAY) - _DAY, min(last, date.max - _DAY) + _DAY):
        days_of.setdefault(holiday.name, []).append(_written(day))
    return (*found, *(_reckoned(f"{name} ({', '.join(days)})") for name, days in days_of.items()))


def about_hours(calendar: WorkingCalendar, days: Iterable[date]) -> tuple[Doubt, ...]:
    """Whether the shorter hours of Ramadan hold on these days, where its beginning or its end is an estimate."""
    months = [month for month in calendar.ramadan if month.estimated]
    if not months:
        return ()
    among = set(days)
    found = []
    for month in months:
        if among & {month.first - _DAY, month.first}:
            day = _written(month.first)
            found.append(_reckoned(f"awal Ramadan ({day})", f"the beginning of Ramadan ({day})"))
        if among & {month.last, month.last + _DAY}:
            day = _written(month.last)
            found.append(_reckoned(f"akhir Ramadan ({day})", f"the end of Ramadan ({day})"))
    return tuple(found)


def _reckoned(what: str, in_english: str | None = None) -> Doubt:
    return Doubt(f"{what} masih perkiraan, belum ditetapkan", f"{in_english or what} is an estimate, not decided yet")


def _written(day: date) -> str:
    return f"{day:%d-%m-%Y}"
