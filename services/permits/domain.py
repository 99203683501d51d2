"""Rules of permits that are neither workflow nor clock. Pure."""

from __future__ import annotations

from datetime import date, timedelta

VALID = "valid"
LAPSED = "lapsed"

# Why a permit ended by law before its time.
HOLDER_DECEASED = "holder_deceased"


def valid_until(valid_from: date, years: int) -> date:
    """The last day of a permit that holds for whole years from its first day, that day included."""
    try:
        anniversary = valid_from.replace(year=valid_from.year + years)
    except ValueError:  # 29 February, and the year of the end has none
        anniversary = date(valid_from.year + years, 3, 1)
    return anniversary - timedelta(days=1)
