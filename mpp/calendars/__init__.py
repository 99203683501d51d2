"""Builds the working calendar of Indonesia from the `holidays` package, the shipped data and override tables."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import holidays

from mpp.calendars.files import Overrides, parse_overrides, read_base, read_hours, read_overrides
from mpp.casework.time.calendar import DayKind, HalfDay, Holiday, Ramadan, WorkingCalendar
from mpp.casework.time.zones import zone_named

__all__ = ["fingerprint", "load_calendar", "overridden", "parse_overrides"]

DATA = Path(__file__).parent.parent / "casework" / "data"
_YEARS = range(2015, 2051)  # the first with a decided Ramadan; the last to which a deadline could ever reach
_ESTIMATE = " (perkiraan)"  # how `holidays` marks one
_IDUL_FITRI = "Hari Raya Idul Fitri"


def load_calendar(
    zone: str = "Asia/Jakarta", *, overrides: Iterable[Path] = (), hours: Path | None = None
) -> WorkingCalendar:
    """The working calendar of a region.

    Every day counts by what is known of it: national holidays and joint leave from `holidays`, then the decrees that
    ship as tables, then the override tables; later ones win. What `holidays` reckons, it reckons here, too: a day off,
    marked as estimated until a table decides it. A year is complete when its joint leave (cuti bersama) is known, or
    when a table says that it lists all of it. CatalogueError (one line `file:line: reason`) for a bad file.
    """
    base = read_base(DATA / "calendar.yaml")
    calendar = WorkingCalendar(
        zone=zone_named(zone),
        hours=read_hours(hours or DATA / "service_hours.yaml"),
        holidays={},
        years_complete=frozenset(),
        fixed=base.fixed,
    )
    shipped = sorted((DATA / "holidays").glob("*.yaml"))
    return overridden(_reckoned(calendar, base.ramadan), map(read_overrides, [*shipped, *overrides]))


def overridden(calendar: WorkingCalendar, tables: Iterable[Overrides]) -> WorkingCalendar:
    """The calendar with override tables put on top of it; later ones win."""
    draft = _Draft(
        dict(calendar.holidays), dict(calendar.half_days), list(calendar.ramadan), set(calendar.years_complete)
    )
    for table in tables:
        draft.apply(table)
    return replace(
        calendar,
        holidays=draft.days,
        half_days=draft.half_days,
        ramadan=tuple(sorted(draft.ramadan)),
        years_complete=frozenset(draft.complete),
    )


def fingerprint(calendar: WorkingCalendar) -> str:
    """A short name of what a calendar says: equal for two that count alike, another one after any correction."""
    parts = (
        calendar.zone.utcoffset(None),
        sorted(calendar.hours.items()),
        sorted(calendar.holidays.items()),
        sorted(calendar.half_days.items()),
        sorted(calendar.years_complete),
        calendar.fixed,
        calendar.ramadan,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def _reckoned(calendar: WorkingCalendar, decided: Iterable[Ramadan]) -> WorkingCalendar:
    """What the `holidays` package knows and reckons; a Ramadan that nobody has decided ends before Idul Fitri."""
    public = holidays.country_holidays("ID", years=_YEARS, categories=("public",), language="id")
    joint = holidays.country_holidays("ID", years=_YEARS, categories=("government",), language="id")
    days = {day: Holiday(DayKind.JOINT_LEAVE, name) for day, name in joint.items()}
    days |= {day: _national(name) for day, name in public.items()}
    eves = [day - timedelta(days=1) for day, holiday in days.items() if holiday.name.startswith(_IDUL_FITRI)]
    months = [Ramadan(eve - timedelta(days=29), eve, estimated=True) for eve in eves]
    for month in decided:
        months = _with(months, month)
    complete = frozenset(day.year for day in joint)
    return replace(calendar, holidays=days, ramadan=tuple(sorted(months)), years_complete=complete)


def _national(name: str) -> Holiday:
    return Holiday(DayKind.NATIONAL_HOLIDAY, name.replace(_ESTIMATE, ""), estimated=_ESTIMATE in name)


def _with(months: Iterable[Ramadan], month: Ramadan) -> list[Ramadan]:
    """A Ramadan takes the place of the one that it overlaps: a year may hold two, at its beginning and its end."""
    return [*(each for each in months if each.last < month.first or month.last < each.first), month]


@dataclass
class _Draft:
    """A calendar under change."""

    days: dict[date, Holiday]
    half_days: dict[date, HalfDay]
    ramadan: list[Ramadan]
    complete: set[int]

    def apply(self, table: Overrides) -> None:
        """Put a table on top."""
        for known in (self.days, self.half_days):
            for day in [day for day in known if day.year in table.complete]:
                del known[day]
        for day, change in table.days.items():
            self.days.pop(day, None)
            self.half_days.pop(day, None)
            if isinstance(change, Holiday):
                self.days[day] = change
            elif change is not None:
                self.half_days[day] = change
        for month in table.ramadan:
            self.ramadan = _with(self.ramadan, month)
        self.complete |= table.complete
