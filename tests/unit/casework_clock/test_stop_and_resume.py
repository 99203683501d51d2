"""A stopped clock moves its deadline by what was lost, and by nothing else."""

import pytest

from mpp.casework.time.calendar import DayKind
from mpp.casework.time.clock import ClockState
from tests.unit.casework_clock.moments import at, local, running


def test_stopped_over_two_closings_the_date_moves_by_two_working_days() -> None:
    clock = running("3wd", "2026-11-16 09:00")
    assert local(clock.due_at) == "2026-11-19 15:00"
    stopped = clock.stop(at("2026-11-17 10:00"))
    assert stopped.state is ClockState.STOPPED
    assert stopped.due_at is None
    assert local(stopped.resume(at("2026-11-19 10:00")).due_at) == "2026-11-23 15:00"


@pytest.mark.parametrize(
    ("stop", "resume", "expected"),
    [
        ("2026-11-17 10:00", "2026-11-17 10:00", "2026-11-18 15:00"),  # no time at all
        ("2026-11-17 10:00", "2026-11-17 14:59", "2026-11-18 15:00"),  # runs again at closing
        ("2026-11-17 10:00", "2026-11-17 15:00", "2026-11-19 15:00"),  # resumed at closing: the day was lost
        ("2026-11-17 10:00", "2026-11-17 18:00", "2026-11-19 15:00"),  # resumed after closing
        ("2026-11-17 15:00", "2026-11-18 09:00", "2026-11-18 15:00"),  # stopped at closing: the day was had
        ("2026-11-17 15:00", "2026-11-18 15:00", "2026-11-19 15:00"),
        ("2026-11-17 18:00", "2026-11-18 07:00", "2026-11-18 15:00"),  # over night
        ("2026-11-16 10:00", "2026-11-17 09:00", "2026-11-18 15:00"),  # day 0 is not counted anyway
    ],
)
def test_a_stop_costs_the_closings_it_covers(stop: str, resume: str, expected: str) -> None:
    clock = running("2wd", "2026-11-16 09:00").stop(at(stop)).resume(at(resume))
    assert local(clock.due_at) == expected


def test_a_stop_on_days_off_costs_nothing() -> None:
    clock = running("1wd", "2026-12-23 09:00").stop(at("2026-12-23 15:00")).resume(at("2026-12-27 20:00"))
    assert local(clock.due_at) == "2026-12-28 15:00"


def test_service_time_moves_by_the_minutes_stopped() -> None:
    clock = running("10h", "2026-11-16 08:00").stop(at("2026-11-16 10:00")).resume(at("2026-11-16 11:30"))
    assert local(clock.due_at) == "2026-11-17 12:30"
    overnight = running("10h", "2026-11-16 08:00").stop(at("2026-11-16 16:00")).resume(at("2026-11-17 07:00"))
    assert local(overnight.due_at) == "2026-11-17 11:00"


def test_the_worked_example_of_the_counting_module_holds() -> None:
    days = running("3wd", "2026-11-16 16:00").stop(at("2026-11-19 11:00")).resume(at("2026-11-23 09:00"))
    assert local(days.due_at) == "2026-11-24 15:00"
    assert local(running("3d", "2026-11-16 16:00").due_at) == "2026-11-19 23:59"
    assert local(running("6h", "2026-11-16 13:00").due_at) == "2026-11-17 12:00"


def test_the_explanation_names_the_days_of_the_citizen() -> None:
    clock = running("2wd", "2026-11-16 09:00").stop(at("2026-11-17 10:00")).resume(at("2026-11-18 10:00"))
    assert clock.deadline is not None
    assert [(s.day.day, s.kind) for s in clock.deadline.skipped] == [(17, DayKind.STOPPED)]
    hours = running("2h", "2026-11-16 09:00").stop(at("2026-11-16 10:00")).resume(at("2026-11-18 10:00"))
    assert hours.deadline is not None
    assert [(s.day.day, s.kind) for s in hours.deadline.skipped] == [(17, DayKind.STOPPED)]


def test_a_day_stopped_from_its_opening_was_the_citizen_s() -> None:
    clock = running("8h", "2026-11-16 08:00").stop(at("2026-11-17 08:00")).resume(at("2026-11-18 08:00"))
    assert clock.deadline is not None
    assert [(s.day.day, s.kind) for s in clock.deadline.skipped] == [(17, DayKind.STOPPED)]
    assert local(clock.due_at) == "2026-11-18 09:00"


def test_a_stop_into_an_undecided_year_marks_the_deadline() -> None:
    clock = running("1wd", "2027-12-28 09:00")
    assert clock.deadline is not None
    assert clock.deadline.complete
    moved = clock.stop(at("2027-12-29 09:00")).resume(at("2028-01-04 09:00"))
    assert moved.deadline is not None
    assert not moved.deadline.complete


def test_a_clock_that_was_due_before_the_stop_stays_due() -> None:
    clock = running("1wd", "2026-11-16 09:00").stop(at("2026-11-18 09:00"))
    assert clock.due_at is None
    assert not clock.overdue(at("2026-11-18 10:00"))
    assert local(clock.resume(at("2026-11-25 09:00")).due_at) == "2026-11-17 15:00"
