"""The statutory clock: when an office must have answered.

- Working days. Day 0 is the day of the event; an event after closing or on a day off is dated to the next working
  day, which is then day 0. A later working day is used up when the clock runs at its closing time; the deadline is
  the closing time of the n-th used day.
- Calendar days. Counted from the day itself; the deadline is 23:59 local time of the n-th day on which the clock ran
  at 23:59. It rolls over to the next working day only where the rule says so.
- Hours and minutes. Minutes of service time during which the clock runs.

"Runs at closing time" means: runs up to that instant. A clock stopped at closing time has used the day up (the
office had all of it); one resumed at closing time has not (the office had none of it).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from mpp.casework.calendar import END_OF_DAY, DayKind, Skipped, WorkingCalendar, days_from
from mpp.casework.durations import Duration, Unit, parse


class ClockState(StrEnum):
    """Where a clock stands."""

    NOT_STARTED = "not_started"
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


class ClockRefused(ValueError):
    """The clock cannot do that now. `code`: not_running, not_stopped, already_started, already_ended,
    not_started, already_extended, other_unit."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the statutory clock refuses: {code}")
        self.code = code


class Period(NamedTuple):
    """A stretch of time during which the clock ran; `end` is None while it still does."""

    begin: datetime
    end: datetime | None

    def covers(self, tick: datetime) -> bool:
        """True when the clock ran up to this instant."""
        return self.begin < tick and (self.end is None or tick <= self.end)


class Extension(NamedTuple):
    """More time, granted once."""

    duration: Duration
    at: datetime


class Deadline(NamedTuple):
    """A computed deadline.

    `due_at` (UTC): late is what happens after this instant. `day_zero`: the local day it was counted from.
    `skipped`: the days from the event to the deadline that did not count, in order.
    `complete`: False when it touches a year whose holidays are not decided yet ("kalender belum lengkap").
    """

    due_at: datetime
    day_zero: date
    skipped: tuple[Skipped, ...]
    complete: bool


def deadline(
    start: datetime | date,
    duration: Duration,
    calendar: WorkingCalendar,
    office_kind: str = "opd",
    *,
    roll: bool = False,
) -> Deadline:
    """The deadline of a clock started at `start` and never stopped.

    A date without a time means within service hours. ValueError for a naive datetime and for a result beyond the
    dates that computers know.
    """
    try:
        if not isinstance(start, datetime):
            start = calendar.within_service_hours(start, office_kind)
        found = StatutoryClock(duration, calendar, office_kind, roll).start(start).deadline
    except OverflowError as error:
        raise ValueError("the date is out of range") from error
    assert found is not None  # a clock that runs for ever gets there
    return found


