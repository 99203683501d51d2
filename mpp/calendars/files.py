"""Reads the files of the working calendar: service hours, fixed holidays and Ramadan, the override table.

Every mistake is a CatalogueError, one line `file:line: reason`; nothing is half read.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from mpp.casework.access.offices import KINDS
from mpp.casework.time.calendar import DayKind, FixedHoliday, Holiday, ServiceHours, Span
from mpp.yaml_files import Faults, Section, read, read_text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING_DAY = "working_day"
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_DAYS_OFF = (DayKind.NATIONAL_HOLIDAY, DayKind.JOINT_LEAVE, DayKind.REGIONAL_HOLIDAY)


def read_hours(path: Path) -> dict[str, ServiceHours]:
    """Service hours per kind of office; `default` must be among them."""
    top = read(path)
    hours: dict[str, ServiceHours] = {}
    for section in top.sections("hours"):
        kinds, week = section.words("kinds"), _week(section, "week")
        ramadan = _week(section, "ramadan") if section.has("ramadan") else None
        section.done()
        try:
            found = ServiceHours(week, ramadan)
        except ValueError as error:
            raise section.error(str(error)) from error
        for kind in kinds:
            if kind not in ("default", *KINDS):
                raise section.error(f"unknown kind of office {kind!r}")
            if kind in hours:
                raise section.error(f"{kind} is given twice")
            hours[kind] = found
    top.done()
    if "default" not in hours:
        raise top.error("no hours for 'default'")
    return hours


def _week(section: Section, key: str) -> dict[int, tuple[Span, ...]]:
    week: dict[int, tuple[Span, ...]] = {}
    for entry in section.sections(key):
        days, spans = entry.text("days"), tuple(_span(entry, text) for text in entry.words("open"))
        entry.done()
        for weekday in _weekdays(entry, days):
            if weekday in week:
                raise entry.error(f"{WEEKDAYS[weekday]} is given twice")
            week[weekday] = spans
    return week


def _weekdays(entry: Section, days: str) -> range:
    first, _, last = days.partition("-")
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(first) > WEEKDAYS.index(last):
        raise entry.error(f"{days!r} is neither a weekday nor a range of weekdays")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)


def _span(entry: Section, text: str) -> Span:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise entry.error(f"{text!r} is not HH:MM-HH:MM")
    hours = [int(part) for part in found.groups()]
    return Span(time(hours[0], hours[1]), time(hours[2], hours[3]))


@dataclass(frozen=True)
class BaseData:
    """What the repository ships besides the `holidays` package. `ramadan`: year -> first and last day."""

    fixed: tuple[FixedHoliday, ...]
    ramadan: dict[int, tuple[date, date]]


def read_base(path: Path) -> BaseData:
    """Fixed holidays and decided Ramadans."""
    top = read(path)
    fixed = []
    for entry in top.sections("fixed_holidays"):
        written, name = entry.text("date"), entry.text("name")
        entry.done()
        try:
            day = date.fromisoformat(f"2000-{written}")
        except ValueError:
            raise entry.error(f"{written!r} is not a day of the year (MM-DD)") from None
        fixed.append(FixedHoliday(day.month, day.day, name))
    ramadan = [_month(entry) for entry in top.sections("ramadan")]
    top.done()
    return BaseData(tuple(fixed), {span[0].year: span for span in ramadan})


def _month(entry: Section) -> tuple[date, date]:
    first, last = entry.day("first"), entry.day("last")
    entry.done()
    if not 29 <= (last - first).days + 1 <= 30:
        entry.refuse("Ramadan lamanya 29 atau 30 hari | a month of Ramadan has 29 or 30 days")
    return first, last


@dataclass(frozen=True)
class Overrides:
    """One override table: changed days (None: a working day after all), and years that it decides completely."""

    days: dict[date, Holiday | None]
    ramadan: dict[int, tuple[date, date]]
    complete: frozenset[int]


def read_overrides(path: Path, faults: Faults | None = None) -> Overrides:
    """Read the override table of a file; see `parse_overrides`. With `faults` its mistakes are collected there."""
    return _overrides(read(path, faults))


def parse_overrides(name: str, source: str) -> Overrides:
    """Read an override table; `name` is what its mistakes are told under.

    `days`: a list of {date, kind, name}; kind is national_holiday, joint_leave, regional_holiday or working_day.
    `years`: a list of {year, complete, ramadan: {first, last}}. In a complete year the listed days are all its
    holidays, so its national holidays and its Ramadan must be listed. Raises CatalogueError.
    """
    return _overrides(read_text(name, source))


def _overrides(top: Section) -> Overrides:
    top.text("source", None)
    days: dict[date, Holiday | None] = {}
    for entry in top.sections("days"):
        day, kind, name = entry.day("date"), entry.choice("kind", (*_DAYS_OFF, WORKING_DAY)), entry.text("name")
        entry.done()
        if day in days and day != date.min:
            entry.refuse(f"{day} tertulis dua kali | {day} is given twice")
        days[day] = None if kind == WORKING_DAY else Holiday(DayKind(kind), name)
    ramadan: dict[int, tuple[date, date]] = {}
    complete: set[int] = set()
    for entry in top.sections("years"):
        year, decided = entry.integer("year"), entry.flag("complete")
        if entry.has("ramadan"):
            ramadan[year] = _month(entry.section("ramadan"))
            if ramadan[year][0].year != year:
                entry.refuse(f"Ramadan ini tidak mulai di {year} | this Ramadan does not begin in {year}")
        entry.done()
        if decided:
            national = [d for d, h in days.items() if d.year == year and h and h.kind is DayKind.NATIONAL_HOLIDAY]
            if not national or year not in ramadan:
                entry.refuse(
                    f"{year} belum lengkap: tulis semua libur nasional dan Ramadannya | {year} is not complete: its "
                    "national holidays and its Ramadan must be listed"
                )
            complete.add(year)
    top.done()
    return Overrides(days, ramadan, frozenset(complete))
