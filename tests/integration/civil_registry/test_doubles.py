"""One child, one NIK: what may have been reported or registered before is shown to whoever decides, and answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from mpp.identity import demo as people
from services.civil_registry.tables import family_cards, residents
from tests.support.desks import Desks, answering, birth_data, doctor, refusal

CLERK, OTHER_CLERK, VERIFIER, SIGNER = (
    "petugas.sukodono",
    "petugas.dukcapil",
    "verifikator.dukcapil",
    "pejabat.dukcapil",
)
MOTHER = 1


def report(desks: Desks, clerk: str = CLERK, index: int = MOTHER, **child: Any) -> dict[str, Any]:
    data = birth_data(index)
    data["child"] |= child
    return desks.open(clerk, "ADM-LHR-01", applicant=doctor(8), data=data)


def codes(desks: Desks, case: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in desks.get(VERIFIER, case)["warnings"]]


def granted(desks: Desks, case: dict[str, Any]) -> dict[str, Any]:
    case = desks.act(VERIFIER, case, "verify", **answering(desks.get(VERIFIER, case)))
    return desks.act(SIGNER, case, "sign", **answering(desks.get(SIGNER, case)))


def test_one_birth_at_two_counters_is_not_signed_twice_without_an_answer(desks: Desks) -> None:
    first, second = report(desks), report(desks, OTHER_CLERK)
    assert codes(desks, first) == codes(desks, second) == ["birth_alike"]
    (warning,) = desks.get(VERIFIER, second)["warnings"]
    assert first["tracking_code"] in warning["text"]["id"]
    granted(desks, first)
    assert codes(desks, second) == ["birth_alike", "resident_alike"], "now there is a resident, too"
    refused = refusal(lambda: desks.act(VERIFIER, second, "verify"))
    assert [each.code for each in refused.fields] == ["answer_required"] * 2
    second = desks.act(VERIFIER, second, "verify", **answering(desks.get(VERIFIER, second), "Kembar: dilihat bidan."))
    refused = refusal(lambda: desks.act(SIGNER, second, "sign"))
    assert [each.code for each in refused.fields] == ["answer_required"] * 2, "who signs answers for himself"
    second = desks.act(SIGNER, second, "sign", **answering(desks.get(SIGNER, second)))
    assert second["state"] == "recorded"


@pytest.mark.parametrize(
    ("born", "found"),
    [("2026-11-09", ["birth_alike"]), ("2026-06-01", ["birth_near"]), ("2025-11-10", [])],
)
def test_births_of_one_mother_are_compared_by_their_days(desks: Desks, born: str, found: list[str]) -> None:
    report(desks, name="Ahmad Fauzi")
    assert codes(desks, report(desks, name="Siti Rahma", birth_date=born)) == found


def test_what_was_refused_is_no_double_and_what_was_corrected_is_compared_anew(desks: Desks) -> None:
    first = report(desks)
    second = report(desks, birth_date="2025-11-10", name="Siti Rahma")
    assert codes(desks, second) == []
    child = {**birth_data(MOTHER)["child"], "name": "Siti Rahma"}
    second = desks.act(CLERK, second, "amend", note="Tahun salah.", data={"child": child})
    assert codes(desks, second) == ["birth_alike"]
    desks.act(VERIFIER, first, "reject", note="Laporan ganda.")
    assert codes(desks, second) == []


@pytest.fixture
def grandmother(desks: Desks) -> str:
    """A woman of 1960 on the card of resident 8, old enough to be the mother of a demo resident; her NIK."""
    nik = "3515995705609990"
    with desks.databases["civil_registry"].transaction() as tx:
        card = select(family_cards.c.id).where(family_cards.c.number == people.resident(8).family_card)
        who = {"name": "Ibu Contoh", "sex": "female", "birth_date": date(1960, 5, 17), "birth_place": "Sidoarjo"}
        kept = {"family_card": tx.execute(card).scalar_one(), "status": "alive", "version": 1, "demo": True}
        tx.execute(insert(residents).values(nik=nik, person="9" * 64, **who, **kept))
    return nik


def test_the_late_birth_of_a_registered_adult_names_the_nik_that_exists(desks: Desks, grandmother: str) -> None:
    adult = people.resident(40)  # of another family than the one that is reported
    child = {"name": "Warga Conto", "sex": "male", "birth_date": adult.birth_date.isoformat(), "birth_place": "Kediri"}
    data = {**birth_data(8), "mother_nik": grandmother, "child": child}
    case = desks.open(CLERK, "ADM-LHR-01", applicant=doctor(8), data=data)
    (warning,) = [each for each in desks.get(VERIFIER, case)["warnings"] if adult.nik in each["text"]["id"]]
    assert warning["code"] == "resident_alike"
    assert adult.nik not in warning["id"]
    assert [event for event in desks.events("civil_registry") if adult.nik in str(event.data)] == []
