"""Every shipped kind of permit goes its whole way: to the hand-over, to the refusal, back to the applicant."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mpp.hosting.definition import definitions
from tests.support.desks import Desks, refusal
from tests.support.permit_walks import TYPES, Case, file, kind_of, take, walk, who


def run_timer(desks: Desks) -> int:
    return desks.desks["permits"].timer.run_once()


@pytest.mark.parametrize("service", TYPES)
def test_a_permit_is_issued_and_handed_over(desks: Desks, service: str) -> None:
    case = walk(desks, file(desks, service), "issued")
    kind = kind_of(desks, service)
    assert case["document_number"]
    assert case["permit"]["status"] == "valid"
    assert (case["permit"]["valid_until"] is None) == (kind.validity_years is None)
    assert case["due_at"] is None, "the promise ended with the decision"
    assert case["waiting"]["on"]["id"] == "Pemohon"
    late = refusal(lambda: desks.act("petugas.sukodono", case, "withdraw", note="tidak jadi"))
    assert (late.status, late.code) == (409, "case_decided")
    case = take(desks, case, "post", tracking_number="RESI-1")
    assert case["state"] == "handed_over"
    assert case["data"]["post"] == {"tracking_number": "RESI-1"}
    assert case["actions"] == []
    assert all(t["outcome"] for t in case["tasks"])


def test_the_applicant_downloads_what_was_issued(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-KRK"), "issued")
    denied = refusal(lambda: desks.act("petugas.sukodono", case, "download"))
    assert denied.status == 403
    assert take(desks, case, "download")["state"] == "handed_over"


def test_sending_by_post_needs_the_tracking_number(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-KRK"), "issued")
    refused = refusal(lambda: desks.act("petugas.sukodono", case, "post"))
    assert [(f.field, f.code) for f in refused.fields] == [("data.tracking_number", "required")]


@pytest.mark.parametrize("service", TYPES)
def test_a_refusal_names_its_reasons(desks: Desks, service: str) -> None:
    kind = kind_of(desks, service)
    before = "submitted" if service == "NAK-AK1" else "signing" if "rejection" not in kind.states else "rejection"
    case = walk(desks, file(desks, service), before)
    role = "verifier" if service == "NAK-AK1" else "signer"
    silent = refusal(lambda: desks.act(who(desks, kind.owner, role), case, "reject"))
    assert [(f.field, f.code) for f in silent.fields] == [("note", "required")]
    case = take(desks, case, "reject")
    assert case["state"] == "rejected"
    assert case["document_number"] is None


@pytest.mark.parametrize("service", TYPES)
def test_a_returned_file_stops_the_clock_and_goes_on(desks: Desks, service: str) -> None:
    case = take(desks, file(desks, service), "return")
    assert (case["state"], case["due_at"]) == ("returned", None)
    desks.clock.advance(timedelta(days=2))
    case = take(desks, case, "complete")
    assert case["state"] == "submitted"
    assert case["due_at"] is not None
    assert len(case["promise"]["moved"]) == 1


def test_the_time_to_object_ends_by_itself(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-PNL"), "rejected")
    early = refusal(lambda: desks.act("petugas.sukodono", case, "close_refusal"))
    assert early.status == 403, "nobody cuts the time to object short"
    desks.clock.advance(timedelta(days=29))
    run_timer(desks)
    assert desks.get("petugas.sukodono", case)["state"] == "rejected"
    desks.clock.advance(timedelta(days=9))
    run_timer(desks)
    case = desks.get("petugas.sukodono", case)
    assert (case["state"], case["actions"]) == ("refused", [])


# --- the technical agency ---------------------------------------------------------------------------------------------


def test_a_recommendation_by_the_wrong_agency_is_refused(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-SIP-NK"), "recommendation")
    elsewhere = refusal(lambda: desks.act(who(desks, "dpubmsda", "officer"), case, "recommend"))
    assert elsewhere.status == 404, "an agency that the case never met does not see it"
    at_owner = refusal(lambda: desks.act(who(desks, "dpmptsp", "officer"), case, "recommend"))
    assert (at_owner.status, at_owner.code) == (403, "office_may_not")


def test_the_agency_asks_and_the_answer_comes_back_to_it(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-SIP-NK"), "recommendation")
    case = take(desks, case, "ask")
    assert (case["state"], case["due_at"]) == ("clarification", None)
    assert case["waiting"]["on"]["id"] == "Pemohon"
    desks.clock.advance(timedelta(days=1))
    case = desks.act(None, case, "clarify", secret=case["secret"], note="Jam praktik 08.00 sampai 12.00")
    assert case["state"] == "recommendation"
    assert [(t["office"], t["outcome"]) for t in case["tasks"]][-1] == ("dinkes", None)
    assert case["due_at"] is not None


def test_three_agencies_look_at_an_advertisement_at_once(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-RKL"), "recommendation")
    assert {t["office"] for t in case["tasks"] if t["outcome"] is None} == {"bapenda", "satpol-pp", "dpupr"}
    foreign = refusal(lambda: desks.act(who(desks, "bapenda", "officer"), case, "recommend_order"))
    assert (foreign.status, foreign.code) == (403, "office_may_not")
    case = take(desks, case, "recommend_space")
    case = take(desks, case, "recommend_tax")
    assert case["state"] == "recommendation", "it waits for the third"
    again = refusal(lambda: desks.act(who(desks, "bapenda", "officer"), case, "recommend_tax"))
    assert (again.status, again.code) == (409, "task_done")
    assert take(desks, case, "recommend_order")["state"] == "initials_section"


def test_one_refusal_of_three_leads_to_a_refusal(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-RKL"), "recommendation")
    case = take(desks, case, "refuse_recommendation_tax")
    case = take(desks, take(desks, case, "recommend_order"), "recommend_space")
    assert case["state"] == "rejection"


# --- initials and site visit ------------------------------------------------------------------------------------------


def test_initials_come_in_their_order_before_the_signature(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-TRY"), "initials_section")
    for role, action in (("supervisor", "initial_division"), ("signer", "sign")):
        early = refusal(lambda: desks.act(who(desks, "dpmptsp", role), case, action))  # noqa: B023
        assert (early.status, early.code) == (409, "state_forbids")
    case = take(desks, case, "initial_section")
    case = take(desks, take(desks, case, "return_draft"), "initial_section")
    case = take(desks, take(desks, case, "initial_division"), "sign", capacity="plh")
    assert case["signed_as"]["id"] == "Plh. Kepala DPMPTSP"


def test_a_site_visit_is_scheduled_and_recorded(desks: Desks) -> None:
    case = walk(desks, file(desks, "PRZ-PBG"), "visit_planning")
    officer = who(desks, "dpupr", "officer")
    past = {"visit_on": "2026-11-20", "team": "Tim teknis"}
    refused = refusal(lambda: desks.act(officer, case, "schedule_visit", data=past))
    assert [(f.field, f.code) for f in refused.fields] == [("data.visit_on", "in_past")]
    case = take(desks, case, "schedule_visit", visit_on="2026-11-25")
    record = {"visited_on": "2026-11-25", "bap_number": "BAP/7", "findings": "sesuai gambar", "result": "fits"}
    early = refusal(lambda: desks.act(officer, case, "record_visit", data=record))
    assert [(f.field, f.code) for f in early.fields] == [("data.visited_on", "in_future")]
    desks.clock.advance(timedelta(days=2))
    case = take(desks, case, "record_visit", **record)
    assert case["state"] == "recommendation"
    assert case["data"]["record_visit"] == record


# --- the ten-hour track -----------------------------------------------------------------------------------------------


def simple_house(desks: Desks, **data: object) -> Case:
    return file(desks, "PRZ-PBG", track="simple_house", **{"floor_area": 70, **data})


def test_a_simple_house_has_ten_service_hours_and_paying_does_not_count(desks: Desks) -> None:
    case = simple_house(desks)
    assert case["due_at"] == "2026-11-24T05:00:00+00:00", "from Monday 09.00 to Tuesday 12.00: ten hours of service"
    case = walk(desks, case, "payment")
    assert case["due_at"] is None
    desks.clock.advance(timedelta(days=1))
    case = take(desks, case, "submit_proof")
    assert case["due_at"] == "2026-11-25T05:00:00+00:00"
    assert "visit" not in {e["to"] for e in case["timeline"]}


def test_the_standard_way_is_closed_to_a_simple_house(desks: Desks) -> None:
    case = simple_house(desks)
    refused = refusal(lambda: desks.act("verifikator.dpmptsp", case, "verify"))
    assert (refused.status, refused.code) == (409, "action_not_for_case")


@pytest.mark.parametrize("area", [34, 121])
def test_the_short_track_is_for_small_houses(desks: Desks, area: int) -> None:
    refused = refusal(lambda: simple_house(desks, floor_area=area))
    assert [(f.field, f.code) for f in refused.fields] == [("data.floor_area", "out_of_range")]


def test_the_short_track_is_for_individuals(desks: Desks) -> None:
    company = {"kind": "organisation", "name": "PT Contoh", "contact": {"name": "Budi"}}
    refused = refusal(lambda: simple_house(desks, applicant=company))
    assert [(f.field, f.code) for f in refused.fields] == [("applicant.kind", "wrong_applicant_kind")]


def test_the_track_cannot_be_changed_afterwards(desks: Desks) -> None:
    case = simple_house(desks)
    body = {"note": "salah", "data": {"track": "standard"}}
    refused = refusal(lambda: desks.act("petugas.sukodono", case, "amend", **body))
    assert [(f.field, f.code) for f in refused.fields] == [("data.track", "fixed_at_filing")]


def test_every_permit_type_is_walked_here(desks: Desks) -> None:
    assert {k.code for k in desks.runtime.catalogue if k.collection == "permits"} == set(TYPES)
    assert "permits" in definitions()


# --- what is whose figure ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", TYPES)
def test_every_time_that_no_law_sets_is_told_as_the_regions(desks: Desks, service: str) -> None:
    kind = kind_of(desks, service)
    told = {place: value for default in kind.defaults for place, value in default.places}
    times = {f"workflow.states.{s.code}.tasks.{t.code}.sla": str(t.sla)
             for s in kind.states.values() for t in s.tasks if t.sla}  # fmt: skip
    assert times.items() <= told.items()
    assert {"sla", "fees", "number", "deemed_approval"} <= told.keys()
    law = service.startswith("PRZ-SIP")  # five years: Permenkes 13/2025
    assert ("validity_years" in told) == (kind.validity_years is not None and not law)
    assert ("previous.opens" in told) == (kind.previous is not None and kind.previous.opens is not None)


@pytest.mark.parametrize("service", TYPES)
def test_silence_is_consent_only_where_the_general_limit_of_five_days_holds(desks: Desks, service: str) -> None:
    """UU 30/2014 art. 53(2) and (4) as amended."""
    kind = kind_of(desks, service)
    assert kind.deemed_approval == (str(kind.sla) == "5wd")


def test_a_doctors_renewal_brings_the_credits_and_a_lost_paper_the_report(desks: Desks) -> None:
    kind = kind_of(desks, "PRZ-SIP-DR")
    papers = {value: {r.code for r in kind.requirements if r.needed({"kind": value})}
              for value in ("new", "renewal", "change", "replacement")}  # fmt: skip
    base = {"str", "practice_place", "identity"}
    assert papers == {
        "new": base,
        "renewal": base | {"skp", "old_document"},
        "change": base | {"old_document"},
        "replacement": base | {"loss_report"},
    }
