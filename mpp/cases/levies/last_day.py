"""The last day to pay an assessment: one rule, from the assessment on, by the calendar of the moment that asks."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from mpp.cases.levies.rows import Levy
from mpp.cases.recording.work import Work
from mpp.casework.rules import case_clocks


class LastDay(NamedTuple):
    """A last day; not `certain` as long as the calendar is not decided there."""

    day: date
    certain: bool


def counted(work: Work, assessed_at: datetime) -> LastDay | None:
    """The last day of what was assessed then; None where the service has no levy."""
    levy, calendar = work.service_type.levy, work.host.calendar.current
    if levy is None:
        return None
    found = case_clocks.time_to_pay(work.service_type, levy, assessed_at, calendar).deadline
    assert found is not None, "a clock that was started has a deadline"
    return LastDay(calendar.local_date(found.due_at), found.complete)


def of(work: Work, row: Levy) -> date | None:
    """The last day of an assessment: never before the one on its paper. None as long as it is an estimate."""
    found = counted(work, row.assessed_at)
    if found is None:
        return row.due_on
    return max(found.day, row.due_on) if found.certain else None


def is_late(work: Work, row: Levy, paid_at: datetime) -> bool:
    """Whether money of that instant came after the last day. Nothing is late by an estimate."""
    last = of(work, row)
    return last is not None and work.host.calendar.current.local_date(paid_at) > last
