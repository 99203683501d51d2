"""When something is due, counted for a person who asks: from words to one answer that says why."""

from __future__ import annotations

import re
from datetime import date, datetime

from mpp.casework.access.offices import KINDS
from mpp.casework.time.calendar import WorkingCalendar
from mpp.casework.time.clock import deadline
from mpp.casework.time.durations import parse
from mpp.json_values import Json

INCOMPLETE = "kalender belum lengkap (the holidays of this year are not decided yet)"


def told_deadline(
    start: str, duration: str, office: str, calendar: WorkingCalendar, *, roll: bool = False
) -> dict[str, Json]:
    """The deadline as JSON data.

    `start` is an ISO date or date-time (local time without an offset), `duration` as in the catalogue, `office` the
    kind whose service hours count. Raises ValueError or OverflowError, in one line, for what cannot be read or counted.
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
        **({} if found.complete else {"notice": INCOMPLETE}),
    }


def _moment(text: str, calendar: WorkingCalendar) -> datetime | date:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not an ISO date or date-time: {text[:40]!r}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=calendar.zone)
