"""Dates inside identity numbers."""

import re
from datetime import date

from mpp.identity.validation import InvalidIdentity


def only_digits(text: str, length: int) -> str:
    """The text without surrounding blanks.

    InvalidIdentity `not_digits` or `invalid_length` unless it is `length` digits.
    """
    number = text.strip()
    if not re.fullmatch(r"[0-9]+", number):  # str.isdigit would take digits of other scripts
        raise InvalidIdentity("not_digits")
    if len(number) != length:
        raise InvalidIdentity("invalid_length")
    return number


def latest_past_date(day: int, month: int, two_digit_year: int, today: date) -> date:
    """The latest date with this two-digit year that exists and is not in the future.

    Only the nearer and the previous century are tried: nobody alive is older.
    InvalidIdentity `invalid_date` if neither fits.
    """
    nearest = today.year - (today.year - two_digit_year) % 100
    for year in (nearest, nearest - 100):
        found = real_date(year, month, day)
        if found is not None and found <= today:
            return found
    raise InvalidIdentity("invalid_date")


def real_date(year: int, month: int, day: int) -> date | None:
    """The date, or None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
