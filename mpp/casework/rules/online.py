"""Filing by the applicant alone, without a clerk: which services may be filed so, and where such a filing waits. Pure.

A filing counts from when a clerk has accepted it (ADR 0028). Until then it has no number, no clock and no event.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from mpp.casework.access.offices import OfficeTree
from mpp.casework.time.durations import Duration

OWNER = "owner"
WAITING, DECLINED, LAPSED, WITHDRAWN = "waiting", "declined", "lapsed", "withdrawn"
ACCEPT, DECLINE, CORRECT, WITHDRAW = "accept", "decline", "correct", "withdraw"


@dataclass(frozen=True)
class FiledOnline:
    """How a service may be filed by its applicant.

    - `at`: the kinds of office of which the applicant chooses one, and `owner` for that of the service.
    - `accept_within`: how long it waits for a clerk of that office, in calendar days; None: it needs no clerk, and is
      a case at once.
    - `kept`: how long a declined or lapsed one can still be read by its applicant, in calendar days; then it is erased.
    """

    at: tuple[str, ...]
    accept_within: Duration | None = None
    kept: Duration | None = None

    def last_day(self, filed: date) -> date | None:
        """The last day on which it can be accepted; None where nobody has to."""
        return None if self.accept_within is None else filed + timedelta(days=self.accept_within.amount)

    def kept_until(self, ended: date) -> date:
        """The day on which what was declined or has lapsed is erased."""
        return ended + timedelta(days=1 if self.kept is None else self.kept.amount)

    def offices(self, owner: str, offices: OfficeTree) -> list[str]:
        """The offices of which the applicant chooses one, by their codes."""
        return [o.code for o in offices if o.kind in self.at or (OWNER in self.at and o.code == owner)]


def chosen(codes: Iterable[str], asked: str | None) -> str | None:
    """The office that was asked for, or the only one; None where that says no office."""
    found = list(codes)
    if asked is None:
        return found[0] if len(found) == 1 else None
    return asked if asked in found else None
