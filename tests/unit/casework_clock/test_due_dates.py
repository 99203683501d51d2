"""Deadlines in working days, service time and calendar days, rule by rule. Offices are open 08.00-15.00."""

from datetime import date, timedelta

import pytest

from mpp.casework.time.calendar import DayKind
from mpp.casework.time.clock import StatutoryClock, deadline
from mpp.casework.time.durations import parse
from tests.unit.casework_clock.moments import CALENDAR, at, due, local, running


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-02-13", 3, "2026-02-20"),
        ("2026-03-13", 5, "2026-03-27"),
        ("2026-03-17", 10, "2026-04-08"),
        ("2026-05-13", 3, "2026-05-20"),
        ("2026-05-26", 14, "2026-06-19"),
        ("2026-11-20", 5, "2026-11-27"),
        ("2026-12-21", 3, "2026-12-28"),
    ],
)
def test_working_days_of_2026(start: str, days: int, expected: str) -> None:
    assert due(start, f"{days}wd")[:10] == expected


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("2026-11-16 07:59", "2026-11-17 15:00"),  # before opening: that day is day 0
        ("2026-11-16 15:00", "2026-11-17 15:00"),  # at closing time: still that day
        ("2026-11-16 15:01", "2026-11-18 15:00"),  # after closing: Tuesday is day 0
        ("2026-11-16 23:59", "2026-11-18 15:00"),
        ("2026-11-20 12:00", "2026-11-23 15:00"),  # in the break for Friday prayer: Friday is day 0
        ("2026-11-20 15:01", "2026-11-24 15:00"),  # Friday after closing: Monday is day 0
        ("2026-11-21 09:00", "2026-11-24 15:00"),  # Saturday likewise
        ("2026-12-23 15:01", "2026-12-29 15:00"),  # over joint leave, Christmas and a weekend
    ],
)
def test_one_working_day(event: str, expected: str) -> None:
    assert due(event, "1wd") == expected


def test_saturday_plus_three_working_days_is_thursday() -> None:
    assert due("2026-11-21", "3wd") == "2026-11-26 15:00"


def test_half_a_minute_after_closing_is_after_closing() -> None:
    late = at("2026-11-16 15:00") + timedelta(microseconds=1)
    assert local(StatutoryClock(parse("1wd"), CALENDAR).start(late).due_at) == "2026-11-18 15:00"


def test_the_kind_of_office_gives_the_closing_time() -> None:
    assert due("2026-11-19", "1wd", "kecamatan") == "2026-11-20 10:30"
    assert due("2026-11-20 10:31", "1wd", "kecamatan") == "2026-11-24 14:00"
    assert due("2026-11-20 10:31", "1wd", "opd") == "2026-11-23 15:00"


def test_ramadan_closes_earlier() -> None:
    assert due("2026-02-18", "1wd") == "2026-02-19 14:00"
    assert due("2026-02-17", "1wd") == "2026-02-19 14:00"  # Imlek: dated to the 18th
    assert due("2026-03-02 14:01", "1wd") == "2026-03-04 14:00"


def test_the_skipped_days_say_why() -> None:
    found = deadline(at("2026-12-23 15:30"), parse("1wd"), CALENDAR)
    assert found.day_zero == date(2026, 12, 28)
    assert [(skip.day.day, skip.kind, skip.reason) for skip in found.skipped] == [
        (23, DayKind.AFTER_CLOSING, "diterima setelah jam tutup"),
        (24, DayKind.JOINT_LEAVE, "Cuti Bersama Hari Raya Natal"),
        (25, DayKind.NATIONAL_HOLIDAY, "Hari Raya Natal"),
        (26, DayKind.WEEKEND, "Sabtu"),
        (27, DayKind.WEEKEND, "Minggu"),
    ]


def test_what_lies_after_the_deadline_is_not_skipped() -> None:
    assert deadline(at("2026-11-19 09:00"), parse("1wd"), CALENDAR).skipped == ()  # due on a Friday


