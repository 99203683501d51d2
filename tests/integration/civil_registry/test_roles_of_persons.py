"""Mother, father and the deceased stand under the same check as whoever applies: what cannot be is refused at the
counter, what is unlikely is answered by whoever decides."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from mpp.identity import demo as people
from services.civil_registry.tables import residents
from tests.support.desks import Desks, answering, birth_data, death_data, doctor, refusal

CLERK, VERIFIER, SIGNER = "petugas.sukodono", "verifikator.dukcapil", "pejabat.dukcapil"
MOTHER, FATHER, SISTER = 1, 2, 3  # of one family


def nik(index: int) -> str:
    return people.resident(index).nik


def birth(desks: Desks, reporter: int = 8, born: str = "2026-11-10", **data: Any) -> dict[str, Any]:
    asked = birth_data(MOTHER)
    asked = {**asked, **data, "child": {**asked["child"], "birth_date": born}}
    return desks.open(CLERK, "ADM-LHR-01", applicant=doctor(reporter), data=asked)


def wrong(desks: Desks, **asked: Any) -> list[tuple[str, str]]:
    refused = refusal(lambda: birth(desks, **asked))
    return [(each.field, each.code) for each in refused.fields]


def test_a_man_is_no_mother_and_a_woman_no_father(desks: Desks) -> None:
    assert wrong(desks, mother_nik=nik(FATHER)) == [("data.mother_nik", "wrong_sex")]
    assert wrong(desks, father_nik=nik(SISTER)) == [("data.father_nik", "wrong_sex")]


def test_one_person_is_not_both_parents(desks: Desks) -> None:
    assert ("data.father_nik", "same_person") in wrong(desks, father_nik=nik(MOTHER))


@pytest.mark.parametrize("born", ["1984-01-02", "1980-01-01", "1950-01-01"])
def test_a_mother_of_four_years_and_one_born_after_her_child_are_none(desks: Desks, born: str) -> None:
    assert wrong(desks, born=born) == [("data.mother_nik", "impossible_age")]


def test_a_mother_who_was_dead_at_the_birth_is_none_and_one_who_died_since_is_one(desks: Desks) -> None:
    case = desks.open(CLERK, "ADM-MTI-01", applicant=doctor(8), data=death_data(MOTHER))
    case = desks.act(VERIFIER, case, "verify")
    desks.act(SIGNER, case, "sign")  # died on 20 November
    assert wrong(desks, born="2026-11-21") == [("data.mother_nik", "person_deceased")]
    assert birth(desks, born="2026-11-20")["warnings"] == []


def test_a_parent_reports_the_birth_and_the_deceased_no_death(desks: Desks) -> None:
    assert birth(desks, reporter=MOTHER)["warnings"] == []
    own = refusal(lambda: desks.open(CLERK, "ADM-MTI-01", applicant=doctor(5), data=death_data(5)))
    assert [(each.field, each.code) for each in own.fields] == [("data.deceased_nik", "same_person")]


def test_a_mother_on_another_card_and_an_old_one_are_answered_with_a_reason(desks: Desks) -> None:
    case = birth(desks, mother_nik=nik(41), born="1991-11-10")  # eleven years old, and of another family
    said = {warning["code"]: warning for warning in desks.get(VERIFIER, case)["warnings"]}
    assert set(said) == {"unusual_age", "not_on_card"}
    assert said["unusual_age"]["text"]["id"].startswith("Ibu berumur 11 tahun")
    refused = refusal(lambda: desks.act(VERIFIER, case, "verify"))
    assert [each.code for each in refused.fields] == ["answer_required", "answer_required"]
    case = desks.act(VERIFIER, case, "verify", **answering(desks.get(VERIFIER, case)))
    refused = refusal(lambda: desks.act(SIGNER, case, "sign"))
    assert [each.code for each in refused.fields] == ["answer_required", "answer_required"], "who signs says it anew"
    assert desks.act(SIGNER, case, "sign", **answering(desks.get(SIGNER, case)))["state"] == "recorded"


def test_the_register_counts_before_the_nik_and_that_they_differ_is_a_warning(desks: Desks) -> None:
    who = residents.c.nik == nik(FATHER)
    with desks.databases["civil_registry"].transaction() as tx:
        tx.execute(update(residents).where(who).values(sex="female"))
    case = birth(desks, mother_nik=nik(FATHER))
    (warning,) = case["warnings"]
    assert (warning["code"], warning["field"]) == ("nik_differs", "data.mother_nik")
    assert "jenis kelamin" in warning["text"]["id"]


def test_an_applicant_of_another_name_than_the_registers_is_asked_about(desks: Desks) -> None:
    called = {**doctor(8), "name": "Sri Rahayu"}
    case = desks.open(CLERK, "ADM-LHR-01", applicant=called, data=birth_data(MOTHER))
    (warning,) = case["warnings"]
    assert (warning["code"], warning["field"]) == ("form_differs", "applicant.nik")
    assert "Sri" not in warning["text"]["id"]
    titled = {**doctor(8), "name": f"dr. {people.resident(8).name}, S.H."}
    case = desks.open(CLERK, "ADM-LHR-01", applicant=titled, data=birth_data(SISTER))
    assert case["warnings"] == []


def test_a_correction_brings_no_wrong_parent_and_is_not_hindered_by_what_it_does_not_touch(desks: Desks) -> None:
    case = birth(desks)

    def amend(**data: Any) -> Any:
        return desks.act(CLERK, case, "amend", note="Salah ketik.", data=data)

    refused = refusal(lambda: amend(mother_nik=nik(FATHER)))
    assert [(each.field, each.code) for each in refused.fields] == [("data.mother_nik", "wrong_sex")]
    early = {**birth_data(MOTHER)["child"], "birth_date": "1984-01-02"}
    refused = refusal(lambda: amend(child=early))
    assert [(each.field, each.code) for each in refused.fields] == [("data.mother_nik", "impossible_age")]
    with desks.databases["civil_registry"].transaction() as tx:  # the register learns later that she died before
        tx.execute(update(residents).where(residents.c.nik == nik(MOTHER)).values(died_on="2026-01-01"))
    case = desks.act(CLERK, case, "amend", note="Nomor baru.", data={"applicant": {"phone": "081234567891"}})
    assert [each["code"] for each in case["warnings"]] == ["person_deceased"]
