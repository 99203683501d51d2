"""The working calendar of a region: which days count, and when an office is open on them.

A value without any file or clock behind it; `mpp.calendars` builds it. Instants go in and out as aware
datetimes (out: UTC); days are dates of the region's local time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

_SPANS_KEPT = 5000  # some thirteen years of one kind of office
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
END_OF_DAY = time(23, 59)  # where a calendar-day period ends


class DayKind(StrEnum):
    """Why a day does not count."""

    WEEKEND = "weekend"
    NATIONAL_HOLIDAY = "national_holiday"
    JOINT_LEAVE = "joint_leave"  # cuti bersama
    REGIONAL_HOLIDAY = "regional_holiday"  # e.g. the day of a local election
    HALF_DAY = "half_day"  # a day cut short on which the office would not open at all
    AFTER_CLOSING = "after_closing"
    STOPPED = "stopped"


class Holiday(NamedTuple):
    """A day off. `estimated`: reckoned and not decided yet; until it is, it counts as a day off."""

    kind: DayKind
    name: str
    estimated: bool = False


class FixedHoliday(NamedTuple):
    """A holiday with the same date in every year."""

    month: int
    day: int
    name: str


class Span(NamedTuple):
    """Hours of one day in local time, from `opens` (included) to `closes` (excluded)."""

    opens: time
    closes: time


class HalfDay(NamedTuple):
    """A working day cut short by decree: an office serves within these hours only, and within its own."""

    open: tuple[Span, ...]
    name: str


class Ramadan(NamedTuple):
    """A month of fasting, with its first and last day. `estimated`: not decided yet."""

    first: date
    last: date
    estimated: bool = False

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day <= self.last


class Skipped(NamedTuple):
    """A day that a period did not count, and why (`reason` is the Indonesian text that people read)."""

    day: date
    kind: DayKind
    reason: str


@dataclass(frozen=True)
class ServiceHours:
    """Opening hours of one kind of office: weekday (Monday 0) -> spans of the day, in order.

    A weekday without spans is closed. `ramadan` replaces `week` in the month of fasting; it opens the same
    weekdays, because shorter hours never make a working day disappear. ValueError for hours that cannot be.
    """

    week: Mapping[int, tuple[Span, ...]]
    ramadan: Mapping[int, tuple[Span, ...]] | None = None

    def __post_init__(self) -> None:
        if not any(self.week.values()):
            raise ValueError("an office that never opens")
        for table in (self.week, self.ramadan or {}):
            for weekday, spans in table.items():
                if weekday not in range(7):
                    raise ValueError(f"no such weekday: {weekday}")
                check_spans(WEEKDAYS[weekday], spans)
        if self.ramadan is not None and _open_weekdays(self.ramadan) != _open_weekdays(self.week):
            raise ValueError("the Ramadan hours open other weekdays than the ordinary hours")


def check_spans(label: str, spans: tuple[Span, ...]) -> None:
    """ValueError, beginning with the label, unless the spans follow each other."""
    flat = [moment for span in spans for moment in span]
    if any(later <= earlier for earlier, later in zip(flat, flat[1:], strict=False)):
        raise ValueError(f"{label}: opening hours overlap or run backwards")


def _open_weekdays(table: Mapping[int, tuple[Span, ...]]) -> set[int]:
    return {weekday for weekday, spans in table.items() if spans}


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days and service hours of one region.

    `holidays` holds every day off that is known or reckoned. A year outside `years_complete` has no decree yet, so that
    its joint leave is not known: what `holidays` has of it counts all the same, and the `fixed` holidays besides, and
    every deadline that touches it says so. `hours` maps the kind of an office to its hours; `default` serves the kinds
    that are not listed.
    """

    zone: tzinfo
    hours: Mapping[str, ServiceHours]
    holidays: Mapping[date, Holiday]
    years_complete: frozenset[int]
    fixed: tuple[FixedHoliday, ...] = ()
    ramadan: tuple[Ramadan, ...] = ()
    half_days: Mapping[date, HalfDay] = field(default_factory=dict)
    # every count walks over the same days
    _spans: dict[tuple[date, str], tuple[tuple[datetime, datetime], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def local_date(self, moment: datetime) -> date:
        """The day of an instant in local time."""
        return moment.astimezone(self.zone).date()

    def at(self, day: date, hour: time) -> datetime:
        """The instant (UTC) of a local wall-clock time."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)

    def hours_of(self, office_kind: str) -> ServiceHours:
        """The hours of a kind of office. ValueError where neither it nor `default` is listed."""
        found = self.hours.get(office_kind) or self.hours.get("default")
        if found is None:
            raise ValueError(f"no service hours for offices of kind {office_kind!r}")
        return found

    def day_off(self, day: date, office_kind: str) -> Skipped | None:
        """Why `day` is no working day for that kind of office; None when it is one."""
        holiday = self.holidays.get(day) or self._fixed_holiday(day)
        if holiday is not None:
            return Skipped(day, holiday.kind, holiday.name)
        if not self.hours_of(office_kind).week.get(day.weekday()):
            return Skipped(day, DayKind.WEEKEND, WEEKDAYS[day.weekday()])
        if day in self.half_days and not self._hours_on(day, office_kind):
            return Skipped(day, DayKind.HALF_DAY, self.half_days[day].name)
        return None

    def _fixed_holiday(self, day: date) -> Holiday | None:
        if day.year in self.years_complete:
            return None
        for fixed in self.fixed:
            if (fixed.month, fixed.day) == (day.month, day.day):
                return Holiday(DayKind.NATIONAL_HOLIDAY, fixed.name)
        return None

    def open_spans(self, day: date, office_kind: str) -> tuple[tuple[datetime, datetime], ...]:
        """The service hours of a day as instants (UTC), in order; empty on a day off."""
        found = self._spans.get((day, office_kind))
        if found is None:
            if len(self._spans) > _SPANS_KEPT:
                self._spans.clear()
            found = self._spans[day, office_kind] = self._open_spans(day, office_kind)
        return found

    def _open_spans(self, day: date, office_kind: str) -> tuple[tuple[datetime, datetime], ...]:
        if self.day_off(day, office_kind) is not None:
            return ()
        return tuple((self.at(day, s.opens), self.at(day, s.closes)) for s in self._hours_on(day, office_kind))

    def _hours_on(self, day: date, office_kind: str) -> tuple[Span, ...]:
        """The hours of a day that is no holiday."""
        hours = self.hours_of(office_kind)
        fasting = hours.ramadan is not None and any(month.holds(day) for month in self.ramadan)
        spans = ((fasting and hours.ramadan) or hours.week).get(day.weekday(), ())
        half = self.half_days.get(day)
        return spans if half is None else _common(spans, half.open)

    def closing(self, day: date, office_kind: str) -> datetime | None:
        """The closing time of a working day (UTC); None on a day off."""
        spans = self.open_spans(day, office_kind)
        return spans[-1][1] if spans else None

    def within_service_hours(self, day: date, office_kind: str) -> datetime:
        """The instant that stands for a date given without a time: its opening, or its midnight on a day off."""
        spans = self.open_spans(day, office_kind)
        return spans[0][0] if spans else self.at(day, time(0))

    def day_zero(self, moment: datetime, office_kind: str) -> date:
        """The working day an event is dated to: its own, or the next one after closing or on a day off."""
        for day in days_from(self.local_date(moment)):
            closes = self.closing(day, office_kind)
            if closes is not None and moment <= closes:
                return day
        raise AssertionError("days_from never ends by itself")

    def estimates(self, first: date, last: date) -> list[tuple[date, Holiday]]:
        """The days off from `first` to `last` (both included) that are reckoned and not decided, in order."""
        days = self._estimated
        return [(day, self.holidays[day]) for day in days[bisect_left(days, first) : bisect_right(days, last)]]

    @cached_property
    def _estimated(self) -> list[date]:
        return sorted(day for day, holiday in self.holidays.items() if holiday.estimated)


def _common(spans: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    """The hours that lie in both, in order."""
    both = (Span(max(a.opens, b.opens), min(a.closes, b.closes)) for a in spans for b in others)
    return tuple(sorted(span for span in both if span.opens < span.closes))


def days_from(day: date) -> Iterator[date]:
    """This day and all that follow. ValueError at the end of the calendar that computers know."""
    step = timedelta(days=1)
    while True:
        yield day
        if day == date.max:
            raise ValueError("the date is out of range")
        day += step
