"""The statutory clock: when an office must have answered. `mpp.casework.time.counting` says how it counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from mpp.casework.time.calendar import WorkingCalendar
from mpp.casework.time.counting import Count, Deadline, Period
from mpp.casework.time.durations import Duration, parse

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


class Extension(NamedTuple):
    """More time, granted once."""

    duration: Duration
    at: datetime


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
