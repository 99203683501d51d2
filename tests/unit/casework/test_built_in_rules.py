"""The actions that every case knows: claim, release, assign, note, extend, amend, withdraw, hold and resume."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.casework.access.actors import Actor
from mpp.casework.rules import built_in
from tests.unit.casework.a_case import (
    AGENCY,
    APPLICANT,
    CALENDAR,
    CLERK,
    MONDAY,
    OFFICER,
    OWNER,
    SIGNER,
    SUPERVISOR,
    VERIFIER,
    VILLAGE,
    Desk,
    person,
)

OTHER_VERIFIER = person("verifier", OWNER, "verifikator.dua")
AGENCY_SUPERVISOR = person("supervisor", AGENCY)
NEIGHBOUR = person("clerk", "35.15.14.2016")
INSPECTOR = person("inspectorate", "setda")


@pytest.fixture
def desk() -> Desk:
    return Desk()


# --------------------------------------------------------------------------------------------- claim and release


def test_a_claimed_task_is_the_colleague_s_until_it_is_released(desk: Desk) -> None:
    desk.act(VERIFIER, "claim")
    assert desk.task("check").claimed_by == VERIFIER.id
    assert desk.refused(OTHER_VERIFIER, "check") == (409, "task_claimed")
    assert desk.refused(OTHER_VERIFIER, "claim") == (409, "task_claimed")
    desk.act(VERIFIER, "release")
    assert desk.task("check").claimed_by is None
    desk.act(OTHER_VERIFIER, "check")


def test_who_claimed_may_do_it(desk: Desk) -> None:
    desk.act(VERIFIER, "claim")
    desk.act(VERIFIER, "check")
    assert desk.case.tasks[1].outcome is not None


@pytest.mark.parametrize("who", [CLERK, SIGNER, SUPERVISOR, INSPECTOR, person("verifier", AGENCY)])
def test_only_who_could_do_the_task_claims_it(desk: Desk, who: Actor) -> None:
    assert desk.refused(who, "claim") == (403, "office_may_not")
    assert "claim" not in desk.offered(who)


def test_a_task_is_released_by_who_holds_it_or_by_the_supervisor_of_its_office(desk: Desk) -> None:
    desk.act(VERIFIER, "claim")
    for stranger in (OTHER_VERIFIER, OFFICER, AGENCY_SUPERVISOR):
        assert desk.refused(stranger, "release") == (409, "task_not_claimed")
        assert "release" not in desk.offered(stranger)
    assert "release" in desk.offered(SUPERVISOR)
    desk.act(SUPERVISOR, "release")
    assert desk.task("check").claimed_by is None


def test_a_claim_moves_no_clock(desk: Desk) -> None:
    due = desk.case.due_at
    desk.pass_time(hours=5)
    desk.act(VERIFIER, "claim")
    desk.act(VERIFIER, "release")
    desk.act(VERIFIER, "note")
    assert desk.case.due_at == due


# ------------------------------------------------------------------------------------------------------- assign


def test_a_supervisor_gives_a_task_to_a_clerk_whoever_has_claimed_it(desk: Desk) -> None:
    desk.act(VERIFIER, "claim")
    desk.act(SUPERVISOR, "assign", to="verifikator.dua")
    assert desk.task("check").claimed_by == "verifikator.dua"
    desk.act(OTHER_VERIFIER, "check")


def test_a_supervisor_assigns_within_the_own_offices_only(desk: Desk) -> None:
    assert desk.refused(person("supervisor", "35.15.14.2016"), "assign", to="x") == (403, "office_may_not")
    assert desk.refused(VERIFIER, "assign", to="x") == (403, "role_may_not")
    desk.act(AGENCY_SUPERVISOR, "assign", to="teknis.satu")
    assert (desk.task("advice").claimed_by, desk.task("check").claimed_by) == ("teknis.satu", None)


def test_of_several_tasks_one_is_named(desk: Desk) -> None:
    both = Actor("penyelia", (*SUPERVISOR.assignments, *AGENCY_SUPERVISOR.assignments))
    assert desk.refused(both, "assign", to="x") == (422, "required")
    assert desk.refused(both, "assign", to="x", task="signature") == (422, "unknown_task")
    desk.act(both, "assign", to="teknis.satu", task="advice")
    desk.act(both, "assign", to="verifikator.dua", task=desk.task("check").id)
    assert (desk.task("advice").claimed_by, desk.task("check").claimed_by) == ("teknis.satu", "verifikator.dua")


def test_an_assignment_names_somebody_who_may_do_the_task(desk: Desk) -> None:
    assert desk.refused(SUPERVISOR, "assign") == (422, "required")
    for nobody in ("x", "teknis.satu", "verifikator.dua\u202e", ""):  # no account; another office and role; almost one
        assert desk.refused(SUPERVISOR, "assign", to=nobody) == (422, "no_colleague")
    assert desk.refused(AGENCY_SUPERVISOR, "assign", to="verifikator.dua") == (422, "no_colleague")


# ------------------------------------------------------------------------------------------------------- extend


def test_the_supervisor_of_the_owner_extends_once_within_the_bound(desk: Desk) -> None:
    desk.act(SUPERVISOR, "extend", by="3wd")
    assert desk.case.due_at is not None
    assert desk.case.due_at.astimezone(CALENDAR.zone).isoformat() == "2026-11-26T15:00:00+07:00"
    assert desk.refused(SUPERVISOR, "extend", by="1wd") == (409, "already_extended")
    assert "extend" not in desk.offered(SUPERVISOR)


@pytest.mark.parametrize(
    ("by", "code"),
    [("4wd", "too_long_extension"), ("1d", "other_unit"), ("10h", "other_unit"), ("soon", "not_a_duration")],
)
def test_an_extension_is_of_the_clock_s_own_kind_and_not_too_long(desk: Desk, by: str, code: str) -> None:
    assert desk.refused(SUPERVISOR, "extend", by=by) == (422, code)


def test_an_extension_has_a_reason_and_a_length(desk: Desk) -> None:
    assert desk.refused(SUPERVISOR, "extend", by="1wd", note=None) == (422, "required")
    assert desk.refused(SUPERVISOR, "extend") == (422, "required")


def test_nobody_else_extends_and_no_late_case(desk: Desk) -> None:
    assert desk.refused(VERIFIER, "extend", by="1wd") == (403, "role_may_not")
    assert desk.refused(AGENCY_SUPERVISOR, "extend", by="1wd") == (403, "office_may_not")
    desk.pass_time(days=14)
    assert desk.refused(SUPERVISOR, "extend", by="1wd") == (409, "already_overdue")


def test_a_file_that_was_never_complete_has_no_clock_to_extend() -> None:
    desk = Desk()
    desk.to_signing().act(SIGNER, "return")
    desk.act(SUPERVISOR, "extend", by="1wd")  # the applicant's turn: a stopped clock can be extended
    assert desk.case.due_at is None
    desk.act(CLERK, "complete", ticks={"identity": True})
    assert desk.case.due_at is not None


# -------------------------------------------------------------------------------------------------------- amend


def test_a_correction_changes_the_fields_that_it_names(desk: Desk) -> None:
    entry = desk.act(CLERK, "amend", purpose="renewal", units=2)
    assert desk.case.data == {"purpose": "renewal", "agency": AGENCY, "units": 2}
    assert entry.changed_fields == ["purpose", "units"]
    desk.act(CLERK, "amend", units=None)
    assert "units" not in desk.case.data


def test_who_took_the_case_in_or_has_the_turn_corrects(desk: Desk) -> None:
    for who in (CLERK, VERIFIER, OFFICER):
        assert "amend" in desk.offered(who)
    for who in (SIGNER, NEIGHBOUR, person("verifier", AGENCY), person("verifier", VILLAGE)):
        assert desk.refused(who, "amend", units=2) == (403, "office_may_not")
        assert "amend" not in desk.offered(who)
    for who in (SUPERVISOR, APPLICANT):
        assert desk.refused(who, "amend", units=2) == (403, "role_may_not")


@pytest.mark.parametrize("data", [{}, {"purpose": "new"}, {"units": None}])
def test_a_correction_corrects_something(desk: Desk, data: dict[str, Any]) -> None:
    assert desk.refused(CLERK, "amend", **data) == (422, "nothing_changed")
    assert desk.refused(CLERK, "amend", note=None, **data) == (422, "required")


def test_after_the_decision_nothing_is_corrected(desk: Desk) -> None:
    desk.issued()
    assert desk.refused(CLERK, "amend", purpose="renewal") == (409, "case_finished")


# ------------------------------------------------------------------------------------------------------ withdraw


@pytest.mark.parametrize("who", [CLERK, APPLICANT])
def test_the_applicant_withdraws_alone_or_at_the_counter_and_the_case_is_over(desk: Desk, who: Actor) -> None:
    entry = desk.act(who, "withdraw")
    assert (entry.from_state, entry.to_state) == ("submitted", "withdrawn")
    assert desk.case.open_tasks == ()
    assert {t.outcome for t in desk.case.tasks} == {"cancelled"}
    assert desk.case.due_at is None
    assert built_in.finished(desk.kind, desk.case)


def test_only_the_counter_that_took_it_in_withdraws_and_with_a_reason(desk: Desk) -> None:
    assert desk.refused(NEIGHBOUR, "withdraw") == (403, "office_may_not")
    assert desk.refused(VERIFIER, "withdraw") == (403, "role_may_not")
    assert desk.refused(CLERK, "withdraw", note=None) == (422, "required")


def test_a_withdrawn_case_is_at_rest(desk: Desk) -> None:
    desk.act(APPLICANT, "withdraw")
    for who, action in ((CLERK, "note"), (CLERK, "withdraw"), (VERIFIER, "claim"), (SUPERVISOR, "extend")):
        assert desk.refused(who, action, **({"by": "1wd"} if action == "extend" else {})) == (409, "case_finished")


# --------------------------------------------------------------------------------------------- hold and resume


def test_a_held_case_stands_still_and_its_clock_with_it(desk: Desk) -> None:
    desk.hold()
    assert (desk.case.held, desk.case.due_at) == ("person_deceased", None)
    assert desk.refused(VERIFIER, "check") == (409, "case_on_hold")
    assert desk.refused(VERIFIER, "claim") == (409, "case_on_hold")
    assert desk.refused(CLERK, "amend", units=2) == (409, "case_on_hold")
    assert desk.refused(SUPERVISOR, "extend", by="1wd") == (409, "case_on_hold")
    assert desk.offered(VERIFIER) == {"note", "resume"}


def test_a_held_case_takes_notes_releases_and_a_withdrawal(desk: Desk) -> None:
    desk.act(VERIFIER, "claim")
    desk.hold()
    desk.act(INSPECTOR, "note")
    desk.act(VERIFIER, "release")
    desk.act(CLERK, "withdraw")
    assert built_in.finished(desk.kind, desk.case)


def test_a_hold_happens_once_and_never_to_a_finished_case(desk: Desk) -> None:
    assert desk.hold() is not None
    assert desk.hold() is None
    assert Desk().issued().hold() is None


@pytest.mark.parametrize("who", [VERIFIER, OTHER_VERIFIER, SUPERVISOR])
def test_the_owner_s_verifier_or_who_supervises_the_owner_resumes(desk: Desk, who: Actor) -> None:
    desk.hold()
    desk.pass_time(days=7)
    desk.act(who, "resume")
    assert desk.case.held is None
    assert desk.case.due_at is not None
    assert desk.case.due_at.astimezone(CALENDAR.zone).isoformat() == "2026-11-27T15:00:00+07:00", (
        "by the four closings that it stood still for after day 0"
    )


def test_nobody_else_resumes_and_nothing_that_is_not_held(desk: Desk) -> None:
    assert desk.refused(VERIFIER, "resume") == (409, "not_on_hold")
    assert "resume" not in desk.offered(VERIFIER)
    desk.hold()
    for who in (person("verifier", AGENCY), AGENCY_SUPERVISOR):
        assert desk.refused(who, "resume") == (403, "office_may_not")
        assert "resume" not in desk.offered(who)
    assert desk.refused(CLERK, "resume") == (403, "role_may_not")
    assert desk.refused(VERIFIER, "resume", note=None) == (422, "required")


# --------------------------------------------------------------------------------------------------------- notes


def test_a_note_stands_in_the_timeline_and_changes_nothing_else(desk: Desk) -> None:
    before = desk.case
    entry = desk.act(OFFICER, "note", note="menunggu data")
    assert (entry.note, entry.office, entry.changes) == ("menunggu data", AGENCY, ())
    assert (desk.case.version, desk.case.state, desk.case.tasks) == (before.version + 1, before.state, before.tasks)
    assert desk.refused(OFFICER, "note", note=None) == (422, "required")


def test_the_entry_names_the_office_by_which_the_case_is_the_actor_s_business(desk: Desk) -> None:
    twice = Actor("rangkap", (*NEIGHBOUR.assignments, *CLERK.assignments))
    assert desk.act(twice, "note").office == VILLAGE
    assert desk.act(INSPECTOR, "note").office == "setda"
    assert desk.act(APPLICANT, "withdraw").office is None
    assert desk.now == MONDAY
