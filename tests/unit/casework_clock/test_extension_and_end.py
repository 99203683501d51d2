"""One extension; late is after the deadline; an ended clock is due no more."""

from datetime import timedelta

import pytest

from mpp.casework.time.clock import ClockRefused, ClockState, StatutoryClock
from mpp.casework.time.durations import parse
from tests.unit.casework_clock.moments import CALENDAR, at, local, running


def test_one_extension_moves_the_deadline() -> None:
    clock = running("2wd", "2026-11-16 09:00").extend(parse("3wd"), at("2026-11-17 09:00"))
    assert local(clock.due_at) == "2026-11-23 15:00"
    with pytest.raises(ClockRefused) as refusal:
        clock.extend(parse("1wd"), at("2026-11-18 09:00"))
    assert refusal.value.code == "already_extended"


def test_a_stopped_clock_can_be_extended() -> None:
    clock = running("1wd", "2026-11-16 09:00").stop(at("2026-11-16 10:00"))
    later = clock.extend(parse("1wd"), at("2026-11-16 11:00")).resume(at("2026-11-16 12:00"))
    assert local(later.due_at) == "2026-11-18 15:00"


def test_hours_and_minutes_extend_each_other_but_days_do_not() -> None:
    clock = running("1h", "2026-11-16 09:00").extend(parse("30min"), at("2026-11-16 09:10"))
    assert local(clock.due_at) == "2026-11-16 10:30"
    for own, other in (("1h", "1wd"), ("1wd", "1d"), ("1d", "1wd"), ("1d", "1h")):
        with pytest.raises(ClockRefused, match="other_unit"):
            running(own, "2026-11-16 09:00").extend(parse(other), at("2026-11-16 09:10"))


def test_late_is_after_the_instant_of_the_deadline() -> None:
    clock = running("1wd", "2026-11-16 09:00")
    instant = at("2026-11-17 15:00")
    assert not clock.overdue(instant)
    assert clock.overdue(instant + timedelta(microseconds=1))


def test_an_ended_clock_is_due_no_more_but_remembers_its_deadline() -> None:
    ended = running("3wd", "2026-11-16 09:00").end(at("2026-11-17 09:00"))
    assert ended.state is ClockState.ENDED
    assert ended.due_at is None
    assert not ended.overdue(at("2026-12-30 09:00"))
    assert ended.deadline is not None
    assert local(ended.deadline.due_at) == "2026-11-19 15:00"


def test_a_clock_that_ends_while_stopped_has_a_deadline_only_if_it_was_reached_before() -> None:
    clock = running("1wd", "2026-11-16 09:00")
    assert clock.stop(at("2026-11-17 09:00")).end(at("2026-12-30 09:00")).deadline is None
    reached = clock.stop(at("2026-11-18 09:00")).end(at("2026-12-30 09:00")).deadline
    assert reached is not None
    assert local(reached.due_at) == "2026-11-17 15:00"


@pytest.mark.parametrize(
    ("history", "refused", "code"),
    [
        ("", "stop", "not_running"),
        ("", "resume", "not_stopped"),
        ("", "end", "not_started"),
        ("", "extend", "not_started"),
        ("start", "start", "already_started"),
        ("start", "resume", "not_stopped"),
        ("start stop", "stop", "not_running"),
        ("start stop", "start", "already_started"),
        ("start end", "start", "already_started"),
        ("start end", "stop", "not_running"),
        ("start end", "resume", "not_stopped"),
        ("start end", "extend", "already_ended"),
        ("start stop end", "end", "already_ended"),
    ],
)
def test_what_a_clock_refuses(history: str, refused: str, code: str) -> None:
    clock = StatutoryClock(parse("3wd"), CALENDAR)
    now = at("2026-11-16 09:00")
    for change in history.split():
        clock = getattr(clock, change)(now)
    arguments = (parse("1wd"), now) if refused == "extend" else (now,)
    with pytest.raises(ClockRefused) as refusal:
        getattr(clock, refused)(*arguments)
    assert refusal.value.code == code


def test_a_clock_not_started_has_no_deadline() -> None:
    clock = StatutoryClock(parse("3wd"), CALENDAR)
    assert (clock.state, clock.due_at, clock.deadline, clock.day_zero) == (ClockState.NOT_STARTED, None, None, None)
