"""The way of a case: who takes which step, what it takes, and where it leads."""

from __future__ import annotations

import pytest

from mpp.casework.access.actors import SYSTEM, Actor
from mpp.casework.case.case import evolve
from mpp.casework.refusals import Refused
from mpp.casework.rules import workflow
from tests.unit.casework.a_case import (
    AGENCY,
    APPLICANT,
    CALENDAR,
    CLERK,
    OFFICER,
    OWNER,
    SIGNER,
    VERIFIER,
    VILLAGE,
    Desk,
    person,
)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_case_is_filed_at_the_counter_and_goes_to_where_its_first_task_is(desk: Desk) -> None:
    case = desk.case
    assert (case.office_of_origin, case.office, case.state) == (VILLAGE, AGENCY, "submitted")
    assert [(t.code, t.office, t.role) for t in case.open_tasks] == [
        ("advice", AGENCY, "officer"),
        ("check", OWNER, "verifier"),
    ]
    assert case.touching == {VILLAGE, AGENCY, OWNER}


def test_the_statutory_clock_and_the_task_s_own_run_from_the_filing(desk: Desk) -> None:
    assert desk.case.due_at is not None
    assert desk.case.due_at.astimezone(CALENDAR.zone).date().isoformat() == "2026-11-23"
    due = desk.task("advice").due_at
    assert due is not None
    assert due.astimezone(CALENDAR.zone).date().isoformat() == "2026-11-18"
    assert desk.task("check").due_at is None


@pytest.mark.parametrize("order", [("advise", "check"), ("check", "advise")])
def test_two_tasks_side_by_side_are_waited_for_in_any_order(desk: Desk, order: tuple[str, str]) -> None:
    who = {"advise": OFFICER, "check": VERIFIER}
    first = desk.act(who[order[0]], order[0])
    assert (first.to_state, desk.case.state) == ("submitted", "submitted")
    assert desk.refused(who[order[0]], order[0]) == (409, "task_done")
    assert desk.act(who[order[1]], order[1]).to_state == "signing"
    assert [t.code for t in desk.case.open_tasks] == ["signature"]


def test_one_refusal_leads_the_other_way_when_all_have_answered(desk: Desk) -> None:
    desk.act(OFFICER, "refuse")
    assert desk.case.state == "submitted"
    desk.act(VERIFIER, "check")
    assert desk.case.state == "rejected"
    assert desk.case.due_at is None
    assert desk.case.number is None


def test_a_signature_gives_one_number_and_ends_the_clock(desk: Desk) -> None:
    desk.issued()
    assert (desk.case.state, desk.case.number, desk.numbers) == ("issued", "503/0001", 1)
    assert (desk.case.open_tasks, desk.case.due_at) == ((), None)


def test_a_refused_signature_asks_for_no_number() -> None:
    desk = Desk(ticks={})
    desk.to_signing()
    assert desk.refused(SIGNER, "sign") == (422, "required")
    assert desk.refused(CLERK, "sign") == (403, "role_may_not")
    assert desk.numbers == 0


@pytest.mark.parametrize(
    ("who", "action", "refusal"),
    [
        (CLERK, "advise", (403, "role_may_not")),
        (APPLICANT, "advise", (403, "role_may_not")),
        (SYSTEM, "advise", (403, "role_may_not")),
        (person("officer", OWNER), "advise", (403, "office_may_not")),
        (person("verifier", AGENCY), "check", (403, "office_may_not")),
        (SIGNER, "sign", (409, "state_forbids")),
        (person("signer", AGENCY), "sign", (409, "state_forbids")),  # the state is told before the office
        (CLERK, "sign", (403, "role_may_not")),  # the role before the state
        (OFFICER, "dance", (422, "unknown_action")),
    ],
)
def test_the_order_of_the_answers(desk: Desk, who: Actor, action: str, refusal: tuple[int, str]) -> None:
    assert desk.refused(who, action) == refusal


def test_a_refusal_has_a_reason(desk: Desk) -> None:
    assert desk.refused(OFFICER, "refuse", note=None) == (422, "required")
    desk.to_signing()
    assert desk.refused(SIGNER, "reject", note=None) == (422, "required")


def test_data_of_a_step_is_kept_under_its_name(desk: Desk) -> None:
    entry = desk.act(VERIFIER, "check", findings="sesuai")
    assert desk.case.data["check"] == {"findings": "sesuai"}
    assert entry.changed_fields == ["check"]


def test_a_returned_file_stops_the_clock_until_the_counter_or_the_applicant_completes_it(desk: Desk) -> None:
    desk.to_signing().act(SIGNER, "return")
    assert (desk.case.state, desk.case.office, desk.case.due_at) == ("returned", VILLAGE, None)
    desk.pass_time(days=7)
    assert desk.refused(person("clerk", "35.15.14.2016"), "complete") == (403, "office_may_not")
    desk.act(APPLICANT, "complete", ticks={"identity": True})
    assert desk.case.due_at is not None
    assert desk.case.due_at.astimezone(CALENDAR.zone).date().isoformat() == "2026-11-27"


def test_an_applicant_s_step_is_nobody_s_office(desk: Desk) -> None:
    desk.to_signing().act(SIGNER, "return")
    assert desk.act(APPLICANT, "complete").office is None


def test_leaving_a_state_cancels_what_is_open_there(desk: Desk) -> None:
    desk.to_signing().act(SIGNER, "reject")
    assert desk.case.state == "rejected"
    assert desk.case.tasks[-1].outcome == "cancelled", "the rejection names no task"


def test_what_is_offered_can_be_done_and_nothing_else(desk: Desk) -> None:
    everybody = (CLERK, VERIFIER, OFFICER, SIGNER, APPLICANT)
    for _ in range(3):
        for who in everybody:
            offered = {a.code for a in workflow.permitted(desk.kind, desk.case, who)}
            for code, action in desk.kind.actions.items():
                try:
                    workflow.authorise(desk.kind, desk.case, who, action)
                except Refused:
                    assert code not in offered
                else:
                    assert code in offered
        if desk.case.state == "submitted":
            desk.to_signing()
        elif desk.case.state == "signing":
            desk.act(SIGNER, "return")


def test_a_decision_has_no_number_before_the_book_gives_it_one(desk: Desk) -> None:
    desk.to_signing()
    context = workflow.Context(desk.now, CALENDAR, lambda: "x")
    sign = workflow.find_action(desk.kind, "sign")
    entry = workflow.act(desk.kind, desk.case, SIGNER, sign, note=None, data={}, ticks={}, context=context)
    assert evolve(desk.case, entry).number is None
    assert evolve(desk.case, workflow.numbered(entry, "503/1")).number == "503/1"
