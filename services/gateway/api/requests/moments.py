"""Instants and days that were sent: their form was checked with its schema, and not whether there is such a day."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mpp.cases.reading.asked import Days
from mpp.casework.refusals import FieldError, invalid
from mpp.json_values import JsonObject, day, moment, optional_moment

# Nothing that anybody tells of lies outside: a default date of some program (year 1, 9999) is not an instant at all.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def sent_moment(body: JsonObject, name: str) -> datetime:
    """Raises Refused 422 for what is none, such as the 30th of February, and for what nobody can mean."""
    try:
        return _within(name, moment(body, name))
    except ValueError:
        raise invalid(FieldError(name, "malformed", {"example": "2026-11-23T09:00:00+07:00"})) from None


def sent_moment_or_none(body: JsonObject, name: str) -> datetime | None:
    """The same; None where it was left out."""
    try:
        found = optional_moment(body, name)
    except ValueError:
        raise invalid(FieldError(name, "malformed", {"example": "2026-11-23T09:00:00+07:00"})) from None
    return None if found is None else _within(name, found)


def sent_days(query: JsonObject, name: str) -> Days:
    """The days of `<name>_from` and `<name>_to`. Raises Refused 422 for what is none, for what nobody can mean, and for
    an end before the beginning."""
    first, last = _day(query, f"{name}_from", FIRST.date()), _day(query, f"{name}_to", FIRST.date())
    if first is not None and last is not None:
        _day(query, f"{name}_to", first)
    return Days(first, last)


def _day(query: JsonObject, name: str, least: date) -> date | None:
    if name not in query:
        return None
    try:
        found = day(query, name)
    except ValueError:
        raise invalid(FieldError(name, "malformed", {"example": "2026-11-23"})) from None
    if not least <= found < LAST.date():
        raise invalid(FieldError(name, "out_of_range", {"min": f"{least}", "max": f"{LAST:%Y-%m-%d}"}))
    return found


def _within(name: str, found: datetime) -> datetime:
    """Compared as instants: whatever the offset, nothing is shifted over the end of the calendar."""
    if not FIRST <= found < LAST:
        raise invalid(FieldError(name, "out_of_range", {"min": f"{FIRST:%Y-%m-%d}", "max": f"{LAST:%Y-%m-%d}"}))
    return found
