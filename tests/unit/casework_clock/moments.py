"""Moments and clocks of an office that is open 08.00-15.00, on Friday 08.00-11.30 and 13.00-15.00."""

from datetime import date, datetime

from mpp.calendars import load_calendar
from mpp.casework.time.clock import StatutoryClock, deadline
from mpp.casework.time.durations import parse

CALENDAR = load_calendar()
WIB = CALENDAR.zone


def at(text: str) -> datetime:
    """A local time such as `2026-11-20 15:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def due(start: str, duration: str, office: str = "opd", *, roll: bool = False) -> str:
    begin = date.fromisoformat(start) if len(start) == 10 else at(start)
    found = deadline(begin, parse(duration), CALENDAR, office, roll=roll)
    return found.due_at.astimezone(WIB).strftime("%Y-%m-%d %H:%M")


def running(duration: str, start: str, **options) -> StatutoryClock:
    return StatutoryClock(parse(duration), CALENDAR, **options).start(at(start))


def local(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(WIB).strftime("%Y-%m-%d %H:%M")
