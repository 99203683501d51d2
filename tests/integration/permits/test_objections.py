"""Objection and appeal (keberatan, banding): by whom, until when, and what was granted cannot be refused again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.access.offices import Office, OfficeTree
from tests.integration.permits.test_receipt import words
from tests.support.counter import Counter
from tests.support.desks import Desks, refusal
from tests.support.permit_walks import TYPES, Case, file, kind_of, take, walk, who

CLERK = "petugas.sukodono"


def run_timer(desks: Desks, **by: int) -> None:
    desks.clock.advance(timedelta(**by))
    desks.desks["permits"].timer.run_once()


def objected(desks: Desks, service: str) -> Case:
    return take(desks, walk(desks, file(desks, service), "rejected"), "object")


def appealed(desks: Desks, service: str) -> Case:
    return take(desks, take(desks, objected(desks, service), "dismiss_objection"), "appeal")


def open_task(case: Case) -> dict[str, Any]:
    (found,) = [task for task in case["tasks"] if task["outcome"] is None]
    return dict(found)


def seen(desks: Desks, case: Case) -> Case:
    return {**desks.get(CLERK, case), "secret": case["secret"]}


def carried_out(desks: Desks, case: Case) -> Case:
    """What was granted, issued; at no step of the way can it be refused."""
    kind = kind_of(desks, case["service"]["code"])
    decider = who(desks, kind.owner, "verifier" if kind.code == "NAK-AK1" else "signer")
    case = seen(desks, case)
    assert case["state"] == "objection_granted"
    while case["state"] != "issued":
        again = refusal(lambda: desks.act(decider, case, "reject", note="tetap tidak"))  # noqa: B023
        assert again.code in ("closed_by_decision", "state_forbids")
        assert "reject" not in {action["action"] for action in desks.get(decider, case)["actions"]}
        steps = {"objection_granted": "keep_levy" if kind.levy else "carry_out", "signing": "sign",
                 "initials_section": "initial_section", "initials_division": "initial_division"}  # fmt: skip
        case = take(desks, case, steps[case["state"]])
    return case


@pytest.mark.parametrize("service", TYPES)
def test_an_objection_is_heard_by_the_official_who_decided(desks: Desks, service: str) -> None:
    case = objected(desks, service)
    assert open_task(case)["role"] == ("verifier" if service == "NAK-AK1" else "signer"), "in whose name it was decided"
    superior = who(desks, kind_of(desks, service).owner, "supervisor")
    assert refusal(lambda: desks.act(superior, case, "uphold_objection", note="x")).status == 403
    case = carried_out(desks, take(desks, case, "uphold_objection"))
    assert case["permit"]["status"] == "valid"
    assert case["document_number"]


@pytest.mark.parametrize("service", TYPES)
def test_silence_of_ten_working_days_grants_an_objection_and_nobody_refuses_it_again(
    desks: Desks, service: str
) -> None:
    case = objected(desks, service)
    run_timer(desks, days=13)
    assert seen(desks, case)["state"] == "objection", "Monday to the Sunday after the ninth day"
    run_timer(desks, days=2)
    case = seen(desks, case)
    granted = next(line for line in case["timeline"] if line["action"] == "grant_objection")
    assert (granted["actor"], granted["from"], granted["to"]) == ("system", "objection", "objection_granted")
    assert carried_out(desks, case)["permit"]["status"] == "valid"


@pytest.mark.parametrize("service", TYPES)
def test_a_dismissed_objection_can_be_appealed_to_the_superior_within_ten_working_days(
    desks: Desks, service: str
) -> None:
    kind = kind_of(desks, service)
    case = take(desks, objected(desks, service), "dismiss_objection")
    assert (case["state"], case["waiting"]["on"]["id"]) == ("dismissed", "Pemohon")
    case = take(desks, case, "appeal")
    task = open_task(case)
    assert (task["office"], task["role"]) == ("setda", "supervisor"), "the region has put the agency under it"
    for account in (who(desks, kind.owner, "signer"), who(desks, kind.owner, "supervisor")):
        assert refusal(lambda: desks.act(account, case, "dismiss_appeal", note="x")).status == 403  # noqa: B023
    case = take(desks, case, "uphold_appeal")
    assert carried_out(desks, case)["permit"]["status"] == "valid"


@pytest.mark.parametrize("service", TYPES)
def test_who_refused_does_not_hear_the_appeal_whatever_roles_the_account_has(desks: Desks, service: str) -> None:
    kind = kind_of(desks, service)
    case = appealed(desks, service)
    decider = next(line["actor"] for line in case["timeline"] if line["action"] == "dismiss_objection")
    everything = Actor(decider, (Assignment(kind.owner, "signer"), Assignment("setda", "supervisor")))
    desks.actor = lambda account: everything  # type: ignore[method-assign]
    for action in ("uphold_appeal", "dismiss_appeal"):
        refused = refusal(lambda: desks.act(decider, case, action, note="x"))  # noqa: B023
        assert (refused.status, refused.code) == (403, "decided_before")
    offered = {action["action"] for action in desks.get(decider, case)["actions"]}
    assert not {"uphold_appeal", "dismiss_appeal"} & offered
    other = Actor("penyelia.lain", everything.assignments)
    desks.actor = lambda account: other  # type: ignore[method-assign]
    assert desks.act("penyelia.lain", case, "uphold_appeal", note="Berkas lengkap.")["state"] == "objection_granted"


def test_the_time_to_appeal_ends_by_itself(desks: Desks) -> None:
    case = take(desks, objected(desks, "PRZ-PNL"), "dismiss_objection")
    assert refusal(lambda: desks.act(CLERK, case, "close_refusal")).status == 403
    run_timer(desks, days=14)
    assert seen(desks, case)["state"] == "dismissed", "Monday to the tenth working day"
    run_timer(desks, days=1)
    case = seen(desks, case)
    assert (case["state"], case["actions"]) == ("refused", [])


def test_a_dismissed_appeal_is_the_end(desks: Desks) -> None:
    case = take(desks, appealed(desks, "PRZ-PNL"), "dismiss_appeal")
    assert (case["state"], case["actions"]) == ("refused", [])
    assert "pengadilan" in kind_of(desks, "PRZ-PNL").states["refused"].next_step["id"]


@pytest.mark.parametrize("service", TYPES)
def test_silence_of_ten_working_days_grants_an_appeal(desks: Desks, service: str) -> None:
    case = appealed(desks, service)
    run_timer(desks, days=13)
    assert seen(desks, case)["state"] == "appeal"
    run_timer(desks, days=2)
    case = seen(desks, case)
    assert case["timeline"][-1]["action"] == "grant_appeal"
    assert carried_out(desks, case)["permit"]["status"] == "valid"


def test_the_applicant_objects_and_appeals_with_the_receipt(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-KRK"), "rejected")
    case = {**desks.act(None, case, "object", note="keliru", secret=case["secret"]), "secret": case["secret"]}
    case = take(desks, case, "dismiss_objection")
    case = desks.act(None, case, "appeal", note="keliru", secret=case["secret"])
    assert case["state"] == "appeal"


# --- who the superior is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "hears"),
    [({}, "setda"), ({"appeals": "inspektorat"}, "inspektorat"), ({"parent": None}, "dpmptsp")],
)
def test_the_regions_file_says_who_hears_appeals(
    service_urls: Mapping[str, str], changes: dict[str, str | None], hears: str
) -> None:
    desks = Desks(service_urls)
    known = desks.runtime.offices
    offices = [Office(**{**asdict(each), **changes}) if each.code == "dpmptsp" else each for each in known]
    desks.runtime.offices = OfficeTree(known.region, known.zone, offices)
    case = appealed(desks, "PRZ-KRK")
    assert open_task(case)["office"] == hears
    assert take(desks, case, "uphold_appeal")["state"] == "objection_granted"
    desks.close()


# --- an approval with a levy ------------------------------------------------------------------------------------------


def test_a_building_approval_that_was_granted_goes_by_its_levy_and_is_not_refused_at_the_signature(
    desks: Desks,
) -> None:
    case = walk(desks, file(desks, "PRZ-PBG", track="simple_house", floor_area=70), "rejection")
    case = take(desks, take(desks, take(desks, case, "reject"), "object"), "uphold_objection")
    assert case["levy"] is None, "it was refused before anybody assessed it"
    assert open_task(case)["office"] == "dpupr"
    case = take(desks, case, "assess", amount=1_250_000)
    assert (case["state"], case["levy"]["state"]) == ("payment", "open")
    for step in ("submit_proof", "confirm_payment", "initial_section", "initial_division"):
        case = take(desks, case, step)
    signer = who(desks, "dpmptsp", "signer")
    refused = refusal(lambda: desks.act(signer, case, "reject", note="tetap tidak"))
    assert (refused.status, refused.code) == (409, "closed_by_decision")
    case = take(desks, case, "sign")
    assert (case["permit"]["status"], case["levy"]["state"]) == ("valid", "paid")


# --- what the applicant reads -----------------------------------------------------------------------------------------


NEXT = {
    "dismissed": ("mengajukan banding kepada atasan pejabat itu dalam 10 hari kerja", "may appeal to the superior"),
    "appeal": ("tanpa jawaban, banding dikabulkan", "without an answer the appeal is granted"),
    "objection_granted": ("dalam 5 hari kerja dan tidak dapat ditolak lagi", "cannot be refused again"),
}


def test_the_page_to_which_the_receipt_leads_says_what_comes_next_in_both_languages(
    counter: Counter, desks: Desks
) -> None:
    case = objected(desks, "PRZ-KRK")
    for step in ("dismiss_objection", "appeal", "uphold_appeal"):
        case = take(desks, case, step)
        indonesian, english = NEXT[case["state"]]
        tracked = counter.get(f"/api/v1/track/{case['tracking_code']}", None).get_json()
        assert indonesian in tracked["next_step"]["id"]
        assert english in tracked["next_step"]["en"]
        page = words(counter.get(f"/lacak/{case['tracking_code']}", None))
        assert indonesian in page
        assert english in page
