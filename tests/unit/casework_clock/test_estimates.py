"""What is decided counts as decided, day by day; what is not is reckoned, and a deadline that rests on it says so."""

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from mpp.calendars import fingerprint, load_calendar, overridden, parse_overrides
from mpp.casework.time.calendar import DayKind, WorkingCalendar
from mpp.casework.time.clock import StatutoryClock, deadline
from mpp.casework.time.durations import parse
from tests.unit.casework_clock.moments import CALENDAR, at, due, local

# SKB 3 Menteri 1205/2026, 3/2026, 2/2026
NATIONAL_2027 = (
    "01-01 01-05 02-06 03-08 03-10 03-11 03-26 03-28 05-01 05-06 05-17 05-20 06-01 06-06 08-15 08-17 12-25 12-26"
)
JOINT_LEAVE_2027 = "02-05 03-09 03-12 03-15 03-25 05-18 05-19 12-24"


def with_table(source: str) -> WorkingCalendar:
    return overridden(CALENDAR, [parse_overrides("tabel.yaml", source)])


def of_2027(kinds: Iterable[DayKind]) -> list[str]:
    return sorted(f"{d:%m-%d}" for d, h in CALENDAR.holidays.items() if d.year == 2027 and h.kind in kinds)


def why(start: str, duration: str, calendar: WorkingCalendar = CALENDAR) -> list[str]:
    begin = date.fromisoformat(start) if len(start) == 10 else at(start)
    return [doubt.id for doubt in deadline(begin, parse(duration), calendar).doubts]


def test_2027_has_the_18_national_holidays_and_8_days_of_joint_leave_of_the_decree() -> None:
    assert of_2027([DayKind.NATIONAL_HOLIDAY]) == NATIONAL_2027.split()
    assert of_2027([DayKind.JOINT_LEAVE]) == JOINT_LEAVE_2027.split()


def test_the_decree_ships_with_its_sources() -> None:
    written = (Path(__file__).parents[3] / "mpp/casework/data/holidays/2027.yaml").read_text()
    assert "1205/2026" in written
    assert "setneg.go.id" in written


def test_a_decided_day_counts_although_another_of_its_year_is_not() -> None:
    assert due("2026-11-26 15:01", "28wd") == "2027-01-12 15:00"  # over 5 January
    assert why("2026-11-26 15:01", "28wd") == []


def test_an_estimate_counts_as_a_day_off_and_the_deadline_says_which() -> None:
    assert due("2027-01-29", "28wd") == "2027-03-19 15:00"
    assert why("2027-01-29", "28wd") == [
        "Idul Fitri 1448 Hijriah (10-03-2027, 11-03-2027) masih perkiraan, belum ditetapkan"
    ]


@pytest.mark.parametrize(
    ("start", "certain"),
    [
        ("2027-05-12", True),  # due on the 13th
        ("2027-05-13", False),  # due on the 14th, the day before it
        ("2027-05-21", True),
    ],
)
def test_a_day_beside_an_estimate_may_be_the_holiday_in_the_end(start: str, certain: bool) -> None:
    table = "days:\n  - {date: 2027-05-15, kind: joint_leave, name: Idul Adha, estimate: true}\n"
    assert deadline(date.fromisoformat(start), parse("1wd"), with_table(table)).complete is certain


def test_a_year_without_its_decree_counts_what_is_reckoned_of_it_and_says_so() -> None:
    assert due("2028-05-24", "1wd") == "2028-05-29 15:00"  # Ascension, and the estimated New Year of 1450 H
    assert why("2028-05-24", "1wd") == [
        "hari libur dan cuti bersama 2028 belum ditetapkan",
        "Tahun Baru Islam (26-05-2028) masih perkiraan, belum ditetapkan",
    ]


def test_a_decision_makes_the_deadline_certain() -> None:
    day = "  - {{date: 2027-03-{}, kind: national_holiday, name: Idul Fitri 1448 Hijriah}}\n"
    decided = with_table("days:\n" + day.format(10) + day.format(11))
    assert deadline(date(2027, 2, 10), parse("20wd"), decided).complete
    assert not deadline(date(2027, 2, 10), parse("20wd"), CALENDAR).complete
    assert fingerprint(decided) != fingerprint(CALENDAR)


def test_the_beginning_and_the_end_of_ramadan_are_estimates_of_the_hours() -> None:
    awal = "awal Ramadan (08-02-2027) masih perkiraan, belum ditetapkan"
    assert why("2027-02-04", "1wd") == [awal]  # due on the 8th, at 14.00 or at 15.00
    assert why("2027-02-08 09:00", "2h") == [awal]
    assert why("2027-02-15", "1wd") == []
    assert why("2027-02-16 09:00", "9h") == []
    decided = with_table("years:\n  - {year: 2027, ramadan: {first: 2027-02-08, last: 2027-03-09}}\n")
    assert why("2027-02-04", "1wd", decided) == []


