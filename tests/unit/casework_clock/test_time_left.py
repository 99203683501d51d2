"""How much time is left is told in what the clock counts: a weekend is no time where working days are counted."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.casework.time.clock import StatutoryClock
from mpp.casework.time.durations import parse
from mpp.casework.time.remaining import remaining
from tests.unit.casework_clock.moments import CALENDAR, at

FRIDAY = "2026-11-20 09:00"


def left(duration: str, now: str) -> tuple[int, str, bool]:
    clock = StatutoryClock(parse(duration), CALENDAR, "opd").start(at(FRIDAY))
    found: Any = remaining(clock.due_at, clock.stored, at(now), CALENDAR)
    return found["count"], found["unit"], found["late"]


@pytest.mark.parametrize(
    ("now", "count", "late"),
    [
        (FRIDAY, 3, False),
        ("2026-11-21 12:00", 3, False),  # a Saturday takes nothing away
        ("2026-11-23 08:00", 2, False),
        ("2026-11-25 08:00", 0, False),  # it is today
        ("2026-11-25 23:00", 0, True),  # none is over yet
        ("2026-11-26 08:00", 1, True),
        ("2026-11-29 08:00", 2, True),  # a Sunday adds nothing
    ],
)
def test_working_days_are_told_in_working_days(now: str, count: int, late: bool) -> None:
    assert left("3wd", now) == (count, "working_days", late)


def test_a_case_that_came_on_a_saturday_has_the_promised_days_left_until_monday_is_over() -> None:
    clock = StatutoryClock(parse("3wd"), CALENDAR, "opd").start(at("2026-11-21 09:00"))
    for now, count in (("2026-11-21 09:00", 3), ("2026-11-23 09:00", 3), ("2026-11-24 09:00", 2)):
        found: Any = remaining(clock.due_at, clock.stored, at(now), CALENDAR)
        assert found["count"] == count, now


def test_calendar_days_are_told_in_days() -> None:
    assert left("3d", FRIDAY) == (3, "days", False)
    assert left("3d", "2026-11-22 10:00") == (1, "days", False)
    assert left("3d", "2026-11-25 00:10") == (2, "days", True)


def test_hours_are_told_in_minutes_of_service_time() -> None:
    assert left("2h", FRIDAY) == (120, "minutes", False)
    assert left("2h", "2026-11-20 09:30") == (90, "minutes", False)
    count, unit, late = left("2h", "2026-11-22 10:00")
    assert (unit, late) == ("minutes", True)
    assert 0 < count < 8 * 60  # of Friday alone


def test_without_a_date_nothing_is_told() -> None:
    stored = StatutoryClock(parse("3wd"), CALENDAR, "opd").start(at(FRIDAY)).stored
    assert remaining(None, stored, at(FRIDAY), CALENDAR) is None
    assert remaining(at(FRIDAY), None, at(FRIDAY), CALENDAR) is None