def test_nothing_is_left_of_a_day_at_its_closing_time() -> None:
    hours = deadline(at("2026-11-16 15:00"), parse("1h"), CALENDAR)
    assert [(skip.day.day, skip.kind) for skip in hours.skipped] == [(16, DayKind.AFTER_CLOSING)]
    assert deadline(at("2026-11-16 15:00"), parse("1wd"), CALENDAR).skipped == ()
    assert deadline(at("2026-11-16 14:59"), parse("2min"), CALENDAR).skipped == ()


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-11-16 09:00", "30min", "2026-11-16 09:30"),
        ("2026-11-16 14:00", "1h", "2026-11-16 15:00"),  # ends at closing, not at the next opening
        ("2026-11-16 14:00", "61min", "2026-11-17 08:01"),
        ("2026-11-16 15:00", "1h", "2026-11-17 09:00"),
        ("2026-11-16 06:00", "1h", "2026-11-16 09:00"),
        ("2026-11-16 08:00", "10h", "2026-11-17 11:00"),  # the 10-hour PBG
        ("2026-11-20 11:00", "1h", "2026-11-20 13:30"),  # over the Friday break
        ("2026-11-20 14:30", "1h", "2026-11-23 08:30"),
        ("2026-12-23 14:59", "2min", "2026-12-28 08:01"),
        ("2026-11-16", "7h", "2026-11-16 15:00"),  # a date alone means from opening
        ("2026-11-21", "7h", "2026-11-23 15:00"),
        ("2026-02-18 14:30", "1h", "2026-02-19 08:30"),
    ],
)
def test_service_time(start: str, duration: str, expected: str) -> None:
    assert due(start, duration) == expected


def test_seconds_of_service_time_are_not_lost() -> None:
    start = at("2026-11-16 14:59") + timedelta(seconds=30)
    assert StatutoryClock(parse("1min"), CALENDAR).start(start).due_at == at("2026-11-17 08:00") + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2026-01-10", "60d", "2026-03-11 23:59"),  # birth report
        ("2026-01-10", "28d", "2026-02-07 23:59"),  # newborn to BPJS
        ("2026-01-10", "30d", "2026-02-09 23:59"),  # death report
        ("2026-11-20 23:59", "1d", "2026-11-21 23:59"),  # no dating to the next working day, no roll over
    ],
)
def test_calendar_days(start: str, duration: str, expected: str) -> None:
    assert due(start, duration) == expected


def test_calendar_days_skip_nothing() -> None:
    assert deadline(date(2026, 12, 23), parse("1d"), CALENDAR).skipped == ()  # due on a day of joint leave


def test_a_calendar_day_deadline_rolls_over_only_where_the_rule_says_so() -> None:
    assert due("2026-12-23", "1d") == "2026-12-24 23:59"
    assert local(running("1d", "2026-12-23 09:00").due_at) == "2026-12-24 23:59"
    assert due("2026-12-23", "1d", roll=True) == "2026-12-28 23:59"
    found = deadline(date(2026, 12, 23), parse("1d"), CALENDAR, roll=True)
    assert [skip.day.day for skip in found.skipped] == [24, 25, 26, 27]
    assert due("2026-11-15", "1d", roll=True) == "2026-11-16 23:59"
    assert deadline(date(2026, 11, 15), parse("1d"), CALENDAR, roll=True).skipped == ()


@pytest.mark.parametrize(
    ("start", "duration", "complete"),
    [
        ("2026-12-31", "1wd", True),  # 2027 is decided
        ("2027-12-30", "1wd", True),  # due on 31 December
        ("2027-12-31", "1wd", False),
        ("2027-12-31 15:01", "1h", False),
        ("2027-12-31 14:00", "1h", True),
        ("2027-12-20", "60d", True),  # no holiday can move calendar days
        ("2014-12-31", "1wd", False),  # begins in a year that is not there
    ],
)
def test_a_deadline_that_touches_an_undecided_year_says_so(start: str, duration: str, complete: bool) -> None:
    begin = date.fromisoformat(start) if len(start) == 10 else at(start)
    assert deadline(begin, parse(duration), CALENDAR).complete is complete


def test_rolling_into_an_undecided_year_is_marked() -> None:
    assert deadline(date(2027, 12, 31), parse("1d"), CALENDAR, roll=True).complete is False
    assert deadline(date(2027, 12, 30), parse("1d"), CALENDAR, roll=True).complete is True
    assert deadline(date(2027, 3, 9), parse("20d"), CALENDAR, roll=True).complete is True  # it rolls over Easter only
