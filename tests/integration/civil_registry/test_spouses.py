"""Marriages and divorces from the report to their papers: certificate and family cards hold together or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import text

from mpp.identity import demo as people
from tests.support.desks import Desks, answering, doctor, refusal
from tests.support.papers import abandon, ask_as_gateway, finish, with_papers

CLERK, VERIFIER, REGISTRAR = "petugas.sukodono", "verifikator.dukcapil", "pejabat.dukcapil"
HE, SHE, OTHER = people.resident(0), people.resident(5), people.resident(7)  # of different families
MARRIAGE = {
    "husband_nik": HE.nik,
    "wife_nik": SHE.nik,
    "married_on": "2026-11-14",
    "religion": "kristen",
    "officiant": "Pdt. Contoh",
    "earlier": "none",
    "requirements": dict.fromkeys(("officiant_statement", "family_cards", "identity_cards", "photo"), True),
}
DIVORCE = {
    "husband_nik": HE.nik,
    "wife_nik": SHE.nik,
    "court": "Pengadilan Negeri Sidoarjo",
    "court_decision": "123/Pdt.G/2026/PN Sda",
    "final_on": "2026-11-20",
    "requirements": dict.fromkeys(("judgment", "marriage_certificate", "family_cards", "identity_cards"), True),
}


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    """As everywhere here; papers wait until the test signs them."""
    opened = with_papers(Desks(service_urls))
    yield opened
    opened.close()


def decided(desks: Desks, service: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A report whose papers wait for their signature."""
    case = desks.open(CLERK, service, applicant=doctor(8), data=dict(data))
    case = desks.act(VERIFIER, case, "verify", **answering(desks.get(VERIFIER, case)))
    return desks.act(REGISTRAR, case, "sign", **answering(desks.get(REGISTRAR, case)))


def recorded(desks: Desks, service: str, data: Mapping[str, Any]) -> dict[str, Any]:
    case = decided(desks, service, data)
    for paper in case["signing"]["papers"]:
        finish(desks, "registrations", paper)
    return desks.get(REGISTRAR, case)


def rows(desks: Desks, query: str) -> list[Any]:
    with desks.databases["civil_registry"].transaction() as tx:
        return [row[0] for row in tx.execute(text(query))]


def status_of(desks: Desks, nik: str) -> str | None:
    (found,) = rows(desks, f"SELECT marital_status FROM residents WHERE nik = '{nik}'")  # noqa: S608
    return None if found is None else str(found)


def card_of(desks: Desks, paper: str) -> dict[str, dict[str, Any]]:
    """The members of a printed family card, by NIK."""
    printed = ask_as_gateway(desks, "registrations", "snapshot", id=paper)["snapshot"]
    assert printed["template"] == "family-card"
    return {each["nik"]: each for each in printed["facts"]["members"]}


def test_a_marriage_is_a_certificate_and_both_family_cards(desks: Desks) -> None:
    before = desks.events("civil_registry")
    case = decided(desks, "ADM-KWN-01", MARRIAGE)
    certificate, his, hers = case["papers"]
    assert certificate["number"] == "3515-KW-23112026-0001"
    assert (his["number"], hers["number"]) == (HE.family_card, SHE.family_card)
    assert card_of(desks, his["id"])[HE.nik]["marital"] == "Kawin tercatat"
    assert card_of(desks, hers["id"])[SHE.nik]["married_on"] == "2026-11-14"
    assert status_of(desks, HE.nik) is None, "what a card will say changes no register"
    for paper in case["signing"]["papers"]:
        finish(desks, "registrations", paper)
    assert (status_of(desks, HE.nik), status_of(desks, SHE.nik)) == ("married", "married")
    case = desks.get(REGISTRAR, case)
    assert case["state"] == "recorded"
    assert case["certificate"]["kind"] == "marriage"
    told = [e.type for e in desks.new_events("civil_registry", before)]
    assert told.count("civil_registry.family_card.updated.v1") == 2
    assert told.count("civil_registry.marriage.registered.v1") == 1
    assert told.count("civil_registry.paper.issued.v1") == 3
    said = " ".join(str(e.data) for e in desks.new_events("civil_registry", before))
    assert HE.nik not in said
    assert HE.name not in said


def test_who_stands_on_one_card_has_one_card_printed(desks: Desks) -> None:
    case = decided(desks, "ADM-KWN-01", {**MARRIAGE, "wife_nik": people.resident(1).nik})
    assert [each["number"] for each in case["papers"][1:]] == [HE.family_card]
    members = card_of(desks, case["papers"][1]["id"])
    assert [members[nik]["marital"] for nik in (HE.nik, people.resident(1).nik)] == ["Kawin tercatat"] * 2


