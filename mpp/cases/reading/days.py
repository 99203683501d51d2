"""What lies between two days of the region, for the lists that are asked for by days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from mpp.cases.reading.asked import Days


def within(column: ColumnElement[datetime], days: Days, zone: ZoneInfo) -> list[ColumnElement[bool]]:
    """From the beginning of the first day to the end of the last, as the clocks of the zone show them."""
    found = [] if days.first is None else [column >= _midnight(days.first, zone)]
    return found if days.last is None else [*found, column < _midnight(days.last + timedelta(days=1), zone)]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
