"""The clock of the mall against one that counts every minute, over many random lives of a case."""

from datetime import UTC, date, datetime, time, timedelta, timezone

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mpp.casework.time.calendar import DayKind, Holiday, Ramadan, ServiceHours, Span, WorkingCalendar
from mpp.casework.time.clock import StatutoryClock
from mpp.casework.time.durations import Duration, Unit
from mpp.casework.time.stored_clock import StoredClock
from tests.unit.casework_clock import slow_clock

WIB = timezone(timedelta(hours=7))
RAMADAN = (date(2026, 2, 19), date(2026, 3, 20))
WEEK = {day: (Span(time(8), time(15)),) for day in range(4)} | {
    4: (Span(time(8), time(11, 30)), Span(time(13), time(15)))
}
FASTING = {day: (Span(time(8, 30), time(14)),) for day in range(4)} | {4: (Span(time(8, 30), time(11)),)}
HOURS = ServiceHours(WEEK, FASTING)
SIX_DAYS = ServiceHours(WEEK | {5: (Span(time(7, 30), time(12)),)})

# Times at which something can go wrong: opening, closing, the Friday break, midnight, 23:59, and a minute around each.
EDGES = [
    time(hour, minute)
    for hour, minute in [
        (0, 0), (0, 1), (7, 59), (8, 0), (8, 1), (8, 30), (10, 59), (11, 0), (11, 29), (11, 30), (11, 31), (12, 59),
        (13, 0), (13, 59), (14, 0), (14, 1), (14, 59), (15, 0), (15, 1), (23, 58), (23, 59),
    ]
]  # fmt: skip
days = st.dates(date(2026, 2, 9), date(2026, 4, 12))
moments = st.builds(
    datetime.combine, days, st.sampled_from(EDGES) | st.times().map(lambda t: t.replace(second=0, microsecond=0))
)


@st.composite
def lives(draw: st.DrawFn) -> tuple[datetime, list[tuple[datetime, datetime]]]:
    """When a clock started, and when it was stopped and resumed (perhaps at once)."""
    several = sorted(draw(st.lists(moments, min_size=1, max_size=7)))
    start, rest = several[0], several[1:]
    return start, [(rest[i], rest[i + 1]) for i in range(0, len(rest) - 1, 2)]


def calendars(hours: ServiceHours, off: set[date]) -> tuple[WorkingCalendar, slow_clock.SlowCalendar]:
    holidays = {day: Holiday(DayKind.NATIONAL_HOLIDAY, "Libur") for day in off}
    real = WorkingCalendar(WIB, {"default": hours}, holidays, frozenset({2026}), ramadan=(Ramadan(*RAMADAN),))
    return real, slow_clock.SlowCalendar(hours, off, RAMADAN)


def lived(duration: Duration, calendar: WorkingCalendar, start: datetime, stops: list) -> datetime | None:
    """The deadline of a clock that went through this life, stored and read back at each step."""
    clock = StatutoryClock(duration, calendar).start(aware(start))
    for stopped, resumed in stops:
        clock = StatutoryClock.of(StoredClock.from_json(clock.stop(aware(stopped)).stored.to_json()), calendar)
        assert clock.due_at is None
        clock = clock.resume(aware(resumed))
    assert StatutoryClock.of(StoredClock.from_json(clock.stored.to_json()), calendar) == clock
    return clock.due_at


def aware(local: datetime) -> datetime:
    return local.replace(tzinfo=WIB)


@settings(max_examples=60, deadline=None)
@given(lives(), st.integers(1, 12), st.sets(days, max_size=12), st.sampled_from([HOURS, SIX_DAYS]))
@example((datetime(2026, 3, 2, 15), []), 1, set(), HOURS)  # noqa: DTZ001
@example((datetime(2026, 4, 6, 9), [(datetime(2026, 4, 7, 15), datetime(2026, 4, 8, 15))]), 1, set(), HOURS)  # noqa: DTZ001
def test_working_days(life, amount, off, hours) -> None:
    real, slow = calendars(hours, off)
    expected = slow_clock.due_in_working_days(amount, slow, *life)
    assert lived(Duration(amount, Unit.WORKING_DAYS), real, *life) == aware(expected).astimezone(UTC)


@settings(max_examples=60, deadline=None)
@given(lives(), st.integers(1, 3000), st.sets(days, max_size=12), st.sampled_from([HOURS, SIX_DAYS]))
@example((datetime(2026, 4, 6, 8), []), 420, set(), HOURS)  # noqa: DTZ001
def test_minutes_of_service(life, amount, off, hours) -> None:
    real, slow = calendars(hours, off)
    expected = slow_clock.due_in_minutes(amount, slow, *life)
    assert lived(Duration(amount, Unit.MINUTES), real, *life) == aware(expected).astimezone(UTC)


@settings(max_examples=50, deadline=None)
@given(lives(), st.integers(1, 60), st.sets(days, max_size=12))
def test_calendar_days(life, amount, off) -> None:
    real, _ = calendars(HOURS, off)
    expected = slow_clock.due_in_calendar_days(amount, *life)
    assert lived(Duration(amount, Unit.CALENDAR_DAYS), real, *life) == aware(expected).astimezone(UTC)