@dataclass(frozen=True)
class StatutoryClock:
    """One clock of a case: immutable; each change gives a new one. `to_dict`/`from_dict` store it as JSON.

    It keeps what happened (when it ran), never what follows from it, so that a corrected calendar moves the date.
    A `now` before the last change counts as that change: processes whose clocks differ by a second must not make
    time run backwards. Naive datetimes are a ValueError.
    """

    duration: Duration
    calendar: WorkingCalendar = field(compare=False, repr=False)
    office_kind: str = "opd"
    roll: bool = False
    periods: tuple[Period, ...] = ()
    extension: Extension | None = None
    ended_at: datetime | None = None

    @property
    def state(self) -> ClockState:
        """not_started, running, stopped or ended."""
        if not self.periods:
            return ClockState.NOT_STARTED
        if self.ended_at is not None:
            return ClockState.ENDED
        return ClockState.RUNNING if self.periods[-1].end is None else ClockState.STOPPED

    # ---------------------------------------------------------------- changes

    def start(self, now: datetime) -> "StatutoryClock":
        """The file is complete: the clock runs. ClockRefused when it has started before."""
        if self.periods:
            raise ClockRefused("already_started")
        return replace(self, periods=(Period(_utc(now), None),))

    def stop(self, now: datetime) -> "StatutoryClock":
        """The citizen must act: nothing is counted until `resume`."""
        self._must_be(ClockState.RUNNING, "not_running")
        return replace(self, periods=self._closed(self._not_before_last(now)))

    def resume(self, now: datetime) -> "StatutoryClock":
        """The citizen has acted: the rest of the period runs."""
        self._must_be(ClockState.STOPPED, "not_stopped")
        return replace(self, periods=(*self.periods, Period(self._not_before_last(now), None)))

    def extend(self, duration: Duration, now: datetime) -> "StatutoryClock":
        """More time, once in the life of a clock, in the clock's own unit (hours and minutes are one unit)."""
        if self.state is ClockState.NOT_STARTED:
            raise ClockRefused("not_started")
        if self.ended_at is not None:
            raise ClockRefused("already_ended")
        if self.extension is not None:
            raise ClockRefused("already_extended")
        if duration.unit != self.duration.unit and not (duration.in_service_time and self.duration.in_service_time):
            raise ClockRefused("other_unit")
        return replace(self, extension=Extension(duration, self._not_before_last(now)))

    def end(self, now: datetime) -> "StatutoryClock":
        """The office has decided, or the case is over. A stopped clock may end, too."""
        if self.state is ClockState.NOT_STARTED:
            raise ClockRefused("not_started")
        if self.ended_at is not None:
            raise ClockRefused("already_ended")
        moment = self._not_before_last(now)
        periods = self._closed(moment) if self.state is ClockState.RUNNING else self.periods
        return replace(self, periods=periods, ended_at=moment)

    def _must_be(self, state: ClockState, code: str) -> None:
        if self.state is not state:
            raise ClockRefused(code)

    def _closed(self, moment: datetime) -> tuple[Period, ...]:
        return (*self.periods[:-1], Period(self.periods[-1].begin, moment))

    def _not_before_last(self, now: datetime) -> datetime:
        last = self.periods[-1]
        return max(_utc(now), last.end or last.begin)

    # ---------------------------------------------------------------- what follows

    @property
    def due_at(self) -> datetime | None:
        """When the running clock is due (UTC); None while it is stopped, before it starts and after it ends."""
        found = self.deadline if self.state is ClockState.RUNNING else None
        return found.due_at if found else None

    @cached_property
    def deadline(self) -> Deadline | None:
        """The deadline with its explanation.

        Of a running clock: as if it were never stopped again. Of an ended one: the deadline that held when it ended.
        Of a stopped one: None, unless it was already due before the stop.
        """
        if not self.periods:
            return None
        periods = self.periods
        if self.ended_at is not None and periods[-1].end == self.ended_at:
            periods = (*periods[:-1], Period(periods[-1].begin, None))
        if self.duration.in_service_time:
            reached = self._spend_minutes(periods)
            return self._explain(reached, periods) if reached is not None else None
        last = self._last_counted_day(periods)
        if last is None:
            return None
        rolled = self._rolled(last)
        due_at = self._tick(rolled)
        assert due_at is not None
        return self._explain(due_at, periods, rolled_from=last)

    @property
    def late(self) -> bool | None:
        """Of an ended clock: did it end after its deadline? None before the end."""
        if self.ended_at is None:
            return None
        return self.deadline is not None and self.ended_at > self.deadline.due_at

    def overdue(self, now: datetime) -> bool:
        """True for a running clock after its deadline; at the very instant of the deadline it is still in time."""
        due = self.due_at
        return due is not None and _utc(now) > due

    @property
    def day_zero(self) -> date | None:
        """The local day the period is counted from; None before the start."""
        if not self.periods:
            return None
        start = self.periods[0].begin
        if self.duration.unit is Unit.CALENDAR_DAYS:
            return self.calendar.local_date(start)
        return self.calendar.day_zero(start, self.office_kind)

    def _last_counted_day(self, periods: tuple[Period, ...]) -> date | None:
        left = self.duration.amount + (self.extension.duration.amount if self.extension else 0)
        zero = self.day_zero
        assert zero is not None
        for period in periods:
            for day in self._days_of(period):
                if day > zero and self._used(day, period):
                    left -= 1
                    if left == 0:
                        return day
        return None

    def _spend_minutes(self, periods: tuple[Period, ...]) -> datetime | None:
        minutes = self.duration.minutes + (self.extension.duration.minutes if self.extension else 0)
        left = timedelta(minutes=minutes)
        for period in periods:
            for day in self._days_of(period):
                for begin, end in self._running_spans(day, period):
                    if end - begin >= left:
                        return begin + left
                    left -= end - begin
        return None

    def _days_of(self, period: Period) -> Iterator[date]:
        for day in days_from(self.calendar.local_date(period.begin)):
            if period.end is not None and self.calendar.at(day, time(0)) >= period.end:
                return
            yield day

    def _running_spans(self, day: date, period: Period) -> Iterator[tuple[datetime, datetime]]:
        for opens, closes in self.calendar.open_spans(day, self.office_kind):
            begin = max(opens, period.begin)
            end = closes if period.end is None else min(closes, period.end)
            if begin < end:
                yield begin, end

    def _tick(self, day: date) -> datetime | None:
        """The instant at which a day is used up; None for a day that is never counted."""
        if self.duration.unit is Unit.CALENDAR_DAYS:
            return self.calendar.at(day, END_OF_DAY)
        return self.calendar.closing(day, self.office_kind)

    def _used(self, day: date, period: Period) -> bool:
        tick = self._tick(day)
        return tick is not None and period.covers(tick)

    def _rolled(self, day: date) -> date:
        if self.roll and self.duration.unit is Unit.CALENDAR_DAYS:
            return next(d for d in days_from(day) if self.calendar.day_off(d, self.office_kind) is None)
        return day

    def _explain(self, due_at: datetime, periods: tuple[Period, ...], rolled_from: date | None = None) -> Deadline:
        first, last = self.calendar.local_date(periods[0].begin), self.calendar.local_date(due_at)
        skipped = [self._why_skipped(day, periods) for day in _days_between(first, rolled_from or last)]
        if rolled_from is not None and rolled_from < last:
            skipped += [self.calendar.day_off(day, self.office_kind) for day in _days_between(rolled_from, last)]
        if self.duration.unit is Unit.CALENDAR_DAYS and not self.roll:
            complete = True  # no holiday can move it
        else:
            complete = self.calendar.complete_between(first, last)
        assert self.day_zero is not None
        return Deadline(due_at, self.day_zero, tuple(s for s in skipped if s is not None), complete)

    def _why_skipped(self, day: date, periods: tuple[Period, ...]) -> Skipped | None:
        in_days = self.duration.unit is Unit.CALENDAR_DAYS
        off = self.calendar.day_off(day, self.office_kind)
        if off is not None and not in_days:
            return off
        closes = self._tick(day)
        first = periods[0].begin
        if not in_days and day == self.calendar.local_date(first) and closes is not None and first > closes:
            return Skipped(day, DayKind.AFTER_CLOSING, "diterima setelah jam tutup")
        if self.duration.in_service_time:
            ran = any(True for period in periods for _ in self._running_spans(day, period))
        else:
            ran = day == self.day_zero or any(self._used(day, period) for period in periods)
        return None if ran else Skipped(day, DayKind.STOPPED, "menunggu pemohon")

    # ---------------------------------------------------------------- storage

    def to_dict(self) -> dict[str, Any]:
        """A JSON object that `from_dict` reads back; instants as ISO 8601 in UTC."""
        extension = self.extension
        return {
            "v": 1,
            "duration": str(self.duration),
            "office_kind": self.office_kind,
            "roll": self.roll,
            "periods": [[p.begin.isoformat(), p.end.isoformat() if p.end else None] for p in self.periods],
            "extension": extension and {"duration": str(extension.duration), "at": extension.at.isoformat()},
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any], calendar: WorkingCalendar) -> "StatutoryClock":
        """Read a stored clock. ValueError for anything that `to_dict` could not have written."""
        try:
            if stored["v"] != 1:
                raise ValueError(f"not a stored clock: version {stored['v']!r}")
            if not isinstance(stored["roll"], bool) or not isinstance(stored["office_kind"], str):
                raise TypeError("roll or office_kind")
            extension = stored["extension"]
            clock = cls(
                parse(stored["duration"]),
                calendar,
                stored["office_kind"],
                stored["roll"],
                tuple(Period(_read(begin), _read(end) if end else None) for begin, end in stored["periods"]),
                extension and Extension(parse(extension["duration"]), _read(extension["at"])),
                _read(stored["ended_at"]) if stored["ended_at"] else None,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a stored clock: {type(error).__name__} {error}") from error
        clock._check()
        return clock

    def _check(self) -> None:
        edges = [edge for period in self.periods for edge in period]
        inner, last = edges[:-1], edges[-1:]
        known = [edge for edge in edges if edge is not None]
        if None in inner or known != sorted(known):
            raise ValueError("not a stored clock: the periods overlap or run backwards")
        if self.ended_at is not None and (not last or last[0] is None or last[0] > self.ended_at):
            raise ValueError("not a stored clock: it runs on after its end")


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot start or stop a legal period")
    return moment.astimezone(UTC)


def _read(text: str) -> datetime:
    return _utc(datetime.fromisoformat(text))


def _days_between(first: date, last: date) -> Iterator[date]:
    """Both included; nothing where `last` is before `first`."""
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        yield date.fromordinal(ordinal)
