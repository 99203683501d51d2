"""Warnings before the end of a permit, and its end: once each, whatever dies in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import eventlet
import pytest

from mpp import crashpoints
from services.permits.use_cases.timer import RegisterTimer
from tests.integration.permits.conftest import Office
from tests.integration.permits.told import days
from tests.support.desks import refusal


def test_the_end_is_told_90_30_and_7_days_before_each_once(office: Office) -> None:
    permit = office.issue()
    assert permit["valid_until"] == "2031-11-22"
    office.desks.clock.advance(datetime(2031, 8, 23, 20, 0, tzinfo=UTC) - office.desks.clock.now())  # 03.00 of the 24th
    found = []
    for _ in range(100):
        office.run_timer()
        office.run_timer()
        days(office, 1)
    found = [(e.time.date().isoformat(), e.data["days_left"]) for e in office.told("expiring")]
    assert found == [("2031-08-23", 90), ("2031-10-22", 30), ("2031-11-14", 7)]
    (expired,) = office.told("expired")
    assert expired.data["expired_on"] == "2031-11-23"
    assert expired.time.isoformat() == "2031-11-22T20:00:00+00:00", "03.00 of the 23rd in Sidoarjo"
    after = office.get(permit)
    assert (after["status"], after["version"]) == ("expired", 5)
    assert office.run_timer() == 0


def test_on_its_last_day_it_still_holds_and_the_next_day_it_does_not(office: Office) -> None:
    permit = office.issue()
    code = permit["verification"]["code"]
    office.desks.clock.advance(datetime(2031, 11, 22, 16, 59, tzinfo=UTC) - office.desks.clock.now())
    assert office.verify(code)["valid"]
    office.desks.clock.advance(timedelta(minutes=1))
    assert office.verify(code)["status"] == "expired", "midnight in Sidoarjo, and no timer has been there yet"
    late = refusal(lambda: office.act(permit, "suspend"))
    assert (late.status, late.params["status"]) == (409, "expired")


def test_after_a_long_stop_only_the_nearest_warning_is_told(office: Office) -> None:
    office.issue()
    office.desks.clock.advance(datetime(2031, 11, 18, 3, 0, tzinfo=UTC) - office.desks.clock.now())
    assert office.run_timer() == 1
    assert [e.data["days_left"] for e in office.told("expiring")] == [7]
    days(office, 400)
    assert office.run_timer() == 1
    assert office.run_timer() == 0


def test_a_revoked_permit_is_left_alone_by_time(office: Office) -> None:
    office.act(office.issue(), "revoke")
    days(office, 6 * 366)
    assert office.run_timer() == 0


def test_a_suspended_permit_expires_too(office: Office) -> None:
    permit = office.act(office.issue(), "suspend")
    days(office, 6 * 366)
    assert office.run_timer() == 1
    assert office.get(permit)["status"] == "expired"


def test_a_batch_that_is_smaller_than_what_is_due_still_does_all_of_it(office: Office) -> None:
    for index in range(5):
        office.issue(index)
    days(office, 6 * 366)
    office.desk.register_timer._batch = 2
    assert office.run_timer() == 5


@pytest.mark.parametrize("point", ["command.before_commit", "command.after_commit"])
def test_a_timer_that_dies_has_told_each_thing_once_when_the_next_one_is_done(office: Office, point: str) -> None:
    made = [office.issue(index) for index in range(3)]
    days(office, 6 * 366)

    def die(reached: str) -> None:
        if reached == point and len(office.told("expired")) in (0, 1):
            raise crashpoints.Crash(point)

    with crashpoints.hook(die), pytest.raises(crashpoints.Crash):
        office.run_timer()
    office.desk.register_timer.release()
    RegisterTimer(office.desks.runtime).run_once()
    assert sorted(e.subject for e in office.told("expired")) == sorted(p["id"] for p in made)
    assert {office.get(p)["version"] for p in made} == {2}


def test_a_command_that_dies_before_its_commit_has_not_happened_and_can_be_repeated(office: Office) -> None:
    permit = office.issue()

    def die(reached: str) -> None:
        if reached == "command.before_commit":
            raise crashpoints.Crash(reached)

    with crashpoints.hook(die), pytest.raises(crashpoints.Crash):
        office.act(permit, "correct", key="k1", data={"practice_name": "Lain"})
    assert office.get(permit) == permit
    after = office.act(permit, "correct", key="k1", data={"practice_name": "Lain"})
    assert after["superseded_by"]["number"][4:8] == "0002", "no number was lost"
    assert len(office.told("corrected")) == 1


def test_two_timers_at_once_tell_each_thing_once(office: Office) -> None:
    for index in range(4):
        office.issue(index)
    days(office, 6 * 366)
    other = RegisterTimer(office.desks.runtime)
    threads = [eventlet.spawn(office.run_timer), eventlet.spawn(other.run_once)]
    assert sum(t.wait() for t in threads) == 4
    assert len(office.told("expired")) == 4
