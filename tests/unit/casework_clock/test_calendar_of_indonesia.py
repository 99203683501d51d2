"""The working calendar that the mall ships: the decreed days of 2026, undecided years, override tables, bad files."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from mpp.calendars import load_calendar
from mpp.casework.access.offices import KINDS
from mpp.casework.time.calendar import DayKind, ServiceHours, Span, WorkingCalendar
from mpp.casework.time.clock import deadline
from mpp.casework.time.durations import Duration, Unit, parse
from mpp.casework.time.zones import zone_named
from mpp.yaml_files import CatalogueError

CALENDAR = load_calendar()

# SKB 3 Menteri 1497/2025, 2/2025, 5/2025
NATIONAL_2026 = "01-01 01-16 02-17 03-19 03-21 03-22 04-03 04-05 05-01 05-14 05-27 05-31 06-01 06-16 08-17 08-25 12-25"
JOINT_LEAVE_2026 = "02-16 03-18 03-20 03-23 03-24 05-15 05-28 12-24"


def of_2026(kind: DayKind) -> list[str]:
    return sorted(f"{d:%m-%d}" for d, h in CALENDAR.holidays.items() if d.year == 2026 and h.kind is kind)


def test_2026_has_the_17_national_holidays_and_8_days_of_joint_leave_of_the_decree() -> None:
    assert of_2026(DayKind.NATIONAL_HOLIDAY) == NATIONAL_2026.split()
    assert of_2026(DayKind.JOINT_LEAVE) == JOINT_LEAVE_2026.split()
    assert len([d for d in CALENDAR.holidays if d.year == 2026]) == 25


def test_2026_has_240_working_days() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    working = [day for day in days if CALENDAR.day_off(day, "opd") is None]
    by_month = [sum(day.month == month for day in working) for month in range(1, 13)]
    assert by_month == [20, 18, 17, 21, 16, 20, 23, 19, 22, 22, 21, 21]
    assert len(working) == 240


def test_a_year_without_its_decree_is_not_complete() -> None:
    assert {2026, 2027} <= CALENDAR.years_complete
    assert not CALENDAR.years_complete & {2014, 2028}


def test_ramadan_ends_on_the_eve_of_idul_fitri_and_not_before_29_days() -> None:
    for month in CALENDAR.ramadan:
        assert "Idul Fitri" in CALENDAR.holidays[month.last + timedelta(days=1)].name
        assert (month.last - month.first).days + 1 in (29, 30)


def test_friday_and_ramadan_hours() -> None:
    def hours(day: date, kind: str) -> list[str]:
        spans = CALENDAR.open_spans(day, kind)
        return [f"{a.astimezone(CALENDAR.zone):%H:%M}-{b.astimezone(CALENDAR.zone):%H:%M}" for a, b in spans]

    assert hours(date(2026, 11, 19), "opd") == ["08:00-15:00"]
    assert hours(date(2026, 11, 20), "opd") == ["08:00-11:30", "13:00-15:00"]
    assert hours(date(2026, 2, 18), "opd") == ["08:00-15:00"]
    assert hours(date(2026, 2, 19), "opd") == ["08:00-14:00"]  # first day of Ramadan
    assert hours(date(2026, 2, 20), "desa") == ["08:00-10:30"]
    assert hours(date(2026, 3, 25), "opd") == ["08:00-15:00"]
    assert hours(date(2026, 11, 21), "opd") == []


def test_every_kind_of_office_has_hours_of_its_own() -> None:
    assert set(KINDS) <= set(CALENDAR.hours)
    assert CALENDAR.hours_of("a kind of the future") is CALENDAR.hours["default"]
    bare = WorkingCalendar(CALENDAR.zone, {"opd": CALENDAR.hours["opd"]}, {}, frozenset())
    with pytest.raises(ValueError, match="no service hours for offices of kind 'desa'"):
        bare.hours_of("desa")


@pytest.mark.parametrize(("zone", "offset"), [("Asia/Jakarta", 7), ("Asia/Makassar", 8), ("Asia/Jayapura", 9)])
def test_the_zone_is_the_region_s(zone: str, offset: int) -> None:
    due = deadline(date(2026, 11, 19), parse("1wd"), load_calendar(zone)).due_at
    assert due.hour == 15 - offset


def test_a_zone_outside_indonesia_is_refused() -> None:
    with pytest.raises(ValueError, match="Europe/Berlin"):
        zone_named("Europe/Berlin")


# ------------------------------------------------------------------------------------------------ override tables

DECREE_2027 = """
source: SKB 3 Menteri tentang hari libur 2027
days:
  - {date: 2027-01-01, kind: national_holiday, name: Tahun Baru Masehi}
  - {date: 2027-03-10, kind: national_holiday, name: Idul Fitri 1448 H}
  - {date: 2027-03-11, kind: national_holiday, name: Idul Fitri 1448 H}
  - {date: 2027-03-12, kind: joint_leave, name: Cuti bersama Idul Fitri}
