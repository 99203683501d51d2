"""A clock survives storage, a clock that is behind, and damage."""

import json
from datetime import UTC, date, datetime

import pytest

from mpp.casework.time.clock import ClockState, StatutoryClock, deadline
from mpp.casework.time.durations import parse
from mpp.casework.time.stored_clock import StoredClock
from tests.unit.casework_clock.moments import CALENDAR, at, running


def test_a_process_whose_clock_is_behind_cannot_turn_time_back() -> None:
    clock = running("1wd", "2026-11-16 09:00").stop(at("2026-11-16 08:00"))
    assert clock.periods[0].end == at("2026-11-16 09:00").astimezone(UTC)
    again = clock.resume(at("2026-11-16 07:00")).end(at("2026-11-16 06:00"))
    assert again.ended_at == at("2026-11-16 09:00").astimezone(UTC)
    assert StatutoryClock.of(StoredClock.from_json(again.stored.to_json()), CALENDAR) == again


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
        back = StatutoryClock.of(StoredClock.from_json(json.loads(json.dumps(stage.stored.to_json()))), CALENDAR)
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
    assert StatutoryClock.of(StoredClock.from_json(STORED), CALENDAR).state is ClockState.RUNNING
    assert StoredClock.from_json(STORED).to_json() == STORED
    with pytest.raises(ValueError):
        StoredClock.from_json(STORED | change)


def test_a_stored_clock_without_a_field_is_refused() -> None:
    for name in STORED:
        with pytest.raises(ValueError, match="not a stored clock"):
            StoredClock.from_json({key: value for key, value in STORED.items() if key != name})
