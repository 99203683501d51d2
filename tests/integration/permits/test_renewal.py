"""Renewal, change and replacement: on a permit that the applicant holds, in time, with nothing typed twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.permits.conftest import Office
from tests.support.desks import Desks, doctor, refusal
from tests.support.permit_walks import Case, file, kind_of, walk

NEAR_THE_END = timedelta(days=5 * 365 + 1 - 60)


def issued(desks: Desks, service: str = "PRZ-SIP-NK", index: int = 0, **data: Any) -> Case:
    return walk(desks, file(desks, service, index, **data), "issued")


def on(desks: Desks, old: Case, kind: str, index: int = 0, **data: Any) -> Case:
    """An application of this kind on an earlier permit, with nothing but its number."""
    service = old["service"]["code"]
    papers = {r.code: True for r in kind_of(desks, service).requirements}
    body = {"kind": kind, "previous_number": old["document_number"], "requirements": papers, **data}
    return desks.open("petugas.sukodono", service, applicant=doctor(index), data=body)


def register(desks: Desks) -> list[tuple[str, str]]:
    with desks.databases["permits"].transaction() as tx:
        rows = tx.exec_driver_sql("SELECT number, status FROM permits ORDER BY id").all()
    return [(row[0], row[1]) for row in rows]


def test_a_renewal_carries_the_data_over_and_takes_the_place_of_the_old_permit(desks: Desks) -> None:
    old = issued(desks, practice_name="Klinik Lama")
    desks.clock.advance(NEAR_THE_END)
    case = on(desks, old, "renewal")
    assert case["data"]["practice_name"] == "Klinik Lama"
    case = walk(desks, case, "issued")
    assert [status for _, status in register(desks)] == ["superseded", "valid"]
    assert case["permit"]["valid_until"] > old["permit"]["valid_until"]
    told = [e for e in desks.events("permits") if e.type.startswith("permits.permit.")]
    assert [e.type.split(".")[2] for e in told] == ["issued", "issued", "superseded"]
    assert told[1].data["supersedes_number"] == old["document_number"]
    assert (told[2].data["superseded_by_number"], told[2].data["reason"]) == (case["document_number"], "renewal")


def test_a_renewal_before_its_window_is_too_early(desks: Desks) -> None:
    old = issued(desks)
    refused = refusal(lambda: on(desks, old, "renewal"))
    assert [(f.field, f.code) for f in refused.fields] == [("data.kind", "renewal_too_early")]
    assert refused.fields[0].params["opens"] == "2031-08-24", "90 days before 22 November 2031"
    desks.clock.advance(timedelta(days=5 * 365))
    assert on(desks, old, "renewal")["state"] == "submitted"


def test_somebody_elses_permit_is_as_unknown_as_none(desks: Desks) -> None:
    old = issued(desks)
    full = {"profession": "nurse", "str_number": "S", "practice_name": "K", "practice_address": "J",
            "practice_region": "35.15.14.2013"}  # fmt: skip
    other = refusal(lambda: on(desks, old, "change", index=1, **full))
    nobodys = {**old, "document_number": "503/9999/SIP-NK/DPMPTSP/2026"}
    none = refusal(lambda: on(desks, nobodys, "change", **full))
    for refused in (other, none):
        assert [(f.field, f.code) for f in refused.fields] == [("data.previous_number", "unknown_permit")]


def test_the_number_belongs_to_the_kinds_that_build_on_one(desks: Desks) -> None:
    needed = refusal(lambda: file(desks, "PRZ-KP", kind="replacement"))
    assert [(f.field, f.code) for f in needed.fields] == [("data.previous_number", "required")]
    odd = refusal(lambda: file(desks, "PRZ-KP", previous_number="551.2/00001/KP/2026"))
    assert [(f.field, f.code) for f in odd.fields] == [("data.previous_number", "not_allowed_here")]


@pytest.mark.parametrize("kind", ["change", "replacement"])
def test_a_change_or_replacement_holds_as_long_as_the_old_permit_did(desks: Desks, kind: str) -> None:
    old = issued(desks)
    desks.clock.advance(timedelta(days=100))
    case = walk(desks, on(desks, old, kind, practice_name="Klinik Baru"), "issued")
    assert case["permit"]["valid_until"] == old["permit"]["valid_until"]
    assert [status for _, status in register(desks)] == ["superseded", "valid"]


def test_an_expired_permit_is_applied_for_anew(desks: Desks) -> None:
    old = issued(desks)
    desks.clock.advance(timedelta(days=5 * 365 + 10))
    refused = refusal(lambda: on(desks, old, "renewal"))
    assert [(f.field, f.code) for f in refused.fields] == [("data.previous_number", "permit_not_in_force")]


def test_a_renewal_filed_in_time_is_issued_after_the_end(desks: Desks) -> None:
    old = issued(desks)
    desks.clock.advance(timedelta(days=5 * 365))
    case = on(desks, old, "renewal")
    desks.clock.advance(timedelta(days=20))
    assert walk(desks, case, "issued")["permit"]["status"] == "valid"


def test_of_two_replacements_only_one_is_issued(desks: Desks) -> None:
    old = issued(desks)
    first, second = on(desks, old, "replacement"), on(desks, old, "change")
    walk(desks, first, "issued")
    waiting = walk(desks, second, "signing")
    refused = refusal(lambda: desks.act("penandatangan.dpmptsp", waiting, "sign"))
    assert (refused.status, refused.code) == (409, "previous_permit_changed")


def test_a_fourth_licence_is_refused_and_a_renewal_is_none(desks: Desks) -> None:
    held = [issued(desks, practice_name=f"Klinik {n}") for n in range(3)]
    fourth = refusal(lambda: file(desks, "PRZ-SIP-NK", practice_name="Klinik 4"))
    assert [(f.field, f.code) for f in fourth.fields] == [("applicant.nik", "permit_limit_reached")]
    assert on(desks, held[0], "change", practice_name="Klinik 5")["state"] == "submitted"


def test_the_kind_cannot_be_changed_afterwards(desks: Desks) -> None:
    case = file(desks, "PRZ-SIP-NK")
    refused = refusal(lambda: desks.act("petugas.sukodono", case, "amend", note="x", data={"kind": "change"}))
    assert [(f.field, f.code) for f in refused.fields] == [("data.kind", "fixed_at_filing")]


# ------------------------------------------------- what it builds on is corrected meanwhile

SIGNER = "penandatangan.dpmptsp"


def correct(desks: Desks, old: Case, **data: Any) -> dict[str, Any]:
    """The permit that stands in the place of the one that this case gave."""
    office = Office(desks)
    after = office.act(office.get(old["permit"]["id"]), "correct", data=data)
    return office.get(after["superseded_by"]["id"])


@pytest.mark.parametrize("kind", ["renewal", "change", "replacement"])
def test_an_application_follows_its_corrected_predecessor(desks: Desks, kind: str) -> None:
    old = issued(desks, practice_name="Klinik Cantoh")
    desks.clock.advance(NEAR_THE_END)
    case = walk(desks, on(desks, old, kind), "signing")
    new = correct(desks, old, practice_name="Klinik Contoh", practice_region="35.15.14.2016")
    case = desks.act(SIGNER, desks.get(SIGNER, case), "sign")
    assert (case["data"]["practice_name"], case["region"]) == ("Klinik Contoh", "35.15.14.2016")
    assert case["data"]["previous_number"] == new["number"]
    permit = Office(desks).get(case["permit"]["id"])
    assert (permit["supersedes"]["number"], permit["data"]["practice_name"]) == (new["number"], "Klinik Contoh")
    assert [status for _, status in register(desks)] == ["superseded", "superseded", "valid"]
    followed, signed = [entry for entry in case["timeline"] if entry["action"] != "signing"][-2:]
    assert (followed["action"], followed["actor"], signed["action"]) == ("follow", "system", "sign")
    assert followed["fields"] == ["practice_name", "practice_region", "previous_number"]


def test_what_it_asks_to_change_it_keeps(desks: Desks) -> None:
    old = issued(desks, practice_name="Klinik Cantoh")
    case = walk(desks, on(desks, old, "change", practice_name="Klinik Baru"), "signing")
    correct(desks, old, practice_name="Klinik Contoh", str_number="STR-2")
    case = desks.act(SIGNER, desks.get(SIGNER, case), "sign")
    assert (case["data"]["practice_name"], case["data"]["str_number"]) == ("Klinik Baru", "STR-2")


def test_it_follows_two_corrections_and_the_right_holder(desks: Desks) -> None:
    old, right = issued(desks), doctor(2)
    case = walk(desks, on(desks, old, "change", practice_name="Klinik Baru"), "signing")
    correct(desks, old, holder={"nik": right["nik"], "name": right["name"]})
    office = Office(desks)
    again = office.get(desks.get(SIGNER, old)["permit"]["id"])
    office.act(again, "correct", data={"str_number": "STR-2"})
    case = desks.act(SIGNER, desks.get(SIGNER, case), "sign")
    assert (case["applicant"]["nik"], case["data"]["str_number"]) == (right["nik"], "STR-2")
    assert office.get(case["permit"]["id"])["holder"]["nik"] == right["nik"]
    assert [status for _, status in register(desks)] == ["superseded", "superseded", "superseded", "valid"]


def test_an_amendment_of_it_is_possible_after_the_correction(desks: Desks) -> None:
    old = issued(desks)
    case = on(desks, old, "change")
    new = correct(desks, old, practice_name="Klinik Contoh")
    case = desks.act("petugas.sukodono", desks.get(SIGNER, case), "amend", note="x", data={"str_number": "STR-9"})
    assert (case["data"]["practice_name"], case["data"]["str_number"]) == ("Klinik Contoh", "STR-9")
    assert case["data"]["previous_number"] == new["number"]


def test_the_number_on_the_old_paper_is_understood_at_the_counter(desks: Desks) -> None:
    old = issued(desks, practice_name="Klinik Cantoh")
    new = correct(desks, old, practice_name="Klinik Contoh")
    case = on(desks, old, "change")
    assert (case["data"]["previous_number"], case["data"]["practice_name"]) == (new["number"], "Klinik Contoh")


def test_it_does_not_follow_into_a_revoked_permit(desks: Desks) -> None:
    old = issued(desks)
    case = walk(desks, on(desks, old, "change"), "signing")
    Office(desks).act(correct(desks, old, practice_name="Klinik Contoh"), "revoke")
    refused = refusal(lambda: desks.act(SIGNER, desks.get(SIGNER, case), "sign"))
    assert (refused.code, refused.params["status"]) == ("previous_permit_changed", "revoked")
    assert desks.get(SIGNER, case)["timeline"][-1]["action"] != "follow", "a refused action changes nothing"


def test_the_case_is_found_by_the_number_before_and_after_the_correction(desks: Desks) -> None:
    old = issued(desks)
    new = correct(desks, old, practice_name="Klinik Contoh")
    for number in (old["document_number"], new["number"]):
        found = desks.ask(SIGNER, "permits", "list_cases", q=number)["items"]
        assert [item["id"] for item in found] == [old["id"]]
