"""Reads the files of the working calendar: service hours, fixed holidays and Ramadan, the override table.

Every mistake is a CatalogueError, one line `file:line: reason`; nothing is half read.
"""

import re
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

from mpp.casework.access.offices import KINDS
from mpp.casework.time.calendar import (
    DayKind,
    FixedHoliday,
    HalfDay,
    Holiday,
    Ramadan,
    ServiceHours,
    Span,
    check_spans,
)
from mpp.yaml_files import Faults, Section, read, read_text

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKING_DAY = "working_day"
HALF_DAY = "half_day"
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
    """What the repository ships besides the `holidays` package."""

    fixed: tuple[FixedHoliday, ...]
    ramadan: tuple[Ramadan, ...]


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
    ramadan = tuple(_month(entry) for entry in top.sections("ramadan"))
    top.done()
    return BaseData(tuple(fixed), ramadan)


def _month(entry: Section) -> Ramadan:
    month = Ramadan(entry.day("first"), entry.day("last"), entry.flag("estimate"))
    entry.done()
    if not 29 <= (month.last - month.first).days + 1 <= 30:
        entry.refuse("Ramadan lamanya 29 atau 30 hari | a month of Ramadan has 29 or 30 days")
    return month


Change = Holiday | HalfDay | None  # what a table makes of a day; None: a working day after all


@dataclass(frozen=True)
class Overrides:
    """One override table: changed days, months of fasting, and years that it decides completely."""

    days: dict[date, Change]
    ramadan: tuple[Ramadan, ...]
    complete: frozenset[int]


def read_overrides(path: Path, faults: Faults | None = None) -> Overrides:
    """Read the override table of a file; see `parse_overrides`. With `faults` its mistakes are collected there."""
    return _overrides(read(path, faults))


def parse_overrides(name: str, source: str) -> Overrides:
    """Read an override table; `name` is what its mistakes are told under.

    `days`: a list of {date, kind, name}; kind is national_holiday, joint_leave, regional_holiday, working_day, or
    half_day with the hours that are left, `open: ["08:00-12:00"]`. A day off with `estimate: true` counts, and marks
    the deadlines that rest on it. `years`: a list of {year, complete, ramadan: {first, last, estimate}}; a year in
    which two Ramadans begin stands there twice. In a complete year the listed days are all its holidays, so its
    national holidays and its Ramadan must be listed. Raises CatalogueError.
    """
    return _overrides(read_text(name, source))


def _overrides(top: Section) -> Overrides:
    top.text("source", None)
    days: dict[date, Change] = {}
    for entry in top.sections("days"):
        day, change = entry.day("date"), _change(entry)
        entry.done()
        if day in days and day != date.min:
            entry.refuse(f"{day} tertulis dua kali | {day} is given twice")
        days[day] = change
    ramadan: list[Ramadan] = []
    decided: dict[int, Section] = {}
    for entry in top.sections("years"):
        year = entry.integer("year")
        if entry.flag("complete"):
            decided[year] = entry
        if entry.has("ramadan"):
            ramadan.append(_ramadan_of(entry, year, ramadan))
        entry.done()
    for year, entry in decided.items():
        national = [d for d, h in days.items() if d.year == year and h and _is_national(h)]
        if not national or not any(month.first.year == year for month in ramadan):
            entry.refuse(
                f"{year} belum lengkap: tulis semua libur nasional dan Ramadannya | {year} is not complete: its "
                "national holidays and its Ramadan must be listed"
            )
    top.done()
    return Overrides(days, tuple(ramadan), frozenset(decided))


def _change(entry: Section) -> Change:
    kind, name = entry.choice("kind", (*_DAYS_OFF, HALF_DAY, WORKING_DAY)), entry.text("name")
    estimated = entry.flag("estimate")
    if kind in _DAYS_OFF:
        return Holiday(DayKind(kind), name, estimated)
    if estimated:
        entry.refuse("perkiraan hanya untuk hari libur | only a day off can be an estimate", "estimate")
    return HalfDay(_open(entry), name) if kind == HALF_DAY else None


def _open(entry: Section) -> tuple[Span, ...]:
    """The hours that are left of half a day."""
    spans = tuple(_span(entry, text) for text in entry.words("open"))
    try:
        check_spans("open", spans)
    except ValueError as error:
        entry.refuse(f"jam buka tidak berurutan | {error}", "open")
    return spans


def _ramadan_of(entry: Section, year: int, others: list[Ramadan]) -> Ramadan:
    month = _month(entry.section("ramadan"))
    if month.first.year != year:
        entry.refuse(f"Ramadan ini tidak mulai di {year} | this Ramadan does not begin in {year}")
    if any(month.first <= other.last and other.first <= month.last for other in others):
        entry.refuse("dua Ramadan bertumpang tindih | two Ramadans overlap")
    return month


def _is_national(change: Holiday | HalfDay) -> bool:
    return isinstance(change, Holiday) and change.kind is DayKind.NATIONAL_HOLIDAY
