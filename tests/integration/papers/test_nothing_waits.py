"""Papers that hold nothing up: what the law grants by silence, and what was decided before there were papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.papers.test_two_steps import rows
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import Desks, birth_data, doctor, refusal
from tests.support.papers import ask_as_gateway, finish, with_papers, without_papers
from tests.support.permit_walks import file, pay, take, walk


def test_what_silence_grants_gets_a_paper_that_nobody_signs_and_the_case_goes_on(desks: Desks, office: Office) -> None:
    case = file(desks, "PRZ-KRK")
    desks.clock.advance(timedelta(days=40))
    desks.desks["permits"].timer.run_once()
    case = desks.get(SIGNER, case)
    assert (case["state"], case["signing"]) == ("deemed_granted", None)
    (paper,) = case["papers"]
    assert (paper["kind"], paper["number"], paper["status"]) == ("deemed", None, "awaiting")
    snapshot = ask_as_gateway(desks, "permits", "snapshot", id=paper["id"])["snapshot"]
    assert (snapshot["signer"], snapshot["signature"]) == (None, "none")
    assert set(snapshot["facts"]) == {"complete_at", "limit_at", "tracking_code", "filed_at"}
    version = case["version"]
    finish(desks, "permits", paper["id"])
    case = desks.get(SIGNER, case)
    assert (case["papers"][0]["status"], case["state"], case["version"]) == ("issued", "deemed_granted", version)
    assert office.verify(snapshot["code"])["valid"]


def test_it_is_granted_once_and_has_one_paper(desks: Desks) -> None:
    file(desks, "PRZ-KRK")
    desks.clock.advance(timedelta(days=40))
    for _ in range(2):
        desks.desks["permits"].timer.run_once()
    assert rows(desks.databases["permits"], "SELECT count(*) FROM papers") == [(1,)]


# ------------------------------------------------------------------ from before


@pytest.fixture
def before(service_urls: Mapping[str, str]) -> Desks:
    """The same mall before its service types named papers."""
    return without_papers(Desks(service_urls))


def missing(desks: Desks, collection: str, **page: Any) -> list[dict[str, Any]]:
    return list(ask_as_gateway(desks, collection, "missing", **page)["items"])


def make(desks: Desks, collection: str, of: Mapping[str, Any]) -> dict[str, Any]:
    return ask_as_gateway(desks, collection, "make", case=of["case"], action=of["action"])


def after(before: Desks, urls: Mapping[str, str]) -> Desks:
    return with_papers(Desks(urls, before.clock.now()))


def test_a_permit_from_before_gets_a_paper_with_its_own_number_code_and_days(
    before: Desks, service_urls: Mapping[str, str]
) -> None:
    case = before.act(SIGNER, Office(before).ready(), "sign")
    desks = after(before, service_urls)
    (one,) = missing(desks, "permits")
    assert one == {"case": case["id"], "action": "sign"}
    told = make(desks, "permits", one)
    assert (told["printed_later"], told["number"], told["status"]) == (True, case["permit"]["number"], "awaiting")
    snapshot = ask_as_gateway(desks, "permits", "snapshot", id=told["id"])["snapshot"]
    assert snapshot["code"] == case["permit"]["verification"]["code"]
    assert snapshot["printed_later"]
    assert snapshot["facts"] == {name: case["permit"][name] for name in ("valid_from", "valid_until")}
    version = desks.get(SIGNER, case)["version"]
    finish(desks, "permits", told["id"])
    assert (desks.get(SIGNER, case)["version"], desks.get(SIGNER, case)["state"]) == (version, case["state"])
    assert missing(desks, "permits") == []
    assert Office(desks).verify(snapshot["code"])["valid"]


def test_it_is_made_once(before: Desks, service_urls: Mapping[str, str]) -> None:
    before.act(SIGNER, Office(before).ready(), "sign")
    desks = after(before, service_urls)
    (one,) = missing(desks, "permits")
    assert make(desks, "permits", one) == make(desks, "permits", one)
    assert rows(desks.databases["permits"], "SELECT count(*) FROM papers") == [(1,)]
    assert missing(desks, "permits") == []


def test_certificates_assessments_and_letters_get_theirs_too(before: Desks, service_urls: Mapping[str, str]) -> None:
    office = Office(before)
    birth = before.open("petugas.dukcapil", "ADM-LHR-01", applicant=doctor(1), data=birth_data())
    birth = before.act("verifikator.dukcapil", birth, "verify")
    birth = before.act("pejabat.dukcapil", birth, "sign")
    refused = before.act(SIGNER, office.ready(), "reject", note="kurang")
    levied = take(before, walk(before, file(before, "PRZ-PBG", 3), "assessment"), "assess")
    pay(before, levied)
    desks = after(before, service_urls)
    (of_birth,) = missing(desks, "registrations")
    assert make(desks, "registrations", of_birth)["number"] == birth["certificate"]["number"]
    made = {one["case"]: make(desks, "permits", one) for one in missing(desks, "permits")}
    assert {made[case["id"]]["kind"] for case in (refused, levied)} == {"refusal", "levy"}
    assert made[levied["id"]]["number"] == levied["levy"]["number"]


def test_a_permit_that_has_ended_gets_none(before: Desks, service_urls: Mapping[str, str]) -> None:
    office = Office(before)
    office.act(office.issue(), "revoke")
    desks = after(before, service_urls)
    (one,) = missing(desks, "permits")
    assert refusal(lambda: make(desks, "permits", one)).code == "no_paper_to_make"


def test_the_decisions_are_listed_page_by_page(before: Desks, service_urls: Mapping[str, str]) -> None:
    office = Office(before)
    for index in range(3):
        office.issue(index)
    desks = after(before, service_urls)
    found: list[str] = []
    while page := missing(desks, "permits", limit=1, **({"after": found[-1]} if found else {})):
        found += [one["case"] for one in page]
    assert len(found) == len(set(found)) == 3


def test_who_signs_with_another_hand_later_is_asked_to(before: Desks, service_urls: Mapping[str, str]) -> None:
    before.act(SIGNER, Office(before).ready(), "sign")
    desks = with_papers(Desks(service_urls, before.clock.now()), "bsre")
    told = make(desks, "permits", missing(desks, "permits")[0])
    assert (told["adapter"], told["office"], told["signer"]) == ("bsre", "dpmptsp", SIGNER)
    assert desks.get(SIGNER, {"collection": "permits", "id": told["case"]})["signing"] is None


def test_no_case_is_divided_by_the_end_of_a_page(before: Desks, service_urls: Mapping[str, str]) -> None:
    """A levied permit has two papers, its assessment and itself: neither is passed over."""
    case = walk(before, file(before, "PRZ-PBG"), "payment")
    pay(before, case)
    case = before.get(SIGNER, case)
    for step in ("initial_section", "initial_division", "sign"):
        case = take(before, case, step)
    desks = after(before, service_urls)
    assert [one["action"] for one in missing(desks, "permits", limit=1)] == ["assess", "sign"]
