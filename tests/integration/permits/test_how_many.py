"""A person holds so many permits of a kind, one a place."""

from __future__ import annotations

from typing import Any

import eventlet
from sqlalchemy import update

from mpp.casework.refusals import Refused
from services.permits.tables import permits
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.told import codes
from tests.support.desks import refusal


def test_a_fourth_sip_is_refused_at_filing(office: Office) -> None:
    for place in ("Klinik A", "Klinik B", "Klinik C"):
        office.issue(place=place)
    refused = refusal(lambda: office.file(place="Klinik D"))
    assert codes(refused) == [("applicant.nik", "permit_limit_reached")]
    assert office.issue(1, "Klinik D")["status"] == "valid", "another doctor may"


def test_a_second_sip_at_the_same_place_is_refused_however_it_is_written(office: Office) -> None:
    office.issue(place="Klinik A")
    refused = refusal(lambda: office.file(place=" KLINIK  a.", practice_address="Jl. klinik A"))
    assert codes(refused) == [("data.practice_name", "permit_place_taken")]
    assert office.issue(1, "Klinik A")["status"] == "valid", "another doctor may"


def test_an_address_in_other_words_is_the_same_place_also_for_a_permit_of_long_ago(office: Office) -> None:
    old = office.issue(practice_address="Jl. Melati No. 5")
    with office.desks.databases["permits"].transaction() as tx:  # as a former version compared it
        tx.execute(update(permits).where(permits.c.id == old["id"]).values(place="35 15 14 2013|jl melati no 5|klinik"))
    refused = refusal(lambda: office.file(practice_address="Jalan Melati Nomor 5"))
    assert codes(refused) == [("data.practice_name", "permit_place_taken")]
    assert office.issue(practice_address="Jalan Melati Nomor 50")["status"] == "valid"


def test_whoever_decides_is_told_of_a_place_that_may_be_the_same(office: Office) -> None:
    old = office.issue(place="Klinik Sehat", practice_address="Jl. Melati No. 5")
    same_name = office.file(place="KLINIK SEHAT", practice_address="Jalan Melati, samping balai desa")
    same_address = office.file(place="Klinik Sehat Bersama", practice_address="Jalan Melati 5")
    other_village = office.file(place="Klinik Sehat", practice_address="Jalan Mawar 1", practice_region="35.15.14.2016")
    somebody_elses = office.file(1, place="Klinik Sehat", practice_address="Jalan Melati, samping balai desa")
    for case in (same_name, same_address):
        (warning,) = case["warnings"]
        assert (warning["code"], warning["field"]) == ("place_alike", "data.practice_name")
        assert all(old["number"] in warning["text"][language] for language in ("id", "en"))
        assert office.desks.get("verifikator.dpmptsp", case)["warnings"] == [warning]
        assert (warning["answered"], warning["answers"]) == (False, [])
    assert other_village["warnings"] == somebody_elses["warnings"] == []
    withdrawn = office.desks.act("petugas.sukodono", same_name, "withdraw", note="Tempat yang sama.")
    assert withdrawn["warnings"] == [], "nothing is left to decide"


def test_a_change_is_not_compared_with_the_permit_that_it_changes(office: Office) -> None:
    old = office.issue(place="Klinik Sehat", practice_address="Jl. Melati No. 5")
    change = office.file(
        kind="change", previous_number=old["number"], place="Klinik Sehat", practice_address="Jl. Mawar 1"
    )
    assert change["warnings"] == []


def test_a_revoked_or_expired_permit_does_not_count_and_a_suspended_one_does(office: Office) -> None:
    made = [office.issue(place=place) for place in ("Klinik A", "Klinik B", "Klinik C")]
    office.act(made[0], "suspend")
    assert refusal(lambda: office.file(place="Klinik D")).status == 422
    office.act(made[1], "revoke")
    assert office.issue(place="Klinik D")["status"] == "valid"


def test_of_four_signings_at_once_one_is_refused(office: Office) -> None:
    cases = [office.ready(place=f"Klinik {letter}") for letter in "ABCD"]

    def sign(case: dict[str, Any]) -> Any:
        try:
            return office.decide(SIGNER, case, "sign")["state"]
        except Refused as refused:
            return refused.code

    threads = [eventlet.spawn(sign, case) for case in cases]
    assert sorted(t.wait() for t in threads) == ["issued", "issued", "issued", "permit_limit_reached"]
    assert sorted(office.numbers()) == ["0001", "0002", "0003"], "and the refused one took no number"


def test_two_signings_for_one_place_are_one(office: Office) -> None:
    cases = [office.ready(place="Klinik A") for _ in range(2)]
    office.decide(SIGNER, cases[0], "sign")
    refused = refusal(lambda: office.decide(SIGNER, cases[1], "sign"))
    assert (refused.status, refused.code) == (409, "permit_place_taken")


def test_a_correction_does_not_move_a_permit_to_a_place_that_is_taken(office: Office) -> None:
    office.issue(place="Klinik A")
    other = office.issue(place="Klinik B")
    refused = refusal(
        lambda: office.act(other, "correct", data={"practice_name": "Klinik A", "practice_address": "Jalan Klinik A"})
    )
    assert (refused.status, refused.code) == (409, "permit_place_taken")
    assert office.get(other) == other
