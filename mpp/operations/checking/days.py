"""What the calendar of the running mall has not decided, of the days that running cases rest on."""

from __future__ import annotations

from datetime import date, timedelta

from mpp.json_values import optional_text, texts
from mpp.operations.client import Client

_BACK = timedelta(days=30)  # a window that an estimate keeps open may be past its day
_AHEAD = "40wd"  # with the days back about a month ahead: a decree is awaited longer than that


def undecided(client: Client, today: date) -> str | None:
    """What a table must decide, Indonesian | English; None where nothing is open. Raises Problem."""
    since = (today - _BACK).isoformat()
    found = client.get("/api/v1/operations/calendar/deadline", start=since, duration=_AHEAD, office="opd")
    others = ", ".join(texts(found, "others"))
    if others:
        return f"{others} memakai kalender lain: muat ulang tabel | another calendar at {others}: load the tables again"
    notice = optional_text(found, "notice")
    return None if notice is None else f"{notice}: `mpp calendar load`"
