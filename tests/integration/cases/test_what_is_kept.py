"""What people write is kept in one form, and looked up in it: a blank too many makes nobody a stranger."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.cases.storage import case_rows
from mpp.cases.storage.case_rows import Record
from mpp.identity import demo as people
from tests.support.desks import REPORT, SIP_DATA, Desks, birth_data, death_data, doctor, refusal

CLERK, VERIFIER = "petugas.sukodono", "verifikator.dpmptsp"


def kept(desks: Desks, service: str, case: dict[str, Any]) -> Record:
    with desks.databases[service].transaction() as tx:
        found = case_rows.find(tx, id_=case["id"])
    assert found is not None
    return found


def birth(desks: Desks, **change: Any) -> dict[str, Any]:
    return desks.open(CLERK, "ADM-LHR-01", applicant=doctor(8), data={**birth_data(), **change})


def test_a_blank_behind_a_number_makes_nobody_a_stranger(desks: Desks) -> None:
    who = people.resident(1)
    case = birth(desks, family_card=f"{who.family_card} ", mother_nik=f"\u00a0{who.nik}\t")
    data = kept(desks, "civil_registry", case).case.data
    assert (data["family_card"], data["mother_nik"]) == (who.family_card, who.nik)
    dead = {**death_data(4), "deceased_nik": f"{people.resident(4).nik} "}
    assert desks.open(CLERK, "ADM-MTI-01", applicant=doctor(8), data=dead)["state"] == "submitted"


def test_the_applicant_is_kept_as_the_parsers_return_it(desks: Desks) -> None:
    who = doctor(0)
    written = {
        **who,
        "nik": f"{who['nik']} ",
        "name": " Nur\u2019aini \u00a0Rene\u0301 ",
        "phone": "0062 812-3456-7890",
    }
    proxy = {"nik": f" {people.resident(5).nik}", "name": "Budi  Santoso", "phone": "(0812) 3456 7891"}
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=written, proxy=proxy, data=SIP_DATA)
    found = kept(desks, "permits", case)
    assert found.applicant == {**who, "name": "Nur'aini Ren\u00e9", "phone": "+6281234567890"}
    assert found.proxy == {"nik": people.resident(5).nik, "name": "Budi Santoso", "phone": "+6281234567891"}
    same = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(0), data=SIP_DATA)
    assert kept(desks, "permits", same).person == found.person


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": "\u200b"}, "applicant.name", "invisible_character"),
        ({"name": "\u202eidub"}, "applicant.name", "invisible_character"),
        ({"name": "Budi\nSantoso"}, "applicant.name", "control_character"),
        ({"name": "\U0001f600"}, "applicant.name", "name_without_letters"),
        ({"phone": "0812-3456-789O"}, "applicant.phone", "invalid_phone"),
        ({"address": "\u2060"}, "applicant.address", "invisible_character"),
    ],
)
def test_what_cannot_be_kept_of_an_applicant_is_named(desks: Desks, change: Any, field: str, code: str) -> None:
    who = {**doctor(0), **change}
    refused = refusal(lambda: desks.open(CLERK, "PRZ-SIP-DR", applicant=who, data=SIP_DATA))
    assert (field, code) in [(f.field, f.code) for f in refused.fields]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("\u200b", "invisible_character"),
        ("Siti\nAminah", "control_character"),
        ("\u202eSiti", "invisible_character"),
        ("\U0001f600", "name_without_letters"),
        ("Siti 2", "name_not_latin"),
        ("dr Siti", "name_with_title"),
        ("Siti " * 24 + "A", "name_too_long"),
    ],
)
def test_a_certificate_bears_no_such_name(desks: Desks, name: str, code: str) -> None:
    refused = refusal(lambda: birth(desks, child={**birth_data()["child"], "name": name}))
    assert [(f.field, f.code) for f in refused.fields] == [("data.child.name", code)]


def test_a_form_and_a_note_are_kept_in_their_lines_without_what_nobody_sees(desks: Desks) -> None:
    report = {**REPORT, "text": "Ada  lubang.\r\n\r\nTolong\u00a0ditutup. "}
    case = desks.open(CLERK, "PGD-LPR", applicant=doctor(0), data=report)
    assert kept(desks, "complaints", case).case.data["text"] == "Ada lubang.\n\nTolong ditutup."
    unseen = {**REPORT, "title": "Jalan\u200b"}
    refused = refusal(lambda: desks.open(CLERK, "PGD-LPR", applicant=doctor(0), data=unseen))
    assert [(f.field, f.code) for f in refused.fields] == [("data.title", "invisible_character")]
    sip = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(0), data=SIP_DATA)
    refused = refusal(lambda: desks.act(VERIFIER, sip, "return", note="\u200b"))
    assert [(f.field, f.code) for f in refused.fields] == [("note", "invisible_character")]
    back = desks.act(VERIFIER, sip, "return", note="STR  kurang.\r\nLengkapi.")
    assert back["timeline"][-1]["note"] == "STR kurang.\nLengkapi."


def test_a_correction_of_the_applicant_is_kept_in_the_same_form(desks: Desks) -> None:
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(0), data=SIP_DATA)
    who = {"nik": f"{people.resident(2).nik} ", "name": "Nur\u2018aini  S", "phone": "0062 812 3456 7899"}
    desks.act(CLERK, case, "amend", note="Salah ketik", data={"applicant": who})
    assert kept(desks, "permits", case).applicant == {
        **doctor(2),
        "name": "Nur'aini S",
        "phone": "+6281234567899",
    }
    other = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(0), data=SIP_DATA)
    wrong = {"applicant": {"name": "\U0001f600", "phone": "0812-3456-789O"}}
    refused = refusal(lambda: desks.act(CLERK, other, "amend", note="Salah ketik", data=wrong))
    assert {(f.field, f.code) for f in refused.fields} == {
        ("data.applicant.name", "name_without_letters"),
        ("data.applicant.phone", "invalid_phone"),
    }
