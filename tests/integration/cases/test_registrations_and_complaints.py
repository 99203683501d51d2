"""Births, deaths and complaints: what an official's signature does to the register, and who learns of a reporter."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.identity import demo as people
from mpp.identity.person import person_key
from tests.support.desks import PERSON_KEY, REPORT, Desks, answering, birth_data, death_data, doctor, refusal


def register(desks: Desks, service: str, data: dict[str, Any], index: int = 8) -> dict[str, Any]:
    case = desks.open("petugas.sukodono", service, applicant=doctor(index), data=data)
    case = desks.act("verifikator.dukcapil", case, "verify", **answering(case))
    return desks.act("pejabat.dukcapil", case, "sign", **answering(desks.get("pejabat.dukcapil", case)))


def test_a_birth_gives_a_nik_a_certificate_and_a_member_of_the_family(desks: Desks) -> None:
    before = desks.events("civil_registry")
    case = register(desks, "ADM-LHR-01", birth_data())
    made = case["certificate"]
    assert made["number"] == "3515-LU-23112026-0001"
    assert made["nik"].startswith("351599501126"), "the demo district, day 10 + 40 for a girl"
    assert made["family_card"]["members"] == 5
    assert made["late"] is False
    types = [e.type for e in desks.new_events("civil_registry", before)]
    assert types[-5:] == [
        "civil_registry.family_card.updated.v1",
        "civil_registry.birth.registered.v1",
        "civil_registry.person.registered.v1",
        "civil_registry.registration.recorded.v1",
        "civil_registry.paper.issued.v1",
    ]


def test_twins_get_two_niks(desks: Desks) -> None:
    first = register(desks, "ADM-LHR-01", birth_data())["certificate"]
    second = register(desks, "ADM-LHR-01", birth_data())["certificate"]
    assert first["nik"] != second["nik"]
    assert second["family_card"]["members"] == 6


@pytest.mark.parametrize(("born", "late"), [("2026-09-24", False), ("2026-09-23", True)])
def test_a_birth_is_late_after_sixty_calendar_days(desks: Desks, born: str, late: bool) -> None:
    data = birth_data()
    data["child"]["birth_date"] = born
    assert register(desks, "ADM-LHR-01", data)["certificate"]["late"] is late


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"child": {"birth_date": "2026-11-24"}}, "data.child.birth_date", "in_future"),
        ({"child": {"sex": "other"}}, "data.child.sex", "not_a_choice"),
        ({"child": {"twin": True}}, "data.child.twin", "unknown_field"),
        ({"family_card": "3515990101209999"}, "data.family_card", "not_in_register"),
        ({"mother_nik": "3515995001709999"}, "data.mother_nik", "not_in_register"),
    ],
)
def test_a_birth_that_cannot_be_is_refused_by_field(
    desks: Desks, change: dict[str, Any], field: str, code: str
) -> None:
    data = birth_data()
    data = {**data, **change, "child": {**data["child"], **change.get("child", {})}}
    refused = refusal(lambda: desks.open("petugas.sukodono", "ADM-LHR-01", applicant=doctor(8), data=data))
    assert (field, code) in [(f.field, f.code) for f in refused.fields]


def test_a_death_is_told_to_the_other_services_without_a_name(desks: Desks) -> None:
    before = desks.events("civil_registry")
    case = register(desks, "ADM-MTI-01", death_data(0))
    assert case["certificate"]["number"].startswith("3515-KM-")
    assert case["certificate"]["family_card"]["members"] == 3
    (death,) = [e for e in desks.new_events("civil_registry", before) if e.type == "civil_registry.person.deceased.v1"]
    person = person_key(people.resident(0).nik, PERSON_KEY)
    assert (death.subject, death.subjectversion, death.dataclassification) == (person, 2, "internal")


def test_nobody_dies_twice(desks: Desks) -> None:
    first = desks.open("petugas.sukodono", "ADM-MTI-01", applicant=doctor(8), data=death_data(0))
    second = desks.open("petugas.sukodono", "ADM-MTI-01", applicant=doctor(8), data=death_data(0))
    for case in (first, second):
        desks.act("verifikator.dukcapil", case, "verify")
    desks.act("pejabat.dukcapil", first, "sign", version=2)
    refused = refusal(lambda: desks.act("pejabat.dukcapil", second, "sign", version=2))
    assert (refused.status, refused.code) == (409, "already_deceased")
    third = refusal(lambda: desks.open("petugas.sukodono", "ADM-MTI-01", applicant=doctor(8), data=death_data(0)))
    assert [(f.field, f.code) for f in third.fields] == [("data.deceased_nik", "already_deceased")]
    dead = refusal(lambda: desks.open("petugas.sukodono", "ADM-LHR-01", applicant=doctor(0), data=birth_data()))
    assert [(f.field, f.code) for f in dead.fields] == [("applicant.nik", "person_deceased")]


def test_a_refused_signature_leaves_no_hole_in_the_numbers(desks: Desks) -> None:
    first = desks.open("petugas.sukodono", "ADM-MTI-01", applicant=doctor(8), data=death_data(0))
    second = desks.open("petugas.sukodono", "ADM-MTI-01", applicant=doctor(8), data=death_data(0))
    other = desks.open("petugas.sukodono", "ADM-MTI-01", applicant=doctor(8), data=death_data(4))
    for case in (first, second, other):
        desks.act("verifikator.dukcapil", case, "verify")
    desks.act("pejabat.dukcapil", first, "sign", version=2)
    refusal(lambda: desks.act("pejabat.dukcapil", second, "sign", version=2))
    signed = desks.act("pejabat.dukcapil", other, "sign", version=2)
    assert signed["document_number"].endswith("-0002")


def refer(desks: Desks, **more: Any) -> dict[str, Any]:
    case = desks.open("petugas.sukodono", "PGD-LPR", data=REPORT, **more)
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    return desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})


def test_a_complaint_is_verified_referred_answered_and_closed(desks: Desks) -> None:
    case = refer(desks, applicant=doctor(8))
    assert case["office"] == "dpubmsda"
    task = case["tasks"][-1]
    assert (task["office"], task["due_at"][:10]) == ("dpubmsda", "2026-11-30"), "five working days to follow up"
    case = desks.act("petugas.dpubmsda", case, "answer", note="Jalan diperbaiki.")
    assert case["due_at"] is None, "the clock stands still while the reporter may reply"
    case = desks.act("admin.pengaduan", case, "close")
    assert case["state"] == "closed"


def test_not_our_authority_goes_back_and_to_another_agency(desks: Desks) -> None:
    case = refer(desks, applicant=doctor(8))
    case = desks.act("petugas.dpubmsda", case, "hand_back", note="jalan provinsi")
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dlhk"})
    assert case["office"] == "dlhk"
    assert refusal(lambda: desks.act("petugas.dpubmsda", case, "answer", note="x")).status == 403


@pytest.mark.parametrize("agency", ["nowhere", "mpp-sidoarjo"])
def test_a_referral_needs_an_agency(desks: Desks, agency: str) -> None:
    case = desks.open("petugas.sukodono", "PGD-LPR", data=REPORT, applicant=doctor(8))
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    refused = refusal(lambda: desks.act("admin.pengaduan", case, "refer", data={"agency": agency}))
    assert [f.field for f in refused.fields] == ["data.agency"]


def test_an_anonymous_reporter_is_unknown_to_the_agency(desks: Desks) -> None:
    case = refer(desks, applicant=doctor(8), anonymous=True)
    assert desks.get("petugas.dpubmsda", case)["applicant"] is None
    assert desks.get("admin.pengaduan", case)["applicant"]["nik"] == doctor(8)["nik"]
    assert desks.ask("petugas.dpubmsda", "complaints", "list_cases")["items"][0]["applicant"] is None


def test_a_report_without_a_reporter_is_an_anonymous_one(desks: Desks) -> None:
    refused = refusal(lambda: desks.open("petugas.sukodono", "PGD-LPR", data=REPORT))
    assert [(f.field, f.code) for f in refused.fields] == [("applicant", "required")]
    case = desks.open("petugas.sukodono", "PGD-LPR", data=REPORT, anonymous=True)
    assert case["state"] == "received"


def test_the_reporter_replies_with_the_secret_and_the_agency_has_it_again(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "PGD-LPR", data=REPORT, applicant=doctor(8))
    secret = case["secret"]
    case = desks.act("admin.pengaduan", case, "verify", data={"category": "Infrastruktur"})
    case = desks.act("admin.pengaduan", case, "refer", data={"agency": "dpubmsda"})
    case = desks.act("petugas.dpubmsda", case, "answer", note="Selesai.")
    case = desks.act(None, case, "reply", secret=secret, note="Belum diperbaiki.")
    assert case["state"] == "referred"
    assert case["due_at"] is not None