years:
  - {year: 2027, complete: true, ramadan: {first: 2027-02-08, last: 2027-03-09}}
"""


def test_an_override_table_decides_a_year(tmp_path: Path) -> None:
    table = tmp_path / "2027.yaml"
    table.write_text(DECREE_2027)
    found = deadline(date(2027, 3, 9), parse("1wd"), load_calendar(overrides=[table]))
    assert found.due_at.date() == date(2027, 3, 15)
    assert found.complete
    calendar = load_calendar(overrides=[table])
    assert calendar.closing(date(2027, 3, 9), "opd") == calendar.at(date(2027, 3, 9), time(14))  # Ramadan
    assert calendar.day_off(date(2027, 8, 17), "opd") is None  # the table lists ALL holidays of a complete year


def test_an_override_adds_and_cancels_days(tmp_path: Path) -> None:
    table = tmp_path / "days.yaml"
    table.write_text(
        "days:\n"
        "  - {date: 2026-11-24, kind: regional_holiday, name: Pemilihan kepala desa}\n"
        "  - {date: 2026-12-24, kind: working_day, name: Cuti bersama dibatalkan}\n"
    )
    calendar = load_calendar(overrides=[table])
    assert calendar.day_off(date(2026, 11, 24), "opd") == (
        date(2026, 11, 24), DayKind.REGIONAL_HOLIDAY, "Pemilihan kepala desa",
    )  # fmt: skip
    assert calendar.day_off(date(2026, 12, 24), "opd") is None
    assert 2026 in calendar.years_complete


def test_a_later_table_wins(tmp_path: Path) -> None:
    first, second = tmp_path / "1.yaml", tmp_path / "2.yaml"
    first.write_text("days:\n  - {date: 2026-11-24, kind: regional_holiday, name: Libur}\n")
    second.write_text("days:\n  - {date: 2026-11-24, kind: working_day, name: Batal}\n")
    assert load_calendar(overrides=[first, second]).day_off(date(2026, 11, 24), "opd") is None
    assert load_calendar(overrides=[second, first]).day_off(date(2026, 11, 24), "opd") is not None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("days:\n  - {date: 2026-11-24, kind: feast, name: x}\n", 2, "'feast' is not one of"),
        ("days:\n  - {date: 2026-11-24, kind: working_day}\n", 2, "name is missing"),
        ("days:\n  - {date: soon, kind: working_day, name: x}\n", 2, "date has the wrong type"),
        ("days:\n  - {date: 2026-11-24 10:00:00, kind: working_day, name: x}\n", 2, "without a time"),
        ("days:\n  - {date: 2026-11-24, kind: working_day, name: x, note: y}\n", 2, "unknown key 'note'"),
        (
            "days:\n  - {date: 2026-11-24, kind: working_day, name: x}\n"
            "  - {date: 2026-11-24, kind: joint_leave, name: x}\n",
            3,
            "given twice",
        ),
        ("years:\n  - {year: 2027, complete: true}\n", 2, "2027 is not complete"),
        ("years:\n  - {year: 2027, ramadan: {first: 2027-02-08, last: 2027-03-19}}\n", 2, "29 or 30 days"),
        ("years:\n  - {year: 2028, ramadan: {first: 2027-02-08, last: 2027-03-09}}\n", 2, "does not begin in 2028"),
        ("days:\n  - {date: 2027-02-28, kind: working_day, name: x}\n  - {date: 2027-02-30}\n", 3, "out of range"),
        ("days:\n  - {date: 2026-11-24, kind: working_day, name: x, estimate: true}\n", 2, "only a day off"),
        ("days:\n  - {date: 2026-11-24, kind: half_day, name: x}\n", 2, "open is missing"),
        ("days:\n  - {date: 2026-11-24, kind: half_day, name: x, open: noon}\n", 2, "is not HH:MM-HH:MM"),
        (
            "days:\n  - {date: 2026-11-24, kind: half_day, name: x, open: ['10:00-12:00', '08:00-11:00']}\n",
            2,
            "run backwards",
        ),
        (
            "years:\n  - {year: 2030, ramadan: {first: 2030-01-05, last: 2030-02-03}}\n"
            "  - {year: 2030, ramadan: {first: 2030-01-06, last: 2030-02-03}}\n",
            3,
            "two Ramadans overlap",
        ),
        ("holidays: []\n", 1, "unknown key 'holidays'"),
        ("days: [\n", 2, ""),
    ],
)
def test_a_bad_override_table_is_told_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    table = tmp_path / "bad.yaml"
    table.write_text(text)
    with pytest.raises(CatalogueError) as error:
        load_calendar(overrides=[table])
    assert str(error.value).startswith(f"bad.yaml:{line}: ")
    assert reason in str(error.value)
    assert "\n" not in str(error.value)


def test_a_table_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="nowhere.yaml"):
        load_calendar(overrides=[tmp_path / "nowhere.yaml"])


# ------------------------------------------------------------------------------------------------ service hours

GOOD = 'hours:\n  - kinds: [default]\n    week:\n      - {days: mon-fri, open: ["08:00-15:00"]}\n'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (GOOD.replace("default", "opd"), "no hours for 'default'"),
        (GOOD.replace("[default]", "[default, castle]"), "unknown kind of office 'castle'"),
        (GOOD.replace("[default]", "[default, default]"), "default is given twice"),
        (GOOD.replace("mon-fri", "fri-mon"), "neither a weekday nor a range"),
        (GOOD.replace("mon-fri", "monday"), "neither a weekday nor a range"),
        (GOOD.replace("08:00-15:00", "8-15"), "is not HH:MM-HH:MM"),
        (GOOD.replace("08:00-15:00", "15:00-08:00"), "overlap or run backwards"),
        (GOOD.replace('"08:00-15:00"', '"08:00-12:00", "11:00-15:00"'), "overlap or run backwards"),
        (GOOD + '      - {days: fri, open: ["08:00-11:00"]}\n', "fri is given twice"),
        ("hours:\n  - kinds: [default]\n    week: []\n", "never opens"),
        (GOOD + '    ramadan:\n      - {days: mon-thu, open: ["08:00-14:00"]}\n', "other weekdays"),
    ],
)
def test_bad_hours_are_told_with_their_file(tmp_path: Path, text: str, reason: str) -> None:
    table = tmp_path / "hours.yaml"
    table.write_text(GOOD)
    assert load_calendar(hours=table).closing(date(2026, 11, 20), "desa") is not None
    table.write_text(text)
    with pytest.raises(CatalogueError, match=r"^hours\.yaml:\d+: ") as error:
        load_calendar(hours=table)
    assert reason in str(error.value)


def test_hours_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="no such weekday: 7"):
        ServiceHours({7: (Span(time(8), time(9)),)})


# ------------------------------------------------------------------------------------------------ durations


@pytest.mark.parametrize(
    ("text", "amount", "unit"), [("3wd", 3, "wd"), ("60d", 60, "d"), ("10h", 10, "h"), ("9999min", 9999, "min")]
)
def test_a_duration_as_written(text: str, amount: int, unit: str) -> None:
    assert parse(text) == Duration(amount, Unit(unit))
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "3", "wd", "0wd", "03d", "-1d", "3 wd", "3WD", "1.5h", "10000d", "3w", "٣d", "3wd\n"]
)
def test_what_is_not_a_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        parse(text)


def test_minutes_only_of_service_time() -> None:
    assert (parse("10h").minutes, parse("90min").minutes) == (600, 90)
    with pytest.raises(ValueError, match="not counted in service time"):
        _ = parse("3wd").minutes
    with pytest.raises(ValueError, match="1 to 9999"):
        Duration(0, Unit.HOURS)