def test_a_table_may_reckon_and_another_decide(tmp_path: Path) -> None:
    guess, decree = tmp_path / "1.yaml", tmp_path / "2.yaml"
    guess.write_text("days:\n  - {date: 2027-08-31, kind: regional_holiday, name: Pilkada, estimate: true}\n")
    decree.write_text("days:\n  - {date: 2027-08-31, kind: regional_holiday, name: Pilkada}\n")
    assert not deadline(date(2027, 8, 30), parse("1wd"), load_calendar(overrides=[guess])).complete
    assert deadline(date(2027, 8, 30), parse("1wd"), load_calendar(overrides=[guess, decree])).complete


# ------------------------------------------------------------------------------------------------ Ramadan


def test_two_ramadans_in_one_year_are_both_kept() -> None:
    table = with_table(
        "years:\n"
        "  - {year: 2030, ramadan: {first: 2030-01-06, last: 2030-02-03}}\n"
        "  - {year: 2030, ramadan: {first: 2030-12-26, last: 2031-01-24}}\n"
    )
    begun = [(f"{month.first}", month.estimated) for month in table.ramadan if month.first.year == 2030]
    assert begun == [("2030-01-06", False), ("2030-12-26", False)]
    assert local(table.closing(date(2030, 1, 15), "opd")) == "2030-01-15 14:00"
    assert local(table.closing(date(2030, 12, 30), "opd")) == "2030-12-30 14:00"
    assert local(table.closing(date(2030, 2, 6), "opd")) == "2030-02-06 15:00"


# ------------------------------------------------------------------------------------------------ half days

HALF = "days:\n  - {{date: 2026-12-23, kind: half_day, open: {}, name: Setengah hari}}\n"


def hours_due(start: str, duration: str, calendar: WorkingCalendar, office: str = "opd") -> str | None:
    return local(StatutoryClock(parse(duration), calendar, office).start(at(start)).due_at)


def test_half_a_day_has_half_the_hours() -> None:
    half = with_table(HALF.format("['08:00-12:00']"))
    assert hours_due("2026-12-23 08:00", "4h", half) == "2026-12-23 12:00"
    assert hours_due("2026-12-23 08:00", "5h", half) == "2026-12-28 09:00"
    assert hours_due("2026-12-23 08:00", "5h", CALENDAR) == "2026-12-23 13:00"


def test_half_a_day_is_a_working_day_that_closes_early() -> None:
    half = with_table(HALF.format("['08:00-12:00']"))
    assert hours_due("2026-12-22 09:00", "1wd", half) == "2026-12-23 12:00"
    assert hours_due("2026-12-23 12:01", "1wd", half) == "2026-12-29 15:00"  # after closing


def test_hours_that_an_office_never_has_do_not_open_it() -> None:
    late = with_table(HALF.format("['14:30-16:00']"))
    assert hours_due("2026-12-23 08:00", "30min", late) == "2026-12-23 15:00"
    found = deadline(at("2026-12-22 09:00"), parse("1wd"), late, "desa")  # it closes at 14.00
    assert [(skip.kind, skip.reason) for skip in found.skipped][:1] == [(DayKind.HALF_DAY, "Setengah hari")]
    assert local(found.due_at) == "2026-12-28 14:00"


def test_a_later_table_makes_half_a_day_whole_or_a_day_off() -> None:
    half = with_table(HALF.format("['08:00-12:00']"))
    day = date(2026, 12, 23)
    for kind, closes in (("working_day", "2026-12-23 15:00"), ("joint_leave", None)):
        table = parse_overrides("2.yaml", f"days:\n  - {{date: 2026-12-23, kind: {kind}, name: x}}\n")
        assert local(overridden(half, [table]).closing(day, "opd")) == closes
    assert fingerprint(half) != fingerprint(CALENDAR)


# ------------------------------------------------------------------------------------------------ bounds


def test_no_more_than_five_years_of_working_days_are_counted() -> None:
    assert deadline(date(2026, 11, 20), parse("1250wd"), CALENDAR).due_at.year == 2031
    with pytest.raises(ValueError, match="too long: '1251wd'"):
        parse("1251wd")


def test_a_clock_that_was_allowed_more_once_is_still_read() -> None:
    clock = StatutoryClock(parse("5wd"), CALENDAR).start(at("2026-11-20 09:00"))
    stored = {**clock.stored.to_json(), "duration": "9999wd"}
    assert type(clock.stored).from_json(stored).duration.amount == 9999


@pytest.mark.parametrize("begin", ["2026-11-20 09:00", "2026-11-20 23:59"])
def test_calendar_days_are_not_walked_one_by_one(begin: str) -> None:
    clock = StatutoryClock(parse("9999d"), CALENDAR).start(at(begin))
    assert local(clock.due_at) == f"{date(2026, 11, 20) + timedelta(days=9999)} 23:59"
