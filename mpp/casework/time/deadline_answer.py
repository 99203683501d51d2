"""When something is due, counted for a person who asks: from words to one answer that says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from mpp.casework.access.offices import KINDS
from mpp.casework.time.calendar import WorkingCalendar
from mpp.casework.time.clock import deadline
from mpp.casework.time.doubts import Doubt
from mpp.casework.time.durations import parse
from mpp.json_values import Json

_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)  # the days from which anybody would count


def told_deadline(
    start: str, duration: str, office: str, calendar: WorkingCalendar, *, roll: bool = False
) -> dict[str, Json]:
    """The deadline as JSON data.

    `start` is an ISO date or date-time (local time without an offset) from 2000 to 2099, `duration` as in the
    catalogue, `office` the kind whose service hours count. Raises ValueError, in one line, for what cannot be read or
    counted.
    """
    if office not in KINDS:
        raise ValueError(f"unknown kind of office {office[:40]!r} (known: {', '.join(KINDS)})")
    begin = _moment(start, calendar)
    found = deadline(begin, parse(duration), calendar, office, roll=roll)
    local = found.due_at.astimezone(calendar.zone)
    return {
        "start": start,
        "duration": duration,
        "office": office,
        "deadline": local.isoformat(),
        "date": local.date().isoformat(),
        "day_zero": found.day_zero.isoformat(),
        "skipped": [{"date": s.day.isoformat(), "kind": s.kind.value, "reason": s.reason} for s in found.skipped],
        "calendar_complete": found.complete,
        **({} if found.complete else {"notice": _notice(found.doubts)}),
    }


def _notice(doubts: Sequence[Doubt]) -> str:
    why, in_english = "; ".join(doubt.id for doubt in doubts), "; ".join(doubt.en for doubt in doubts)
    return f"kalender belum lengkap: {why} (the calendar is not complete: {in_english})"


def _moment(text: str, calendar: WorkingCalendar) -> datetime | date:
    begin = _read(text, calendar)
    try:
        day = calendar.local_date(begin) if isinstance(begin, datetime) else begin
    except OverflowError:
        day = date.min
    if not _FIRST <= day <= _LAST:
        raise ValueError(f"not from {_FIRST.year} to {_LAST.year}: {text[:40]!r}")
    return begin


def _read(text: str, calendar: WorkingCalendar) -> datetime | date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not an ISO date or date-time: {text[:40]!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)
