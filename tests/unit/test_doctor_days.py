"""`mpp doctor --deep`: says which day a table must decide, before a window stays open for want of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mpp.calendars import load_calendar
from mpp.casework.time.deadline_answer import told_deadline
from mpp.operations.checking.days import undecided

CALENDAR = load_calendar()


class Mall:
    """Counts as the gateway does."""

    def __init__(self, *others: str) -> None:
        self.others = list(others)

    def get(self, path: str, *, start: str, duration: str, office: str) -> dict[str, Any]:
        assert path == "/api/v1/operations/calendar/deadline"
        return {**told_deadline(start, duration, office, CALENDAR), "others": self.others}


def told(today: str, *others: str) -> str:
    return str(undecided(Mall(*others), date.fromisoformat(today)))  # type: ignore[arg-type]


@pytest.mark.parametrize("today", ["2026-11-27", "2027-07-01"])
def test_where_everything_near_is_decided_nothing_is_said(today: str) -> None:
    assert told(today) == "None"


@pytest.mark.parametrize("today", ["2027-02-25", "2027-03-15", "2027-04-05"])
def test_an_estimate_is_named_before_and_after_its_day(today: str) -> None:
    assert "Idul Fitri 1448 Hijriah (10-03-2027, 11-03-2027) masih perkiraan" in told(today)
    assert told(today).endswith("`mpp calendar load`")


def test_a_year_without_its_decree_is_named_before_it_begins() -> None:
    assert "hari libur dan cuti bersama 2028 belum ditetapkan" in told("2027-12-20")


def test_a_service_with_another_calendar_is_named() -> None:
    assert "another calendar at complaints: load the tables again" in told("2026-11-27", "complaints")
