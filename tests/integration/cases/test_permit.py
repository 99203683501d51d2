"""A doctor's practice permit, from a village counter to its number, and the ways in which it may not get there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.desks import SIP_DATA, Desks, doctor, refusal
from tests.support.permit_walks import HANDED_OVER

WITHOUT_STR = {**SIP_DATA, "requirements": {"practice_place": True, "identity": True}}


def file_sip(desks: Desks, data: dict[str, Any] = SIP_DATA, index: int = 0) -> dict[str, Any]:
    return desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(index), data=data)


def issue(desks: Desks, index: int = 0) -> dict[str, Any]:
    case = file_sip(desks, index=index)
    case = desks.act("verifikator.dpmptsp", case, "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    return desks.act("penandatangan.dpmptsp", case, "sign")


def test_a_sip_travels_from_the_village_to_its_number(desks: Desks) -> None:
    case = issue(desks)
    assert case["state"] == "issued"
    assert case["document_number"] == "503/0001/SIP-DR/DPMPTSP/2026"
    assert case["permit"]["status"] == "valid"
    assert case["permit"]["valid_until"] == "2031-11-22"
    assert [t["outcome"] for t in case["tasks"]] == ["done", "approved", "done", None]
    assert case["due_at"] is None, "the promise ended with the decision"
    case = desks.act("petugas.sukodono", case, "hand_over", data=HANDED_OVER)
    assert (case["state"], case["actions"]) == ("handed_over", [])


def test_numbers_of_a_series_follow_each_other(desks: Desks) -> None:
    assert [issue(desks, index)["document_number"][4:8] for index in range(3)] == ["0001", "0002", "0003"]


def test_the_promised_date_is_told_at_once(desks: Desks) -> None:
    case = file_sip(desks)
    assert case["due_at"].startswith("2026-11-30"), "five working days from Monday 23 November"
    assert case["calendar_complete"]


def test_an_incomplete_file_does_not_start_the_clock(desks: Desks) -> None:
    case = file_sip(desks, WITHOUT_STR)
    assert case["state"] == "incomplete"
    assert case["due_at"] is None
    receipt = desks.ask("petugas.sukodono", "permits", "receipt", id=case["id"])
    assert [m["id"] for m in receipt["missing"]] == ["Surat Tanda Registrasi (STR)"]


def test_the_applicant_completes_the_file_with_the_secret(desks: Desks) -> None:
    case = file_sip(desks, WITHOUT_STR)
    secret = case["secret"]
    denied = refusal(lambda: desks.act(None, case, "complete", secret="WRONG", data={"requirements": {"str": True}}))
    assert denied.status == 404
    still = refusal(lambda: desks.act(None, case, "complete", secret=secret))
    assert [f.field for f in still.fields] == ["data.requirements.str"]
    case = desks.act(None, case, "complete", secret=secret, data={"requirements": {"str": True}})
    assert case["state"] == "submitted"
    assert case["due_at"] is not None


def test_a_returned_file_stands_still_and_goes_on(desks: Desks) -> None:
    case = file_sip(desks)
    due = case["due_at"]
    case = desks.act("verifikator.dpmptsp", case, "return", note="STR tidak terbaca")
    assert case["state"] == "returned"
    assert case["due_at"] is None
    desks.clock.advance(timedelta(days=2))
    case = desks.act("petugas.sukodono", case, "complete")
    assert case["state"] == "submitted"
    assert (due[:10], case["due_at"][:10]) == ("2026-11-30", "2026-12-01"), "it stood still at Tuesday's closing time"


def test_a_refused_recommendation_leads_to_a_refusal(desks: Desks) -> None:
    case = file_sip(desks)
    case = desks.act("verifikator.dpmptsp", case, "verify")
    case = desks.act("teknis.dinkes", case, "refuse_recommendation", note="tempat praktik tidak layak")
    assert case["state"] == "rejection"
    assert refusal(lambda: desks.act("penandatangan.dpmptsp", case, "sign")).status == 409
    case = desks.act("penandatangan.dpmptsp", case, "reject", note="rekomendasi ditolak")
    assert case["state"] == "rejected"
    assert case["document_number"] is None


def test_a_withdrawn_application_is_over(desks: Desks) -> None:
    case = file_sip(desks)
    secret = case["secret"]
    case = desks.act(None, case, "withdraw", secret=secret, note="tidak jadi")
    assert case["state"] == "withdrawn"
    assert all(t["outcome"] for t in case["tasks"])
    assert refusal(lambda: desks.act("verifikator.dpmptsp", case, "verify")).status == 409


def test_every_change_is_one_event_and_one_line_of_the_trail(desks: Desks) -> None:
    case = issue(desks)
    events = [e for e in desks.events("permits") if e.subject == case["id"]]
    signing = len(case["papers"])  # a decision with a paper has two steps
    assert [e.subjectversion for e in events] == list(range(1, 5 + signing))
    told = ["submitted", "verified", "recommended", *["updated"] * signing, "granted"]
    assert [e.type.split(".")[2] for e in events] == told
    assert [e["action"] for e in case["timeline"]] == ["open", "verify", "recommend", *["signing"] * signing, "sign"]
    assert {e.region for e in events} == {"35.15.14.2013"}
    issued = [e for e in desks.events("permits") if e.type == "permits.permit.issued.v1"]
    assert [(e.subject, e.subjectversion, e.data["number"]) for e in issued] == [
        (case["permit"]["id"], 1, case["document_number"])
    ]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"applicant": None}, "applicant", "required"),
        ({"applicant": {**doctor(), "nik": "3515147205909990"}}, "applicant.nik", "invalid_date"),
        ({"data": {**SIP_DATA, "practice_region": "35.15.99.2001"}}, "data.practice_region", "unknown_region"),
        ({"data": {**SIP_DATA, "colour": "blue"}}, "data.colour", "unknown_field"),
        ({"data": {**SIP_DATA, "str_number": 7}}, "data.str_number", "wrong_type"),
        ({"data": {**SIP_DATA, "str_number": " "}}, "data.str_number", "empty"),
        ({"data": {**SIP_DATA, "str_number": "x" * 41}}, "data.str_number", "too_long"),
        ({"data": {"requirements": {}}}, "data.practice_name", "required"),
        ({"data": {**SIP_DATA, "requirements": {"str": "yes"}}}, "data.requirements.str", "wrong_type"),
        ({"data": {**SIP_DATA, "requirements": {"ijazah": True}}}, "data.requirements.ijazah", "unknown_field"),
        ({"data": {**SIP_DATA, "requirements": []}}, "data.requirements", "wrong_type"),
        ({"anonymous": True}, "anonymous", "not_allowed_here"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(
    desks: Desks, change: dict[str, Any], field: str, code: str
) -> None:
    before = desks.events("permits")
    body: dict[str, Any] = {"applicant": doctor(), "data": SIP_DATA, **change}
    refused = refusal(lambda: desks.open("petugas.sukodono", "PRZ-SIP-DR", **body))
    assert refused.status == 422
    assert (field, code) in [(f.field, f.code) for f in refused.fields]
    assert desks.new_events("permits", before) == []
    assert desks.ask("petugas.sukodono", "permits", "list_cases")["items"] == []


@pytest.mark.parametrize(
    ("service", "code"),
    [("PRZ-XXX", "unknown_service"), ("PGD-LPR", "service_of_other_collection"), ("POL-SKCK", "linked_service")],
)
def test_a_service_that_is_not_a_permit_is_refused(desks: Desks, service: str, code: str) -> None:
    payload = desks.payload("petugas.sukodono", "POST", "/api/v1/permits", {"service": service, "data": {}})
    refused = refusal(lambda: desks.answer("permits", "open_case", payload))
    assert [(f.field, f.code) for f in refused.fields] == [("service", code)]


def test_the_applicant_needs_only_what_the_receipt_shows(desks: Desks) -> None:
    case = file_sip(desks)
    by_code = {**case, "id": case["tracking_code"]}
    assert desks.get(None, by_code, secret=case["secret"])["id"] == case["id"]
    assert refusal(lambda: desks.get(None, by_code, secret="0000000000")).status == 404
    case = desks.act(None, by_code, "withdraw", secret=case["secret"], note="tidak jadi")
    assert case["state"] == "withdrawn"
