"""The statutory clock, rule by rule. Offices here are open 08.00-15.00, on Friday 08.00-11.30 and 13.00-15.00."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from mpp.calendars import load_calendar
from mpp.casework.calendar import DayKind
from mpp.casework.clock import ClockRefused, ClockState, StatutoryClock, deadline
from mpp.casework.durations import parse

CALENDAR = load_calendar()
WIB = CALENDAR.zone


def at(text: str) -> datetime:
    """A local time such as `2026-11-20 15:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB)


def due(start: str, duration: str, office: str = "opd", *, roll: bool = False) -> str:
    begin = date.fromisoformat(start) if len(start) == 10 else at(start)
    found = deadline(begin, parse(duration), CALENDAR, office, roll=roll)
    return found.due_at.astimezone(WIB).strftime("%Y-%m-%d %H:%M")


def running(duration: str, start: str, **options) -> StatutoryClock:
    return StatutoryClock(parse(duration), CALENDAR, **options).start(at(start))


def local(moment: datetime | None) -> str | None:
    return moment and moment.astimezone(WIB).strftime("%Y-%m-%d %H:%M")


# ------------------------------------------------------------------------------------------------ working days


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


# ------------------------------------------------------------------------------------------- service time


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


# ------------------------------------------------------------------------------------------- calendar days


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


# ------------------------------------------------------------------------------------------- incomplete years


@pytest.mark.parametrize(
    ("start", "duration", "complete"),
    [
        ("2026-12-30", "1wd", True),  # due on 31 December
        ("2026-12-31", "1wd", False),
        ("2026-12-31 15:01", "1h", False),
        ("2026-12-31 14:00", "1h", True),
        ("2026-12-20", "60d", True),  # no holiday can move calendar days
        ("2027-03-01", "1wd", False),
        ("2014-12-31", "1wd", False),  # begins in a year that is not there
    ],
)
def test_a_deadline_that_touches_an_undecided_year_says_so(start: str, duration: str, complete: bool) -> None:
    begin = date.fromisoformat(start) if len(start) == 10 else at(start)
    assert deadline(begin, parse(duration), CALENDAR).complete is complete


def test_rolling_into_an_undecided_year_is_marked() -> None:
    assert deadline(date(2026, 12, 31), parse("1d"), CALENDAR, roll=True).complete is False
    assert deadline(date(2026, 12, 30), parse("1d"), CALENDAR, roll=True).complete is True


def test_an_undecided_year_has_weekends_and_fixed_holidays_only() -> None:
    assert due("2026-12-31", "1wd") == "2027-01-04 15:00"  # 1 January is fixed, then a weekend
    assert due("2027-03-09", "1wd") == "2027-03-10 15:00"  # the estimated Idul Fitri does not count
    assert due("2027-08-16", "1wd") == "2027-08-18 15:00"


# ------------------------------------------------------------------------------------------- stop and resume


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
    clock = running("1wd", "2026-12-29 09:00")
    assert clock.deadline is not None
    assert clock.deadline.complete
    moved = clock.stop(at("2026-12-30 09:00")).resume(at("2027-01-04 09:00"))
    assert moved.deadline is not None
    assert not moved.deadline.complete


def test_a_clock_that_was_due_before_the_stop_stays_due() -> None:
    clock = running("1wd", "2026-11-16 09:00").stop(at("2026-11-18 09:00"))
    assert clock.due_at is None
    assert not clock.overdue(at("2026-11-18 10:00"))
    assert local(clock.resume(at("2026-11-25 09:00")).due_at) == "2026-11-17 15:00"


# ------------------------------------------------------------------------------------------- extension and end


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
    assert clock.late is None
    assert clock.end(instant).late is False
    assert clock.end(instant + timedelta(microseconds=1)).late is True


def test_an_ended_clock_is_due_no_more_but_remembers_its_deadline() -> None:
    ended = running("3wd", "2026-11-16 09:00").end(at("2026-11-17 09:00"))
    assert ended.state is ClockState.ENDED
    assert ended.due_at is None
    assert not ended.overdue(at("2026-12-30 09:00"))
    assert ended.deadline is not None
    assert local(ended.deadline.due_at) == "2026-11-19 15:00"


def test_a_clock_that_ends_while_stopped_is_late_only_if_it_was_before() -> None:
    clock = running("1wd", "2026-11-16 09:00")
    assert clock.stop(at("2026-11-17 09:00")).end(at("2026-12-30 09:00")).late is False
    assert clock.stop(at("2026-11-18 09:00")).end(at("2026-12-30 09:00")).late is True


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


# ------------------------------------------------------------------------------------------- time and storage


def test_a_process_whose_clock_is_behind_cannot_turn_time_back() -> None:
    clock = running("1wd", "2026-11-16 09:00").stop(at("2026-11-16 08:00"))
    assert clock.periods[0].end == at("2026-11-16 09:00").astimezone(UTC)
    again = clock.resume(at("2026-11-16 07:00")).end(at("2026-11-16 06:00"))
    assert again.ended_at == at("2026-11-16 09:00").astimezone(UTC)
    assert StatutoryClock.from_dict(again.to_dict(), CALENDAR) == again


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        StatutoryClock(parse("1wd"), CALENDAR).start(datetime(2026, 11, 16, 9))  # noqa: DTZ001


@pytest.mark.parametrize("day", [date.max, date(9999, 12, 30), date(1, 1, 1)])
@pytest.mark.parametrize("duration", ["3wd", "20h"])
def test_a_date_at_the_end_of_time_is_a_plain_error(day: date, duration: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        deadline(day, parse(duration), CALENDAR)


def test_a_clock_survives_json() -> None:
    clock = running("10h", "2026-11-16 09:00", office_kind="desa").stop(at("2026-11-16 10:00"))
    clock = clock.extend(parse("30min"), at("2026-11-16 11:00")).resume(at("2026-11-16 12:00"))
    for stage in (StatutoryClock(parse("60d"), CALENDAR, roll=True), clock, clock.end(at("2026-11-17 09:00"))):
        back = StatutoryClock.from_dict(json.loads(json.dumps(stage.to_dict())), CALENDAR)
        assert back == stage
        assert (back.state, back.due_at, back.roll) == (stage.state, stage.due_at, stage.roll)


STORED = {
    "v": 1,
    "duration": "3wd",
    "office_kind": "opd",
    "roll": False,
    "periods": [["2026-11-16T02:00:00+00:00", "2026-11-16T03:00:00+00:00"], ["2026-11-17T02:00:00+00:00", None]],
    "extension": None,
    "ended_at": None,
}


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"duration": "3x"},
        {"duration": 3},
        {"office_kind": None},
        {"roll": "yes"},
        {"periods": None},
        {"periods": [["2026-11-16T02:00:00", None]]},
        {"periods": [["2026-11-16T02:00:00+00:00", None], ["2026-11-17T02:00:00+00:00", None]]},
        {"periods": [["2026-11-16T02:00:00+00:00", "2026-11-15T02:00:00+00:00"]]},
        {"periods": [["2026-11-16T02:00:00+00:00"]]},
        {"extension": {"duration": "1wd"}},
        {"ended_at": "2026-11-18T02:00:00+00:00"},
        {"ended_at": "yesterday"},
        {"periods": [], "ended_at": "2026-11-18T02:00:00+00:00"},
    ],
)
def test_a_damaged_clock_is_refused(change: dict) -> None:
    assert StatutoryClock.from_dict(STORED, CALENDAR).state is ClockState.RUNNING
    with pytest.raises(ValueError):
        StatutoryClock.from_dict(STORED | change, CALENDAR)


def test_a_stored_clock_without_a_field_is_refused() -> None:
    for name in STORED:
        with pytest.raises(ValueError, match="not a stored clock"):
            StatutoryClock.from_dict({key: value for key, value in STORED.items() if key != name}, CALENDAR)
