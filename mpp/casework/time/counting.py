"""How a legal period is counted: from the stretches of time during which its clock ran to its deadline.

- Working days. Day 0 is the day of the event; an event after closing or on a day off is dated to the next working
  day, which is then day 0. A later working day is used up when the clock runs at its closing time; the deadline is
  the closing time of the n-th used day.
- Calendar days. Counted from the day itself; the deadline is 23:59 local time of the n-th day on which the clock ran
  at 23:59. It rolls over to the next working day only where the rule says so.
- Hours and minutes. Minutes of service time during which the clock runs.

"Runs at closing time" means: runs up to that instant. A clock stopped at closing time has used the day up (the
office had all of it); one resumed at closing time has not (the office had none of it).

Example: three working days; the office closes at 15.00.

    Monday    16.00   the file is complete: after closing, so day 0 is Tuesday
    Wednesday 15.00   the first day is used up
    Thursday  11.00   stopped: the applicant must mend something
    Thursday  15.00   the clock does not run: Thursday is not used up
    Monday    09.00   resumed; the weekend is no working day, and at 15.00 the second day is used up
    Tuesday   15.00   the third day is used up: this is the deadline

The same as calendar days, without the stop: Tuesday, Wednesday, Thursday 23.59. As six hours of service time that begin
on Monday at 13.00 (the office opens at 08.00): two hours on Monday, four on Tuesday, so Tuesday at 12.00.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple

from mpp.casework.time import doubts
from mpp.casework.time.calendar import END_OF_DAY, DayKind, Skipped, WorkingCalendar, days_from
from mpp.casework.time.doubts import Doubt
from mpp.casework.time.durations import Duration, Unit


class Period(NamedTuple):
    """A stretch of time during which the clock ran; `end` is None while it still does."""

    begin: datetime
    end: datetime | None

    def covers(self, tick: datetime) -> bool:
        """True when the clock ran up to this instant."""
        return self.begin < tick and (self.end is None or tick <= self.end)


@dataclass(frozen=True)
class Deadline:
    """A computed deadline.

    `due_at` (UTC): late is what happens after this instant. `day_zero`: the local day it was counted from.
    `skipped`: the days from the event to the deadline that did not count, in order (found when it is asked for).
    `doubts`: why it may still move, since the calendar is not decided there; `complete` when there is none.
    """

    due_at: datetime
    day_zero: date
    _count: "Count" = field(repr=False)
    _counted: date = field(repr=False)

    @cached_property
    def skipped(self) -> tuple[Skipped, ...]:
        return self._count.skipped(self.due_at, self._counted)

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        return self._count.doubts(self.due_at, self._counted)

    @property
    def complete(self) -> bool:
        return not self.doubts


@dataclass(frozen=True)
class Count:
    """One count: `duration` plus `more` (an extension), over at least one period; instants in UTC, in order."""

    duration: Duration
    more: Duration | None
    calendar: WorkingCalendar
    office_kind: str
    roll: bool
    periods: tuple[Period, ...]

    @property
    def in_calendar_days(self) -> bool:
        """Whether days off count like any other."""
        return self.duration.unit is Unit.CALENDAR_DAYS

    @property
    def day_zero(self) -> date:
        """The local day the period is counted from."""
        start = self.periods[0].begin
        if self.in_calendar_days:
            return self.calendar.local_date(start)
        return self.calendar.day_zero(start, self.office_kind)

    def deadline(self) -> Deadline | None:
        """The deadline, or None where the clock stopped before it was reached."""
        if self.duration.in_service_time:
            reached = self._last_minute()
            return None if reached is None else self._explained(reached, self.calendar.local_date(reached))
        counted = self._last_day()
        if counted is None:
            return None
        due_at = self._tick(self._rolled(counted))
        assert due_at is not None
        return self._explained(due_at, counted)

    def _last_day(self) -> date | None:
        left = self.duration.amount + (self.more.amount if self.more else 0)
        zero = self.day_zero
        for period in self.periods:
            if self.in_calendar_days and period.end is None:  # from here on every day is used up
                first = max(self.calendar.local_date(period.begin), zero + timedelta(days=1))
                return first + timedelta(days=left - (1 if self._uses_up(period, first) else 0))
            for day in self._days_of(period):
                if day > zero and self._uses_up(period, day):
                    left -= 1
                    if left == 0:
                        return day
        return None

    def _last_minute(self) -> datetime | None:
        left = timedelta(minutes=self.duration.minutes + (self.more.minutes if self.more else 0))
        for period in self.periods:
            for day in self._days_of(period):
                for begin, end in self._running_spans(period, day):
                    if end - begin >= left:
                        return begin + left
                    left -= end - begin
        return None

    def _days_of(self, period: Period) -> Iterator[date]:
        for day in days_from(self.calendar.local_date(period.begin)):
            if period.end is not None and self.calendar.at(day, time(0)) >= period.end:
                return
            yield day

    def _running_spans(self, period: Period, day: date) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self.calendar.open_spans(day, self.office_kind):
            begin = max(opens, period.begin)
            end = closes if period.end is None else min(closes, period.end)
            if begin < end:
                yield begin, end

    def _tick(self, day: date) -> datetime | None:
        """The instant at which a day is used up; None for a day that is never counted."""
        if self.in_calendar_days:
            return self.calendar.at(day, END_OF_DAY)
        return self.calendar.closing(day, self.office_kind)

    def _uses_up(self, period: Period, day: date) -> bool:
        tick = self._tick(day)
        return tick is not None and period.covers(tick)

    def _rolled(self, day: date) -> date:
        if not (self.roll and self.in_calendar_days):
            return day
        return next(d for d in days_from(day) if self.calendar.day_off(d, self.office_kind) is None)

    # ---------------------------------------------------------------- the explanation

    def _explained(self, due_at: datetime, counted: date) -> Deadline:
        """`counted` is the last day that was counted; after it come only days over which the deadline rolled."""
        return Deadline(due_at, self.day_zero, self, counted)

    def doubts(self, due_at: datetime, counted: date) -> tuple[Doubt, ...]:
        """What is not decided of the days that matter to this deadline."""
        begin, end = self._ends(due_at)
        if self.in_calendar_days:
            return doubts.about_days(self.calendar, counted, end) if self.roll else ()
        found = doubts.about_days(self.calendar, begin, end)
        if self.calendar.hours_of(self.office_kind).ramadan is None:
            return found
        if self.duration.in_service_time:
            return (*found, *doubts.about_hours(self.calendar, _days_between(begin, end)))
        turns = [moment for period in self.periods for moment in period if moment is not None and moment <= due_at]
        return (*found, *doubts.about_hours(self.calendar, [*map(self.calendar.local_date, turns), end]))

    def skipped(self, due_at: datetime, counted: date) -> tuple[Skipped, ...]:
        """The days from the event to `due_at` that did not count, in order."""
        first, last = self._ends(due_at)
        skipped = [self._why_not(day) for day in _days_between(first, counted)]
        if counted < last:
            skipped += [self.calendar.day_off(day, self.office_kind) for day in _days_between(counted, last)]
        return tuple(skip for skip in skipped if skip is not None)

    def _ends(self, due_at: datetime) -> tuple[date, date]:
        return self.calendar.local_date(self.periods[0].begin), self.calendar.local_date(due_at)

    def _why_not(self, day: date) -> Skipped | None:
        """Why a day from the event to the last counted one did not count; None when it did, or is day 0."""
        if not self.in_calendar_days:
            off = self.calendar.day_off(day, self.office_kind)
            if off is not None:
                return off
            closes = self.calendar.closing(day, self.office_kind)
            late = closes is not None and self.periods[0].begin >= closes
            if day < self.day_zero or (late and self.duration.in_service_time):  # no minute left at closing time
                return Skipped(day, DayKind.AFTER_CLOSING, "diterima setelah jam tutup")
        if self.duration.in_service_time:
            ran = any(True for period in self.periods for _ in self._running_spans(period, day))
        else:
            ran = day == self.day_zero or any(self._uses_up(period, day) for period in self.periods)
        return None if ran else Skipped(day, DayKind.STOPPED, "menunggu pemohon")


def _days_between(first: date, last: date) -> Iterator[date]:
    """Both included."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
