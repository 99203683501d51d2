"""How long a permit holds, and when its holder is warned of its end."""

from __future__ import annotations

from datetime import date, timedelta

# Days before the end at which the holder and the agencies are told, each once.
WARNINGS = (90, 30, 7)


def valid_until(valid_from: date, years: int) -> date:
    """The last day of a permit that holds for whole years from its first day, that day included."""
    try:
        anniversary = valid_from.replace(year=valid_from.year + years)
    except ValueError:  # 29 February, and the year of the end has none
        anniversary = date(valid_from.year + years, 3, 1)
    return anniversary - timedelta(days=1)


def has_ended(until: date | None, today: date) -> bool:
    """Whether the last day lies behind: a permit holds on the whole of it."""
    return until is not None and today > until


def next_look(valid_from: date, until: date | None, warned: int | None) -> date | None:
    """The local day on which the timer has something to do with a permit in force; None when there is no end.

    `warned` is the last threshold that was told. A threshold that falls on the first day or before it is none: a
    permit of sixty days does not begin with a warning of ninety.
    """
    if until is None:
        return None
    days = [until - timedelta(days=left) for left in _left(warned)]
    return min([day for day in days if day > valid_from], default=until + timedelta(days=1))


def warning_due(valid_from: date, until: date | None, warned: int | None, today: date) -> int | None:
    """The threshold to tell today; None when there is none. After a long stop only the nearest is told: 30 days left
    is no news on the day on which 7 are."""
    if until is None or has_ended(until, today):
        return None
    reached = [left for left in _left(warned) if valid_from < until - timedelta(days=left) <= today]
    return min(reached, default=None)


def _left(warned: int | None) -> tuple[int, ...]:
    """The thresholds that are still to come."""
    return tuple(left for left in WARNINGS if warned is None or left < warned)
