"""Thresholds of a clock: due soon, overdue, then the ladder; a clock that does not run has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpp.calendars import load_calendar
from mpp.casework.rules.service_type import Escalation
from mpp.casework.rules.thresholds import Threshold, next_alarm, passed, thresholds
from mpp.casework.time.clock import StatutoryClock
from mpp.casework.time.durations import Duration, parse

CALENDAR = load_calendar("Asia/Jakarta")
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 WIB
LADDER = (Escalation("supervisor"), Escalation("head", parse("2wd")), Escalation("inspectorate", parse("5wd")))


def clock(sla: str, start: datetime = MONDAY) -> StatutoryClock:
    return StatutoryClock(parse(sla), CALENDAR).start(start)


def local(moment: datetime) -> str:
    return moment.astimezone(CALENDAR.zone).strftime("%a %d %H.%M")


@pytest.mark.parametrize(
    ("sla", "lead", "soon", "due"),
    [
        ("9wd", None, "Wed 02 15.00", "Fri 04 15.00"),  # a quarter of nine days: two
        ("9wd", "1wd", "Thu 03 15.00", "Fri 04 15.00"),
        ("1wd", None, "Mon 23 15.00", "Tue 24 15.00"),
        ("4d", None, "Thu 26 23.59", "Fri 27 23.59"),
        ("1d", None, "Mon 23 23.59", "Tue 24 23.59"),
        ("4h", None, "Mon 23 12.00", "Mon 23 13.00"),
        ("30min", "30min", "Mon 23 09.00", "Mon 23 09.30"),
    ],
)
def test_due_soon_and_due(sla: str, lead: str | None, soon: str, due: str) -> None:
    found = thresholds(clock(sla), parse(lead) if lead else None, ())
    assert [(a.name, local(a.at)) for a in found] == [("due_soon", soon), ("overdue", due)]


def test_the_ladder_counts_from_the_deadline_in_its_own_days() -> None:
    found = thresholds(clock("9wd"), None, LADDER)[2:]
    assert [(a.to, local(a.at)) for a in found] == [
        ("supervisor", "Fri 04 15.00"),
        ("head", "Tue 08 15.00"),
        ("inspectorate", "Fri 11 15.00"),
    ]


def test_the_worked_example_of_the_module_holds() -> None:
    found = thresholds(clock("5wd", MONDAY - timedelta(days=10)), None, LADDER[:2])
    assert [(t.name, t.to, local(t.at)) for t in found] == [
        ("due_soon", None, "Thu 19 15.00"),
        ("overdue", None, "Fri 20 15.00"),
        ("escalated", "supervisor", "Fri 20 15.00"),
        ("escalated", "head", "Tue 24 15.00"),
    ]
    assert passed(found, MONDAY - timedelta(days=2)) == 3
    assert next_alarm(found, 3) == found[3].at


def test_a_stop_and_an_extension_move_both() -> None:
    moved = clock("9wd").stop(MONDAY + timedelta(days=1, hours=3)).resume(MONDAY + timedelta(days=3))
    assert [local(a.at) for a in thresholds(moved, None, ())] == ["Fri 04 15.00", "Tue 08 15.00"]
    longer = clock("9wd").extend(parse("5wd"), MONDAY)
    assert [local(a.at) for a in thresholds(longer, None, ())] == ["Wed 09 15.00", "Fri 11 15.00"]


def test_a_clock_that_does_not_run_has_no_thresholds() -> None:
    fresh, running = StatutoryClock(parse("9wd"), CALENDAR), clock("9wd")
    stopped = running.stop(MONDAY + timedelta(days=30))
    for still in (fresh, stopped, stopped.end(MONDAY + timedelta(days=31))):
        assert thresholds(still, None, LADDER) == []
        assert next_alarm([], 0) is None


def test_at_the_very_instant_it_is_still_in_time() -> None:
    found = [Threshold("overdue", MONDAY)]
    assert passed(found, MONDAY) == 0
    assert passed(found, MONDAY + timedelta(microseconds=1)) == 1
    assert next_alarm(found, 0) == MONDAY
    assert next_alarm(found, 1) is None


@settings(max_examples=60, deadline=None)
@given(
    amount=st.integers(1, 60),
    unit=st.sampled_from(["wd", "d", "h", "min"]),
    hours=st.integers(0, 24 * 14),
    stop=st.none() | st.tuples(st.integers(0, 200), st.integers(0, 200)),
)
def test_thresholds_are_in_the_order_of_time(amount: int, unit: str, hours: int, stop: tuple[int, int] | None) -> None:
    running = clock(f"{amount}{unit}", MONDAY + timedelta(hours=hours))
    if stop is not None:
        stopped_at = running.periods[0].begin + timedelta(hours=stop[0])
        running = running.stop(stopped_at).resume(stopped_at + timedelta(hours=stop[1]))
    found = thresholds(running, None, LADDER)
    times = [a.at for a in found]
    assert times == sorted(times)
    assert found[1].at == running.due_at
    assert isinstance(running.duration, Duration)
