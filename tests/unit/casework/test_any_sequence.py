"""Whatever anybody does to a case, in whatever order: the promises of the kernel hold after every step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import mpp.catalogue
from mpp import regions
from mpp.calendars import load_calendar
from mpp.casework.access.actors import SYSTEM, Actor, Assignment, applicant_of
from mpp.casework.case.case import Case, Entry, evolve, replay
from mpp.casework.case.signing import Signing, SigningBegun, SigningEnded
from mpp.casework.refusals import Refused
from mpp.casework.rules import built_in, case_clocks, workflow
from mpp.casework.rules.service_type import Action, FormField, ServiceType
from mpp.casework.time.clock import ClockState
from mpp.catalogue import package_folder
from mpp.hosting.definition import definitions

OFFICES = regions.load("35.15").offices
CALENDAR = load_calendar("Asia/Jakarta")
KINDS: list[ServiceType] = list(
    mpp.catalogue.load([package_folder(d.catalogue) for d in definitions().values() if d.catalogue], offices=OFFICES)
)
ORIGIN = "35.15.14.2013"
ROLES = ("clerk", "verifier", "officer", "signer", "supervisor", "inspectorate")
WORKPLACES = {task.office for kind in KINDS for state in kind.states.values() for task in state.tasks}
PLACES = sorted(
    {ORIGIN, "35.15.18", "dpubmsda", *(kind.owner for kind in KINDS), *(WORKPLACES & {o.code for o in OFFICES})}
)
ACTORS = [Actor(f"{role}.{place}", (Assignment(place, role),)) for role in ROLES for place in PLACES]
ACTORS.append(applicant_of("case"))


class AnySequence(RuleBasedStateMachine):
    """A case of any shipped service type, and an office full of people who try everything."""

    @initialize(
        kind=st.sampled_from(KINDS), complete=st.booleans(), hour=st.integers(0, 24 * 60), tells_later=st.booleans()
    )
    def file(self, kind: ServiceType, complete: bool, hour: int, tells_later: bool) -> None:
        self.kind = kind
        self.tells_later = tells_later
        self.now = datetime(2026, 11, 20, tzinfo=UTC) + timedelta(hours=hour)
        self.serial = count(1)
        self.numbers = count(1)
        self.given: list[str] = []
        ticks = {r.code: complete for r in kind.requirements}
        clerk = Actor("petugas", (Assignment(ORIGIN, kind.filed_by[0]),))
        entry = workflow.open_case(kind, ORIGIN, clerk, {}, ticks, self._context())
        self.empty = Case("case", kind.code, kind.version)
        self.entries: list[Entry] = []
        self.case = self.empty
        self._take(entry)

    @rule(hours=st.floats(0, 200))
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    @rule(data=st.data(), actor=st.sampled_from(ACTORS), note=st.sampled_from([None, "catatan"]), ticked=st.booleans())
    def somebody_acts(self, data: st.DataObject, actor: Actor, note: str | None, ticked: bool) -> None:
        action = data.draw(st.sampled_from(list(self.kind.actions.values())))
        ticks = {r.code: ticked for r in self.kind.requirements} if "requirements_complete" in action.guards else {}
        before = self.case
        try:
            entry = workflow.act(
                self.kind,
                self.case,
                actor,
                action,
                note=note,
                data=filled(action),
                ticks=ticks,
                context=self._context(),
            )
        except Refused as refused:
            assert refused.status in (403, 409, 422)
            assert self.case == before, "a refused command changes nothing"
            return
        assert actor.has_role(*action.roles)
        assert before.state in action.from_states
        assert before.held is None
        assert before.signing is None, "what was decided is not decided again before it is signed or given up"
        self._take(self._with_number(action, entry))

    @rule(data=st.data(), paper=st.booleans())
    def somebody_takes_an_offered_action(self, data: st.DataObject, paper: bool) -> None:
        offered = [(a, x) for a in ACTORS for x in workflow.permitted(self.kind, self.case, a)]
        if built_in.finished(self.kind, self.case):
            assert offered == [], "nothing is offered on a finished case"
            return
        if not offered:
            waits = self.case.held is not None or self.case.signing is not None
            assert waits, "who works on an open case is offered something"
            return
        actor, action = data.draw(st.sampled_from(offered))
        ticks = {r.code: True for r in self.kind.requirements} if "requirements_complete" in action.guards else {}
        entry = workflow.act(
            self.kind,
            self.case,
            actor,
            action,
            note="catatan",
            data=filled(action),
            ticks=ticks,
            context=self._context(),
        )
        if not paper:
            self._take(self._with_number(action, entry))
            return
        number = f"503/{next(self.numbers)}" if action.number else None
        begun = Signing("paper", action.code, actor.id, None, self.now, number, "catatan", filled(action), ticks)
        self._take(self.case.entry("signing", actor.id, self.now, (SigningBegun(begun),)))

    @rule()
    def the_paper_is_signed(self) -> None:
        signing = self.case.signing
        if signing is None or self.case.held is not None:
            return
        self._take(workflow.signed(self.kind, self.case, signing, self._context()))
        assert self.case.number == signing.number or self.kind.actions[signing.action].number is False
        self.given += [signing.number] if signing.number is not None else []

    @rule()
    def the_paper_is_given_up(self) -> None:
        if self.case.signing is None:
            return
        before = self.case
        self._take(before.entry("signing_abandoned", "x", self.now, (SigningEnded("paper", False),)))
        assert replace(self.case, version=before.version) == replace(before, signing=None), "it is where it was"

    @rule(
        code=st.sampled_from(sorted(built_in.BUILT_IN)),
        actor=st.sampled_from(ACTORS),
        note=st.sampled_from([None, "x"]),
    )
    def somebody_takes_a_built_in_action(self, code: str, actor: Actor, note: str | None) -> None:
        was_finished = built_in.finished(self.kind, self.case)
        try:
            entry = built_in.act(
                self.kind, self.case, actor, built_in.BUILT_IN[code], note=note, context=self._context()
            )
        except Refused as refused:
            assert refused.status in (403, 409, 422)
            return
        assert not was_finished
        self._take(entry)

    @rule()
    def the_citizen_is_told(self) -> None:
        waiting = case_clocks.untold(self.case)
        changes = case_clocks.told(self.kind, self.case, self.now, waiting, self.now, CALENDAR)
        if changes:
            self._take(self.case.entry("told", SYSTEM.id, self.now, changes))
        assert case_clocks.untold(self.case) == []

    @rule()
    def the_applicant_dies(self) -> None:
        entry = built_in.hold(self.kind, self.case, SYSTEM, "applicant_deceased", self._context())
        if entry is not None:
            self._take(entry)

    @invariant()
    def versions_have_no_gap(self) -> None:
        assert [e.version for e in self.entries] == list(range(1, len(self.entries) + 1))

    @invariant()
    def the_timeline_replayed_is_the_case(self) -> None:
        assert replay(self.empty, self.entries) == self.case

    @invariant()
    def a_finished_case_has_no_open_task_and_no_running_clock(self) -> None:
        if built_in.finished(self.kind, self.case):
            assert self.case.open_tasks == ()
            assert self.case.due_at is None
            assert case_clocks.clock_of(self.kind, self.case, CALENDAR).state in (
                ClockState.ENDED,
                ClockState.NOT_STARTED,
            )

    @invariant()
    def an_unfinished_case_waits_for_somebody(self) -> None:
        if not built_in.finished(self.kind, self.case):
            assert self.case.open_tasks, "an open task, so that somebody sees it in a worklist"

    @invariant()
    def a_stopped_clock_is_in_no_due_list(self) -> None:
        clock = case_clocks.clock_of(self.kind, self.case, CALENDAR)
        assert (self.case.due_at is not None) == (clock.state is ClockState.RUNNING)
        if self.case.held is not None:
            assert self.case.due_at is None

    @invariant()
    def only_a_window_waits_to_be_told_and_nothing_follows_from_it_meanwhile(self) -> None:
        for task in case_clocks.untold(self.case):
            assert self.tells_later
            assert task in [window for window, _ in case_clocks.open_windows(self.kind, self.case)]
            assert (task.due_at, task.alarm_at) == (None, None)

    @invariant()
    def only_who_was_granted_has_a_number(self) -> None:
        if self.case.number is not None:
            clock = case_clocks.clock_of(self.kind, self.case, CALENDAR)
            assert clock.state is ClockState.ENDED, "a number is given with the decision"
        assert len(self.given) == (0 if self.case.number is None else 1)

    def _context(self) -> workflow.Context:
        return workflow.Context(self.now, CALENDAR, lambda: f"task-{next(self.serial)}", tells_later=self.tells_later)

    def _with_number(self, action: Action, entry: Entry) -> Entry:
        if not action.number:
            return entry
        self.given.append(f"503/{next(self.numbers)}")
        return workflow.numbered(entry, self.given[-1])

    def _take(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.case = evolve(self.case, entry)


def filled(action: Action) -> Mapping[str, Any]:
    """Data for an action, every required field of it."""
    return {f.name: _value(f) for f in action.data if f.required}


def _value(field: FormField) -> Any:
    if field.type == "office":
        return "dpubmsda"
    if field.type == "money":
        return max(field.min or 0, 1)
    return field.choices[0][0] if field.choices else "isi"


TestAnySequence = AnySequence.TestCase
TestAnySequence.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
