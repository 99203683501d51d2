"""Registers change when a paper is signed: what stands on it is settled before, and nobody else takes it meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from mpp.casework.rules.paper import PaperSpec
from mpp.catalogue import Catalogue
from mpp.papers.facts import FACTS
from tests.integration.papers.test_two_steps import begun, rows
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_renewal import NEAR_THE_END, on
from tests.support.desks import Desks, answering, birth_data, death_data, doctor, refusal
from tests.support.papers import abandon, ask_as_gateway, awaited, finish, sign
from tests.support.permit_walks import file, kind_of, pay, take, walk

OFFICIAL = "pejabat.dukcapil"
ASSESSOR = "officer.dpupr"


def verified(desks: Desks, service: str, data: dict[str, Any], relative: int = 1) -> dict[str, Any]:
    case = desks.open("petugas.dukcapil", service, applicant=doctor(relative), data=data)
    return desks.act("verifikator.dukcapil", case, "verify")


def printed(desks: Desks, collection: str, case: dict[str, Any]) -> dict[str, Any]:
    snapshot = ask_as_gateway(desks, collection, "snapshot", id=awaited(case))["snapshot"]
    assert set(snapshot["facts"]) <= set(FACTS), "a template may ask for each"
    return dict(snapshot)


# ------------------------------------------------------------------ births and deaths


def test_a_child_enters_the_register_with_the_nik_on_the_certificate(desks: Desks) -> None:
    registry = desks.databases["civil_registry"]
    before = rows(registry, "SELECT nik FROM residents")
    case = desks.act(OFFICIAL, verified(desks, "ADM-LHR-01", birth_data()), "sign")
    nik = printed(desks, "registrations", case)["facts"]["nik"]
    assert rows(registry, "SELECT nik FROM residents") == before
    assert case["certificate"] is None
    finish(desks, "registrations", awaited(case))
    case = desks.get(OFFICIAL, case)
    assert case["certificate"]["nik"] == nik
    assert case["certificate"]["number"] == case["papers"][0]["number"]
    assert [row for row in rows(registry, "SELECT nik FROM residents") if row not in before] == [(nik,)]


def test_a_nik_that_stood_on_a_paper_is_no_other_childs(desks: Desks) -> None:
    case = desks.act(OFFICIAL, verified(desks, "ADM-LHR-01", birth_data()), "sign")
    first = printed(desks, "registrations", case)["facts"]["nik"]
    case = abandon(desks, OFFICIAL, "registrations", awaited(case))
    case = desks.act(OFFICIAL, case, "sign")
    assert printed(desks, "registrations", case)["facts"]["nik"] != first


def test_a_death_is_told_when_its_certificate_is_signed_and_is_on_one_paper(desks: Desks) -> None:
    one = verified(desks, "ADM-MTI-01", death_data(), 3)
    other = verified(desks, "ADM-MTI-01", death_data(), 5)
    case = desks.act(OFFICIAL, one, "sign")
    assert not [e for e in desks.events("civil_registry") if e.type.endswith("deceased.v1")]
    assert refusal(lambda: desks.act(OFFICIAL, other, "sign")).code == "being_signed"
    abandon(desks, OFFICIAL, "registrations", awaited(case))
    case = desks.act(OFFICIAL, other, "sign")
    finish(desks, "registrations", awaited(case))
    assert len([e for e in desks.events("civil_registry") if e.type.endswith("deceased.v1")]) == 1
    assert refusal(lambda: desks.act(OFFICIAL, desks.get(OFFICIAL, one), "sign")).code == "already_deceased"


# ------------------------------------------------------------------ permits


def test_a_permit_that_is_being_signed_counts_for_whoever_files_or_signs_another(desks: Desks, office: Office) -> None:
    third, fourth = (office.ready(0, f"Klinik {n}") for n in ("Tiga", "Empat"))
    for place in ("Klinik Satu", "Klinik Dua"):
        sign(desks, SIGNER, office.ready(0, place), "sign") if place == "Klinik Satu" else begun(office, 0, place)
    case = office.decide(SIGNER, third, "sign")
    assert refusal(lambda: office.decide(SIGNER, fourth, "sign")).code == "permit_limit_reached"
    refused = refusal(lambda: office.file(0, "Klinik Lima"))
    assert {field.code for field in refused.fields} == {"permit_limit_reached"}
    abandon(desks, SIGNER, "permits", awaited(case))
    office.decide(SIGNER, fourth, "sign")


def test_one_place_is_in_one_paper(desks: Desks, office: Office) -> None:
    one, other = office.ready(0, "Klinik Satu"), office.ready(0, "Klinik Satu")
    office.decide(SIGNER, one, "sign")
    assert refusal(lambda: office.decide(SIGNER, other, "sign")).code == "permit_place_taken"


def test_of_two_replacements_of_a_permit_one_is_signed(desks: Desks, office: Office) -> None:
    old = sign(desks, SIGNER, walk(desks, file(desks, "PRZ-SIP-DR", kind="new"), "signing"), "sign")
    desks.clock.advance(NEAR_THE_END)
    first, second = (walk(desks, on(desks, old, kind), "signing") for kind in ("renewal", "change"))
    case = desks.act(SIGNER, first, "sign", **answering(desks.get(SIGNER, first)))
    snapshot = printed(desks, "permits", case)
    assert snapshot["supersedes"] == old["permit"]["number"]
    said = answering(desks.get(SIGNER, second))
    assert refusal(lambda: desks.act(SIGNER, second, "sign", **said)).code == "being_signed"
    assert office.get(old["permit"]["id"])["status"] == "valid"
    finish(desks, "permits", awaited(case))
    assert office.get(old["permit"]["id"])["status"] == "superseded"


def test_what_became_of_the_former_permit_in_between_keeps_the_new_one_from_being_issued(
    desks: Desks, office: Office
) -> None:
    """The paper waits on, and is given up by whoever is told."""
    old = sign(desks, SIGNER, walk(desks, file(desks, "PRZ-SIP-DR", kind="new"), "signing"), "sign")
    desks.clock.advance(NEAR_THE_END)
    renewal = walk(desks, on(desks, old, "renewal"), "signing")
    case = desks.act(SIGNER, renewal, "sign", **answering(desks.get(SIGNER, renewal)))
    office.act(office.get(old["permit"]["id"]), "revoke")
    assert refusal(lambda: finish(desks, "permits", awaited(case))).code == "previous_permit_changed"
    case = desks.get(SIGNER, case)
    assert (case["permit"], case["papers"][0]["status"]) == (None, "awaiting")
    abandon(desks, SIGNER, "permits", awaited(case))


# ------------------------------------------------------------------ levies


def assessed(desks: Desks, amount: int = 250_000) -> dict[str, Any]:
    ready = walk(desks, file(desks, "PRZ-PBG"), "assessment")
    return take(desks, ready, kind_of(desks, "PRZ-PBG").levy.assess, amount=amount)  # type: ignore[union-attr]


def test_a_levy_is_assessed_when_its_paper_is_signed_by_the_number_and_the_day_on_it(desks: Desks) -> None:
    case = assessed(desks)
    says = printed(desks, "permits", case)
    assert (case["levy"], case["state"], says["kind"]) == (None, "assessment", "levy")
    assert says["facts"]["amount"] == 250_000
    assert refusal(lambda: pay(desks, {**case, "levy": {"number": says["number"], "amount": 250_000}})).status == 404
    desks.clock.advance(timedelta(days=2))
    finish(desks, "permits", awaited(case))
    case = desks.get(SIGNER, case)
    assert (case["levy"]["number"], case["levy"]["due_on"]) == (says["number"], says["facts"]["due_on"])
    assert pay(desks, case)["status"] == "paid"


def test_an_assessment_that_is_given_up_leaves_a_void_number_of_its_own_book(desks: Desks) -> None:
    case = assessed(desks)
    paper = awaited(case)
    abandon(desks, "officer.dpupr", "permits", paper)
    assert rows(desks.databases["permits"], "SELECT series, voided IS NOT NULL FROM numbers") == [("skrd", True)]
    assert rows(desks.databases["permits"], "SELECT count(*) FROM levies") == [(0,)]


def test_money_that_comes_while_a_decision_is_being_signed_waits_for_it(desks: Desks) -> None:
    pbg = kind_of(desks, "PRZ-PBG")
    letter = replace(pbg.actions["reassess"], papers=(PaperSpec("letter", "letter"),))
    mine = replace(pbg, actions={**pbg.actions, "reassess": letter})
    others = [kind for kind in desks.runtime.catalogue if kind.code != pbg.code]
    desks.runtime.catalogue = Catalogue([mine, *others])
    desks.signs_at_once = True
    case = walk(desks, file(desks, "PRZ-PBG"), "payment")
    desks.signs_at_once = False
    levied = case
    case = take(desks, case, "reassess")
    assert pay(desks, levied)["status"] == "paid"
    desks.desks["permits"].timer.run_once()
    verifier = "verifier.dpmptsp"
    case = desks.get(verifier, case)
    assert (case["state"], [each["status"] for each in case["payments"]]) == ("payment", ["waiting"])
    abandon(desks, verifier, "permits", awaited(case))
    desks.desks["permits"].timer.run_once()
    case = desks.get(verifier, case)
    assert (case["state"], [each["status"] for each in case["payments"]]) == ("initials_section", ["applied"])
