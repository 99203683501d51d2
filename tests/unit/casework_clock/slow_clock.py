"""A clock that looks at every minute: slow, and too simple to be wrong. What the real clock must agree with.

Every time in it is a whole minute. A minute belongs to the clock when the clock runs during it.
"""

from datetime import date, datetime, time, timedelta

from mpp.casework.time.calendar import ServiceHours

MINUTE = timedelta(minutes=1)


class SlowCalendar:
    """Days off as a plain set, hours as the table of one office; local wall-clock times only."""

    def __init__(self, hours: ServiceHours, days_off: set[date], ramadan: tuple[date, date]) -> None:
        self.hours, self.days_off, self.ramadan = hours, days_off, ramadan

    def spans(self, day: date) -> tuple[tuple[time, time], ...]:
        if day in self.days_off or not self.hours.week.get(day.weekday()):
            return ()
        if self.hours.ramadan and self.ramadan[0] <= day <= self.ramadan[1]:
            return tuple(self.hours.ramadan[day.weekday()])
        return tuple(self.hours.week[day.weekday()])

    def open_during(self, minute: datetime) -> bool:
        return any(opens <= minute.time() < closes for opens, closes in self.spans(minute.date()))

    def closing(self, day: date) -> datetime | None:
        spans = self.spans(day)
        return datetime.combine(day, spans[-1][1]) if spans else None


def running(minute: datetime, start: datetime, stops: list[tuple[datetime, datetime]]) -> bool:
    """Does the clock run during the minute that begins now? `stops` are (stopped, resumed)."""
    return minute >= start and not any(stopped <= minute < resumed for stopped, resumed in stops)


def due_in_minutes(minutes: int, calendar: SlowCalendar, start: datetime, stops: list) -> datetime:
    """Count minutes of service time one by one."""
    now, counted = start, 0
    while True:
        if running(now, start, stops) and calendar.open_during(now):
            counted += 1
        now += MINUTE
        if counted == minutes:
            return now


def due_in_working_days(days: int, calendar: SlowCalendar, start: datetime, stops: list) -> datetime:
    """Walk minute by minute; a day is used up when the clock ran during the minute before its closing time."""
    now, day_zero, used = start, None, 0
    while True:
        closes = calendar.closing(now.date())
        if day_zero is None and closes is not None and now <= closes:
            day_zero = now.date()
        now += MINUTE
        closes = calendar.closing(now.date())
        if closes == now and day_zero is not None and now.date() > day_zero and running(now - MINUTE, start, stops):
            used += 1
            if used == days:
                return now


def due_in_calendar_days(days: int, start: datetime, stops: list) -> datetime:
    """Walk minute by minute; a day is used up when the clock ran during the minute before 23:59."""
    now, used = start, 0
    while True:
        now += MINUTE
        if now.time() == time(23, 59) and now.date() > start.date() and running(now - MINUTE, start, stops):
            used += 1
            if used == days:
                return now
