"""Reads the files of the working calendar: service hours, fixed holidays and Ramadan, the override table."""

import re
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from mpp.calendars.marked_yaml import Marked, read
from mpp.casework.calendar import DayKind, FixedHoliday, Holiday, ServiceHours, Span

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_DAYS_OFF = {kind.value: kind for kind in (DayKind.NATIONAL_HOLIDAY, DayKind.JOINT_LEAVE, DayKind.REGIONAL_HOLIDAY)}
WORKING_DAY = "working_day"


def read_hours(path: Path) -> dict[str, ServiceHours]:
    """Service hours per kind of office. BadFile (`file:line: reason`) for a mistake; `default` must be there."""
    root = read(path)
    hours: dict[str, ServiceHours] = {}
    for kind, tables in root.items():
        parts = tables.fields({"week"}, {"ramadan"})
        try:
            hours[kind.text()] = ServiceHours(
                _week(parts["week"]), _week(parts["ramadan"]) if "ramadan" in parts else None
            )
        except ValueError as error:
            raise error if str(error).startswith(root.file) else tables.wrong(str(error)) from error
    if "default" not in hours:
        raise root.wrong("'default' is missing")
    return hours


def _week(table: Marked) -> dict[int, tuple[Span, ...]]:
    week: dict[int, tuple[Span, ...]] = {}
    for days, spans in table.items():
        read_spans = tuple(_span(span) for span in spans.list())
        for weekday in _weekdays(days):
            if weekday in week:
                raise days.wrong(f"{WEEKDAYS[weekday]} is given twice")
            week[weekday] = read_spans
    return week


def _weekdays(days: Marked) -> range:
    first, _, last = days.text().partition("-")
    names = (first, last or first)
    if any(name not in WEEKDAYS for name in names) or WEEKDAYS.index(names[0]) > WEEKDAYS.index(names[1]):
        raise days.wrong(f"not a weekday or a range of weekdays: {days.text()!r}")
    return range(WEEKDAYS.index(names[0]), WEEKDAYS.index(names[1]) + 1)


def _span(span: Marked) -> Span:
    found = _SPAN.fullmatch(span.text())
    if found is None:
        raise span.wrong(f"not opening hours (HH:MM-HH:MM): {span.text()!r}")
    opens_hour, opens_minute, closes_hour, closes_minute = (int(part) for part in found.groups())
    return Span(time(opens_hour, opens_minute), time(closes_hour, closes_minute))


@dataclass(frozen=True)
class BaseData:
    """What the repository ships besides the `holidays` package."""

    fixed: tuple[FixedHoliday, ...]
    ramadan: dict[int, tuple[date, date]]


def read_base(path: Path) -> BaseData:
    """Fixed holidays and decided Ramadans. BadFile for a mistake."""
    parts = read(path).fields({"fixed_holidays", "ramadan"})
    fixed = []
    for entry in parts["fixed_holidays"].list():
        fields = entry.fields({"date", "name"})
        try:
            day = date.fromisoformat(f"2000-{fields['date'].text()}")
        except ValueError:
            raise fields["date"].wrong("not a day of the year (MM-DD)") from None
        fixed.append(FixedHoliday(day.month, day.day, fields["name"].text()))
    return BaseData(tuple(fixed), {span[0].year: span for span in map(_month, parts["ramadan"].list())})


def _month(entry: Marked) -> tuple[date, date]:
    fields = entry.fields({"first", "last"})
    first, last = fields["first"].date(), fields["last"].date()
    if not 29 <= (last - first).days + 1 <= 30:
        raise entry.wrong("a month of Ramadan has 29 or 30 days")
    return first, last


@dataclass(frozen=True)
class Overrides:
    """One override table: changed days, and years that it decides completely."""

    days: dict[date, Holiday | None]  # None: a working day after all
    ramadan: dict[int, tuple[date, date]]
    complete: frozenset[int]


def read_overrides(path: Path) -> Overrides:
    """Read an override table. BadFile for a mistake, and then nothing of it is used.

    `days`: a list of {date, kind, name}; kind is national_holiday, joint_leave, regional_holiday or working_day.
    `years`: year -> {complete, ramadan: {first, last}}. In a complete year the listed days are all its holidays,
    so it needs its Ramadan and at least one national holiday.
    """
    root = read(path)
    parts = root.fields(set(), {"source", "days", "years"})
    days: dict[date, Holiday | None] = {}
    for entry in parts["days"].list() if "days" in parts else []:
        fields = entry.fields({"date", "kind", "name"})
        day, kind = fields["date"].date(), fields["kind"].text()
        if day in days:
            raise entry.wrong(f"{day} is given twice")
        if kind != WORKING_DAY and kind not in _DAYS_OFF:
            raise fields["kind"].wrong(f"unknown kind {kind!r}")
        days[day] = None if kind == WORKING_DAY else Holiday(_DAYS_OFF[kind], fields["name"].text())
    ramadan: dict[int, tuple[date, date]] = {}
    complete: set[int] = set()
    for key, value in parts["years"].items() if "years" in parts else []:
        year = _year(key)
        fields = value.fields(set(), {"complete", "ramadan"})
        if "ramadan" in fields:
            ramadan[year] = _month(fields["ramadan"])
            if ramadan[year][0].year != year:
                raise fields["ramadan"].wrong(f"this Ramadan does not begin in {year}")
        if "complete" in fields and _yes(fields["complete"]):
            national = [d for d, h in days.items() if d.year == year and h and h.kind is DayKind.NATIONAL_HOLIDAY]
            if not national or year not in ramadan:
                raise key.wrong(f"{year} is not complete: its national holidays and its Ramadan must be listed")
            complete.add(year)
    return Overrides(days, ramadan, frozenset(complete))


def _year(key: Marked) -> int:
    if not re.fullmatch(r"(19|20|21)[0-9]{2}", key.text()):
        raise key.wrong(f"not a year: {key.text()!r}")
    return int(key.text())


def _yes(value: Marked) -> bool:
    if value.text() not in ("true", "false"):
        raise value.wrong("expected true or false")
    return value.text() == "true"
