"""A citizen's window runs from when the citizen was told, whatever else happens to its case and to the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mpp.catalogue
from mpp import regions
from mpp.casework.access.actors import SYSTEM
from mpp.casework.case.case import Case, Entry, Task, evolve, replay
from mpp.casework.case.changes import Held
from mpp.casework.rules import case_clocks, moments
from mpp.casework.rules.service_type import ServiceType, State
from mpp.casework.rules.workflow import Context, _enter
from mpp.casework.time.calendar import DayKind, Holiday, WorkingCalendar
from mpp.casework.time.clock import deadline
from mpp.catalogue import package_folder
from mpp.hosting.definition import definitions
from tests.unit.casework_clock.moments import CALENDAR, at

OFFICES = regions.load("35.15").offices
KINDS: list[ServiceType] = list(
    mpp.catalogue.load([package_folder(d.catalogue) for d in definitions().values() if d.catalogue], offices=OFFICES)
)
WINDOWS = [
    (kind, state)
    for kind in KINDS
    for state in kind.states.values()
    if any(case_clocks.is_window(kind, spec) for spec in state.tasks)
]
BEGIN = at("2026-11-20 09:00")
minutes = st.integers(0, 20 * 24 * 60).map(lambda n: timedelta(minutes=n))
days_off = st.frozensets(st.dates(date(2026, 11, 20), date(2027, 2, 1)), max_size=12)


def calendar(off: frozenset[date]) -> WorkingCalendar:
    """The calendar of Indonesia with more days off."""
    return replace(CALENDAR, holidays={**CALENDAR.holidays, **{d: Holiday(DayKind.REGIONAL_HOLIDAY, "x") for d in off}})


@dataclass
class Life:
    """A case in a state with a window; each step is an entry of its timeline."""

    kind: ServiceType
    state: State
    now: datetime = BEGIN
    tells_later: bool = True

    def __post_init__(self) -> None:
        self.blank = Case("case", self.kind.code, self.kind.version)
        self.calendar: WorkingCalendar = CALENDAR
        serial = count(1)
        context = Context(self.now, CALENDAR, lambda: f"t{next(serial)}", offices=OFFICES, tells_later=self.tells_later)
        opened = replace(self.blank, office_of_origin="35.15.14.2013", office=self.kind.owner)
        changes = _enter(self.kind, opened, self.state, context)
        self.entries = [Entry(1, self.now, "x", None, "x", None, self.state.code, None, tuple(changes))]
        self.case = evolve(self.blank, self.entries[0])

    @property
    def task(self) -> Task:
        (found, _), *_ = case_clocks.open_windows(self.kind, self.case)
        return found

    def step(self, changes: Sequence[object]) -> None:
        if changes:
            self.entries.append(self.case.entry("x", SYSTEM.id, self.now, changes))  # type: ignore[arg-type]
            self.case = evolve(self.case, self.entries[-1])

    def told(self, moment: datetime) -> None:
        waiting = case_clocks.untold(self.case)
        self.step(case_clocks.told(self.kind, self.case, moment, waiting, self.now, self.calendar))

    def hold(self) -> None:
        if self.case.held is None:
            self.step([Held("x"), *case_clocks.held(self.kind, self.case, self.now, self.calendar)])

    def resume(self) -> None:
        if self.case.held is not None:
            self.step([Held(None), *case_clocks.resumed(self.kind, self.case, self.now, self.calendar)])

    def recount(self, table: WorkingCalendar) -> None:
        self.calendar = table
        self.step(case_clocks.recounted(self.kind, self.case, self.now, table))


def life(window: tuple[ServiceType, State], **more: bool) -> Life:
    return Life(*window, **more)


def test_the_shipped_catalogue_has_windows_to_object_to_appeal_and_to_reply() -> None:
    codes = {spec.code for kind, state in WINDOWS for spec in state.tasks}
    assert codes == {"objection_window", "appeal_window", "closing"}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_step_that_opens_a_window_is_told_of(kind: ServiceType) -> None:
    """Else a window would wait for a message that is never written."""
    for _, state in [each for each in WINDOWS if each[0] is kind]:
        for before in [None, *kind.states]:
            for action in kind.actions:
                step = Entry(1, BEGIN, "x", None, action, before, state.code, None, ())
                told = moments.moment_of(kind, step)
                assert (told in moments.OF_WINDOWS) or before == state.code


def test_where_there_is_nothing_to_wait_for_it_runs_from_the_decision_on() -> None:
    for window in WINDOWS:
        found = life(window, tells_later=False)
        assert case_clocks.told_at(found.task) == BEGIN
        assert case_clocks.untold(found.case) == []


@settings(deadline=None)
@given(st.sampled_from(WINDOWS), minutes, minutes, days_off)
def test_it_ends_as_if_it_had_been_decided_when_the_citizen_was_told(
    window: tuple[ServiceType, State], until_told: timedelta, until_recorded: timedelta, off: frozenset[date]
) -> None:
    found = life(window)
    found.calendar = calendar(off)
    told = BEGIN + until_told
    found.now = told + until_recorded  # by a timer that was away
    found.told(told)
    (spec,) = [spec for spec in window[1].tasks if spec.code == found.task.code]
    assert spec.sla is not None
    assert found.task.due_at == deadline(told, spec.sla, found.calendar, window[0].clock_office_kind).due_at
    assert found.task.opened_at == BEGIN
    assert case_clocks.told_at(found.task) == told.astimezone(UTC)


STEPS = st.lists(
    st.tuples(st.sampled_from(["hold", "resume", "told", "recount", "recount with another"]), minutes, days_off),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(WINDOWS), STEPS)
def test_whatever_happens_it_never_ends_before_what_was_said_and_never_begins_untold(
    window: tuple[ServiceType, State], steps: list[tuple[str, timedelta, frozenset[date]]]
) -> None:
    found = life(window)
    told: datetime | None = None
    said: datetime | None = None
    for what, after, off in steps:
        found.now += after
        match what:
            case "hold":
                found.hold()
            case "resume":
                found.resume()
            case "told":
                told = found.now if told is None else told
                found.told(found.now)
            case "recount":
                found.recount(found.calendar)
            case _:
                found.recount(calendar(off))
        task = found.task
        assert (task.due_at is not None) == (told is not None and found.case.held is None)
        assert case_clocks.told_at(task) == (None if told is None else told.astimezone(UTC))
        if task.due_at is not None and what.startswith("recount"):
            assert said is None or task.due_at >= said, "what a citizen has read is not taken back"
        if task.due_at is None:
            assert task.alarm_at is None, "nothing follows from a time that does not run"
        said = task.due_at
        assert replay(found.blank, found.entries) == found.case


@settings(deadline=None)
@given(st.sampled_from(WINDOWS), st.lists(st.frozensets(st.dates(date(2026, 11, 23), date(2026, 12, 4)), max_size=6)))
def test_a_corrected_calendar_takes_no_day_back_that_was_said(
    window: tuple[ServiceType, State], tables: list[frozenset[date]]
) -> None:
    found = life(window)
    found.told(BEGIN)
    said = [found.task.due_at]
    for off in tables:
        found.recount(calendar(off))
        said.append(found.task.due_at)
    assert said == sorted(said)  # type: ignore[type-var]


def test_fewer_days_off_do_not_shorten_it_and_more_lengthen_it() -> None:
    found = life(WINDOWS[0])
    found.told(BEGIN)
    before = found.task.due_at
    found.recount(calendar(frozenset({date(2026, 11, 25), date(2026, 11, 26)})))
    longer = found.task.due_at
    found.recount(CALENDAR)
    assert before is not None
    assert longer is not None
    assert before < longer == found.task.due_at


def test_a_step_that_stays_where_it_is_waits_for_no_message() -> None:
    """It tells nothing, so nothing would let the window begin."""
    kind, state = WINDOWS[0]
    there = Case("case", kind.code, kind.version, state=state.code, office=kind.owner, office_of_origin="35.15.14.2013")
    context = Context(BEGIN, CALENDAR, lambda: "t", offices=OFFICES, tells_later=True)
    step = there.entry("x", "x", BEGIN, _enter(kind, there, state, context))
    assert moments.moment_of(kind, step) is None
    assert case_clocks.untold(evolve(there, replace(step, version=1))) == []


def test_a_later_telling_never_ends_sooner() -> None:
    found = []
    for hours in range(0, 24 * 10, 3):
        one = life(WINDOWS[0])
        one.now = BEGIN + timedelta(hours=hours)
        one.told(one.now)
        found.append(one.task.due_at)
    assert found == sorted(found)  # type: ignore[type-var]
    assert len(set(found)) > 3
