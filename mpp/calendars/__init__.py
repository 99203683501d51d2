"""Builds the working calendar of Indonesia from the `holidays` package, the shipped data and override tables."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import holidays

from mpp.calendars.files import Overrides, parse_overrides, read_base, read_hours, read_overrides
from mpp.casework.time.calendar import DayKind, Holiday, WorkingCalendar
from mpp.casework.time.zones import zone_named

__all__ = ["fingerprint", "load_calendar", "overridden", "parse_overrides"]

DATA = Path(__file__).parent.parent / "casework" / "data"


def load_calendar(
    zone: str = "Asia/Jakarta", *, overrides: Iterable[Path] = (), hours: Path | None = None
) -> WorkingCalendar:
    """The working calendar of a region.

    A year is complete when `holidays` has its national holidays and its joint leave (cuti bersama) without an estimate
    and its Ramadan is known, or when an override table says that it lists all of it. Of any other year only the fixed
    holidays and the overrides count. Later override tables win. CatalogueError (one line `file:line: reason`) for a
    bad file.
    """
    base = read_base(DATA / "calendar.yaml")
    known = _decided_years(base.ramadan)
    days: dict[date, Holiday] = {day: holiday for year in known.values() for day, holiday in year.items()}
    ramadan, complete = dict(base.ramadan), set(known)
    for path in overrides:
        _apply(read_overrides(path), days, ramadan, complete)
    return WorkingCalendar(
        zone=zone_named(zone),
        hours=read_hours(hours or DATA / "service_hours.yaml"),
        holidays=days,
        years_complete=frozenset(complete),
        fixed=base.fixed,
        ramadan=tuple(sorted(ramadan.values())),
    )


def overridden(calendar: WorkingCalendar, tables: Iterable[Overrides]) -> WorkingCalendar:
    """The calendar with override tables put on top of it; later ones win."""
    days, complete = dict(calendar.holidays), set(calendar.years_complete)
    ramadan = {first.year: (first, last) for first, last in calendar.ramadan}
    for table in tables:
        _apply(table, days, ramadan, complete)
    return replace(calendar, holidays=days, ramadan=tuple(sorted(ramadan.values())), years_complete=frozenset(complete))


def fingerprint(calendar: WorkingCalendar) -> str:
    """A short name of what a calendar says: equal for two that count alike, another one after any correction."""
    parts = (
        calendar.zone.utcoffset(None),
        sorted(calendar.hours.items()),
        sorted(calendar.holidays.items()),
        sorted(calendar.years_complete),
        calendar.fixed,
        calendar.ramadan,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _decided_years(ramadan: dict[int, tuple[date, date]]) -> dict[int, dict[date, Holiday]]:
    years: dict[int, dict[date, Holiday]] = {}
    for year in ramadan:
        public = holidays.country_holidays("ID", years=year, categories=("public",), language="id")
        joint = holidays.country_holidays("ID", years=year, categories=("government",), language="id")
        names = [*public.values(), *joint.values()]
        if not public or not joint or any("perkiraan" in name for name in names):
            continue  # not decided yet: a deadline then says that its calendar is incomplete, which an estimate hides
        leave = {day: Holiday(DayKind.JOINT_LEAVE, name) for day, name in joint.items()}
        years[year] = leave | {day: Holiday(DayKind.NATIONAL_HOLIDAY, name) for day, name in public.items()}
    return years


def _apply(
    table: Overrides, days: dict[date, Holiday], ramadan: dict[int, tuple[date, date]], complete: set[int]
) -> None:
    for day in [day for day in days if day.year in table.complete]:
        del days[day]
    for day, holiday in table.days.items():
        if holiday is None:
            days.pop(day, None)
        else:
            days[day] = holiday
    ramadan.update(table.ramadan)
    complete.update(table.complete)