def test_who_has_no_nik_here_marries_by_name_and_has_no_card(desks: Desks) -> None:
    data = {name: value for name, value in MARRIAGE.items() if name != "wife_nik"}
    outside = {"name": "Marie Contoh", "document": "Paspor 12AB34567"}
    case = recorded(desks, "ADM-KWN-01", {**data, "wife_outside": outside})
    assert [each["kind"] for each in case["papers"]] == ["certificate", "card"]
    assert rows(desks, "SELECT wife_name FROM marriages WHERE wife IS NULL") == ["Marie Contoh"]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"wife_nik": "3515995001709999"}, "data.wife_nik", "not_in_register"),
        ({"wife_outside": {"name": "Marie", "document": "Paspor 1"}}, "data.wife_outside", "nik_or_outside"),
        ({"wife_nik": None}, "data.wife_nik", "required"),
        ({"wife_nik": people.resident(4).nik}, "data.wife_nik", "wrong_sex"),
        ({"wife_nik": HE.nik}, "data.wife_nik", "same_person"),
        ({"married_on": "2026-11-24"}, "data.married_on", "in_future"),
    ],
)
def test_a_marriage_that_cannot_be_is_refused_by_field(
    desks: Desks, change: dict[str, Any], field: str, code: str
) -> None:
    data = {name: value for name, value in {**MARRIAGE, **change}.items() if value is not None}
    refused = refusal(lambda: desks.open(CLERK, "ADM-KWN-01", applicant=doctor(8), data=data))
    assert (field, code) in [(each.field, each.code) for each in refused.fields]


def test_nobody_is_married_twice_without_what_the_law_asks(desks: Desks) -> None:
    recorded(desks, "ADM-KWN-01", MARRIAGE)
    again = {**MARRIAGE, "wife_nik": OTHER.nik}
    assert refusal(lambda: decided(desks, "ADM-KWN-01", again)).code == "already_married"
    permitted = {**again, "earlier": "married", "court_permit": "45/Pdt.P/2026/PN Sda"}
    permitted["requirements"] = {**again["requirements"], "court_permit": True}  # type: ignore[dict-item]
    assert recorded(desks, "ADM-KWN-01", permitted)["state"] == "recorded"
    she_again = {**permitted, "husband_nik": people.resident(12).nik, "wife_nik": SHE.nik}
    assert refusal(lambda: decided(desks, "ADM-KWN-01", she_again)).code == "already_married"


def test_two_reports_of_one_marriage_make_one_set_of_papers(desks: Desks) -> None:
    first = decided(desks, "ADM-KWN-01", MARRIAGE)
    assert refusal(lambda: decided(desks, "ADM-KWN-01", MARRIAGE)).code == "being_signed"
    abandon(desks, REGISTRAR, "registrations", first["signing"]["papers"][2])
    assert rows(desks, "SELECT DISTINCT status FROM papers") == ["abandoned"]
    assert status_of(desks, HE.nik) is None
    assert recorded(desks, "ADM-KWN-01", MARRIAGE)["papers"][0]["number"] == "3515-KW-23112026-0002"


def test_a_card_that_waits_for_its_signature_is_not_printed_with_another_truth(desks: Desks) -> None:
    decided(desks, "ADM-KWN-01", MARRIAGE)
    relative = {**MARRIAGE, "husband_nik": people.resident(2).nik, "wife_nik": OTHER.nik}
    assert people.resident(2).family_card == HE.family_card
    assert refusal(lambda: decided(desks, "ADM-KWN-01", relative)).code == "being_signed"


def test_a_divorce_ends_the_marriage_and_its_cards_take_the_place_of_the_former(desks: Desks) -> None:
    married = recorded(desks, "ADM-KWN-01", MARRIAGE)
    old = married["papers"][1]["id"]
    code = ask_as_gateway(desks, "registrations", "snapshot", id=old)["snapshot"]["code"]
    before = desks.events("civil_registry")
    case = recorded(desks, "ADM-CRI-01", DIVORCE)
    assert case["papers"][0]["number"] == "3515-CR-23112026-0001"
    assert card_of(desks, case["papers"][1]["id"])[HE.nik]["marital"] == "Cerai hidup tercatat"
    assert "married_on" not in card_of(desks, case["papers"][1]["id"])[HE.nik]
    assert (status_of(desks, HE.nik), status_of(desks, SHE.nik)) == ("divorced", "divorced")
    held = desks.answer("registrations", "verify", {"token": None, "params": {"code": code}})["body"]
    assert (held["status"], held["superseded_by"]) == ("superseded", {"number": HE.family_card})
    told = [e for e in desks.new_events("civil_registry", before) if e.type == "civil_registry.paper.ended.v1"]
    assert [e.data["status"] for e in told] == ["superseded", "superseded"]


def test_who_is_not_married_is_not_divorced_nor_before_the_wedding(desks: Desks) -> None:
    assert refusal(lambda: decided(desks, "ADM-CRI-01", DIVORCE)).code == "not_married"
    recorded(desks, "ADM-KWN-01", MARRIAGE)
    assert refusal(lambda: decided(desks, "ADM-CRI-01", {**DIVORCE, "final_on": "2026-11-01"})).code == "not_married"
    recorded(desks, "ADM-CRI-01", DIVORCE)
    assert refusal(lambda: decided(desks, "ADM-CRI-01", DIVORCE)).code == "not_married"
