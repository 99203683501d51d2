"""The statutory clock: when an office must have answered. `mpp.casework.time.counting` says how it counts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property

from mpp.casework.time.calendar import WorkingCalendar
from mpp.casework.time.counting import Count, Deadline, Period
from mpp.casework.time.durations import Duration
from mpp.casework.time.stored_clock import Extension, StoredClock

__all__ = ["ClockRefused", "ClockState", "Deadline", "Extension", "Period", "StatutoryClock", "deadline"]


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
    """One clock of a case: immutable; each change gives a new one. `stored` and `of` go to what is kept of it and back.

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

    def start(self, now: datetime) -> StatutoryClock:
        """The file is complete: the clock runs. ClockRefused when it has started before."""
        if self.periods:
            raise ClockRefused("already_started")
        return replace(self, periods=(Period(_utc(now), None),))

    def stop(self, now: datetime) -> StatutoryClock:
        """The citizen must act: nothing is counted until `resume`."""
        self._must_be(ClockState.RUNNING, "not_running")
        return replace(self, periods=self._closed(self._not_before_last(now)))

    def resume(self, now: datetime) -> StatutoryClock:
        """The citizen has acted: the rest of the period runs."""
        self._must_be(ClockState.STOPPED, "not_stopped")
        return replace(self, periods=(*self.periods, Period(self._not_before_last(now), None)))

    def extend(self, duration: Duration, now: datetime) -> StatutoryClock:
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

    def end(self, now: datetime) -> StatutoryClock:
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
        return self._count().deadline() if self.periods else None

    @property
    def day_zero(self) -> date | None:
        """The local day the period is counted from; None before the start."""
        return self._count().day_zero if self.periods else None

    def _count(self) -> Count:
        periods = self.periods
        if self.ended_at is not None and periods[-1].end == self.ended_at:  # it ran when it ended
            periods = (*periods[:-1], Period(periods[-1].begin, None))
        more = self.extension.duration if self.extension else None
        return Count(self.duration, more, self.calendar, self.office_kind, self.roll, periods)

    def overdue(self, now: datetime) -> bool:
        """True for a running clock after its deadline; at the very instant of the deadline it is still in time."""
        due = self.due_at
        return due is not None and _utc(now) > due

    # ---------------------------------------------------------------- storage

    @property
    def stored(self) -> StoredClock:
        """What is kept of it."""
        return StoredClock(self.duration, self.office_kind, self.roll, self.periods, self.extension, self.ended_at)

    @classmethod
    def of(cls, stored: StoredClock, calendar: WorkingCalendar) -> StatutoryClock:
        """The clock that was kept, counted with this calendar."""
        return cls(
            stored.duration,
            calendar,
            stored.office_kind,
            stored.roll,
            stored.periods,
            stored.extension,
            stored.ended_at,
        )


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot start or stop a legal period")
    return moment.astimezone(UTC)
