"""A correction of the register is a paper, too: until it is signed the old permit holds, and then the new one does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mpp.identity import demo as people
from mpp.identity.person import person_key
from services.permits.use_cases.persons import person_changed
from tests.integration.papers.test_two_steps import rows
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import Desks, refusal
from tests.support.papers import abandon, ask_as_gateway, finish, sign
from tests.support.whole_mall import death

CHANGES = {"practice_address": "Jalan Benar 7"}


def in_force(desks: Desks, office: Office, index: int = 0, place: str = "Klinik Contoh") -> dict[str, Any]:
    """A permit whose paper is signed, as the register shows it."""
    ready = office.ready(index, place)
    return office.get(sign(desks, SIGNER, ready, "sign")["permit"]["id"])


def correcting(office: Office, permit: dict[str, Any], **data: Any) -> dict[str, Any]:
    return office.act(permit, "correct", data=data or CHANGES)


def test_until_it_is_signed_the_old_permit_holds(desks: Desks, office: Office) -> None:
    permit = in_force(desks, office)
    after = correcting(office, permit)
    assert {name: after[name] for name in ("status", "version", "number", "superseded_by")} == {
        name: permit[name] for name in ("status", "version", "number", "superseded_by")
    }
    paper = after["signing"]["paper"]
    assert (after["signing"]["action"], after["signing"]["adapter"]) == ("correct", "local")
    assert office.get(permit)["signing"] == after["signing"]
    snapshot = ask_as_gateway(desks, "permits", "snapshot", id=paper)["snapshot"]
    assert (snapshot["supersedes"], snapshot["number"] != permit["number"]) == (permit["number"], True)
    assert [each["value"]["id"] for each in snapshot["fields"] if each["name"] == "practice_address"] == [
        "Jalan Benar 7"
    ]
    assert office.verify(permit["verification"]["code"])["valid"]
    assert office.verify(snapshot["code"])["status"] == "awaiting"
    assert office.told("corrected") == office.told("superseded") == []


def test_with_its_signature_the_old_one_is_superseded_and_so_is_its_paper(desks: Desks, office: Office) -> None:
    permit = in_force(desks, office)
    paper = correcting(office, permit)["signing"]["paper"]
    snapshot = ask_as_gateway(desks, "permits", "snapshot", id=paper)["snapshot"]
    finish(desks, "permits", paper)
    old = office.get(permit)
    assert (old["status"], old["signing"], old["superseded_by"]["number"]) == ("superseded", None, snapshot["number"])
    new = office.get(old["superseded_by"]["id"])
    assert (new["data"]["practice_address"], new["verification"]["code"]) == ("Jalan Benar 7", snapshot["code"])
    assert (new["valid_from"], new["valid_until"]) == (permit["valid_from"], permit["valid_until"])
    told = office.verify(permit["verification"]["code"])
    assert (told["status"], told["superseded_by"]) == ("superseded", {"number": snapshot["number"]})
    case = desks.get(SIGNER, {"collection": "permits", "id": permit["case"]})
    assert [each["status"] for each in case["papers"]] == ["superseded", "issued"]
    assert case["permit"]["id"] == new["id"]
    assert len(office.told("corrected")) == len(office.told("superseded")) == 1
    finish(desks, "permits", paper)
    assert len(office.told("corrected")) == 1


def test_a_corrected_holder_is_the_cases_applicant_when_it_is_signed(desks: Desks, office: Office) -> None:
    permit = in_force(desks, office)
    right = people.resident(4)
    holder = {"nik": right.nik, "name": right.name}
    paper = correcting(office, permit, holder=holder)["signing"]["paper"]
    case = {"collection": "permits", "id": permit["case"]}
    assert desks.get(SIGNER, case)["applicant"]["nik"] == permit["holder"]["nik"]
    finish(desks, "permits", paper)
    assert desks.get(SIGNER, case)["applicant"]["nik"] == right.nik
    assert office.get(office.get(permit)["superseded_by"]["id"])["holder"]["nik"] == right.nik


def test_to_a_holder_who_dies_before_it_is_signed_nothing_passes_over_and_it_is_given_up(
    desks: Desks, office: Office
) -> None:
    permit = in_force(desks, office)
    right = people.resident(4)
    paper = correcting(office, permit, holder={"nik": right.nik, "name": right.name})["signing"]["paper"]
    office.dies(4)
    refused = refusal(lambda: finish(desks, "permits", paper))
    assert [(field.field, field.code) for field in refused.fields] == [("data.holder.nik", "person_deceased")]
    assert office.get(permit)["status"] == "valid", "the register has not changed"
    abandon(desks, SIGNER, "permits", paper)
    assert office.get(permit)["signing"] is None
    assert rows(desks.databases["permits"], "SELECT seq FROM numbers WHERE voided IS NOT NULL") == [(2,)]
    assert office.told("corrected") == office.told("superseded") == []


def test_a_holder_who_dies_while_a_correction_is_signed_ends_the_permit(desks: Desks, office: Office) -> None:
    permit = in_force(desks, office)
    paper = correcting(office, permit)["signing"]["paper"]
    person = person_key(people.resident(0).nik, desks.runtime.person_key)
    with desks.databases["permits"].transaction() as tx:
        person_changed(tx, replace(death(person), region="35.15.14.2013"), desks.desks["permits"].host)
    assert refusal(lambda: finish(desks, "permits", paper)).code == "permit_status_forbids"
    assert office.get(permit)["status"] == "lapsed"
    abandon(desks, SIGNER, "permits", paper)


def test_one_correction_is_signed_at_a_time_and_one_that_is_given_up_leaves_a_void_number(
    desks: Desks, office: Office
) -> None:
    permit = in_force(desks, office)
    paper = correcting(office, permit)["signing"]["paper"]
    assert refusal(lambda: correcting(office, permit)).code == "being_signed"
    abandon(desks, SIGNER, "permits", paper)
    assert office.get(permit)["signing"] is None
    assert rows(desks.databases["permits"], "SELECT seq FROM numbers WHERE voided IS NOT NULL") == [(2,)]
    finish(desks, "permits", correcting(office, office.get(permit))["signing"]["paper"])
    assert office.get(permit)["status"] == "superseded"


@pytest.mark.parametrize(("deed", "code"), [("revoke", "permit_status_forbids"), ("suspend", None)])
def test_a_deed_does_not_wait_for_the_signature(desks: Desks, office: Office, deed: str, code: str | None) -> None:
    """What is suspended meanwhile goes over to the replacement, what is revoked has none."""
    permit = in_force(desks, office)
    paper = correcting(office, permit)["signing"]["paper"]
    office.act(office.get(permit), deed)
    if code is not None:
        assert refusal(lambda: finish(desks, "permits", paper)).code == code
        assert office.get(permit)["status"] == "revoked"
        return
    finish(desks, "permits", paper)
    assert office.get(office.get(permit)["superseded_by"]["id"])["status"] == "suspended"


def test_to_whoever_else_gets_it_it_counts_from_the_decision_on(desks: Desks, office: Office) -> None:
    """Three at most: with the one that was written for somebody else by mistake the right holder has three."""
    permit = in_force(desks, office, 0, "Klinik Salah Orang")
    right = people.resident(2)
    for place in ("Klinik Satu", "Klinik Dua"):
        in_force(desks, office, 2, place)
    fourth = office.ready(2, "Klinik Tiga")
    paper = correcting(office, permit, holder={"nik": right.nik, "name": right.name})["signing"]["paper"]
    assert refusal(lambda: office.decide(SIGNER, fourth, "sign")).code == "permit_limit_reached"
    finish(desks, "permits", paper)


def test_a_place_to_which_a_permit_is_being_moved_is_taken_and_the_permit_counts_once(
    desks: Desks, office: Office
) -> None:
    permit = in_force(desks, office, 0, "Klinik A")
    in_force(desks, office, 0, "Klinik C")
    there, elsewhere = office.ready(0, "Klinik B"), office.ready(0, "Klinik D")
    correcting(office, permit, practice_name="Klinik B", practice_address="Jalan Klinik B")
    assert refusal(lambda: office.decide(SIGNER, there, "sign")).code == "permit_place_taken"
    office.decide(SIGNER, elsewhere, "sign")
