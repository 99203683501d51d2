"""A legal number becomes void: an operator asks, an official confirms, and never while its document holds."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.json_values import JsonObject
from services.permits.answers import PermitsInterface
from tests.integration.cases.test_operating import audited, issue, numbers
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_payment import in_payment
from tests.support.desks import Desks, birth_data, doctor, refusal

WHY = "salah cetak"


def replaced(desks: Desks, index: int = 0) -> JsonObject:
    """A permit whose number 1 was superseded by number 2; the permit that holds."""
    office = Office(desks)
    assert isinstance(office.desk, PermitsInterface)
    old = office.get(issue(desks, index)["permit"]["id"])
    after = office.act(old, "correct", data={"practice_name": "Klinik Baru"})
    return office.get(after["superseded_by"]["id"])


def why(call: Any) -> tuple[int, str]:
    refused = refusal(call)
    return refused.status, refused.code


def test_the_number_of_a_permit_in_force_cannot_be_voided(desks: Desks) -> None:
    number = issue(desks)["document_number"]
    refused = refusal(lambda: numbers(desks, "void", seq=1, reason=WHY))
    assert (refused.status, refused.code, refused.params) == (409, "number_in_force", {"number": number})
    assert numbers(desks, "list")["items"][0]["voiding"] is None
    assert audited(desks, "numbers.void_asked") == []


@pytest.mark.parametrize("deed", ["suspend", "revoke"])
def test_a_suspended_permit_still_counts_and_a_revoked_one_does_not(desks: Desks, deed: str) -> None:
    office = Office(desks)
    permit = office.get(issue(desks)["permit"]["id"])
    office.act(permit, deed)
    if deed == "suspend":
        assert why(lambda: numbers(desks, "void", seq=1, reason=WHY)) == (409, "number_in_force")
    else:
        assert numbers(desks, "void", seq=1, reason=WHY)["voiding"]["reason"] == WHY


def test_a_voided_number_stays_in_the_book_with_its_reason(desks: Desks) -> None:
    new = replaced(desks)
    asked = numbers(desks, "void", seq=1, reason=f"{WHY}, lapor 0812-3456-7890")
    assert (asked["voided"], asked["voiding"]["by"]) == (None, "operator")
    voided = numbers(desks, "confirm_void", SIGNER, seq=1)
    assert (voided["voiding"], voided["voided"]["by"]) == (None, SIGNER)
    assert voided["voided"]["reason"].startswith(WHY)
    assert "3456" not in voided["voided"]["reason"]
    assert issue(desks, 2)["document_number"].startswith("503/0003/"), "never given again"
    lines = numbers(desks, "list")["items"]
    assert [(line["seq"], line["voided"] is not None) for line in lines] == [(1, True), (2, False), (3, False)]
    assert Office(desks).verify(new["verification"]["code"])["valid"]
    assert why(lambda: numbers(desks, "void", seq=1, reason=WHY)) == (409, "number_voided")
    assert why(lambda: numbers(desks, "void", seq=9, reason=WHY)) == (404, "number_not_issued")
    assert [f.field for f in refusal(lambda: numbers(desks, "void", seq=2, reason=" ")).fields] == ["reason"]
    assert [(entry["actor"], entry["seq"]) for entry in audited(desks, "numbers.void")] == [(SIGNER, 1)]


def test_nothing_is_void_before_an_official_of_the_office_confirms(desks: Desks) -> None:
    replaced(desks)
    assert why(lambda: numbers(desks, "confirm_void", SIGNER, seq=1)) == (409, "void_not_asked")
    numbers(desks, "void", seq=1, reason=WHY)
    assert why(lambda: numbers(desks, "void", seq=1, reason=WHY)) == (409, "void_asked")
    assert why(lambda: numbers(desks, "confirm_void", seq=1)) == (403, "role_may_not"), "an operator"
    assert why(lambda: numbers(desks, "confirm_void", "verifikator.dpmptsp", seq=1)) == (403, "role_may_not")
    assert why(lambda: numbers(desks, "confirm_void", "pejabat.dukcapil", seq=1)) == (403, "office_may_not")
    assert numbers(desks, "list")["items"][0]["voided"] is None


def test_who_asked_does_not_confirm_though_he_holds_both_offices(desks: Desks) -> None:
    replaced(desks)
    desks.staff["rangkap"] = ("mpp-sidoarjo", "operator")
    numbers(desks, "void", "rangkap", seq=1, reason=WHY)
    desks.staff["rangkap"] = ("dpmptsp", "signer")
    assert why(lambda: numbers(desks, "confirm_void", "rangkap", seq=1)) == (403, "second_person")


@pytest.mark.parametrize("account", ["operator", SIGNER, "penyelia.dpmptsp"])
def test_it_is_refused_by_an_official_or_taken_back(desks: Desks, account: str) -> None:
    replaced(desks)
    numbers(desks, "void", seq=1, reason=WHY)
    line = numbers(desks, "refuse_void", account, seq=1)
    assert (line["voided"], line["voiding"]) == (None, None)
    assert [entry["actor"] for entry in audited(desks, "numbers.void_refused")] == [account]
    assert numbers(desks, "void", seq=1, reason="lagi")["voiding"]["reason"] == "lagi"


def test_an_official_reads_the_books_of_the_own_office_and_what_waits_there(desks: Desks) -> None:
    replaced(desks)
    numbers(desks, "void", seq=1, reason=WHY)
    assert numbers(desks, "list", SIGNER)["items"][0]["voiding"]["reason"] == WHY
    (waits,) = numbers(desks, "voiding", SIGNER)["items"]
    assert (waits["office"], waits["series"], waits["seq"]) == ("dpmptsp", "sip-dr", 1)
    assert numbers(desks, "voiding")["items"] == [waits]
    assert numbers(desks, "voiding", "pejabat.dukcapil")["items"] == []
    assert why(lambda: numbers(desks, "list", "pejabat.dukcapil")) == (403, "role_may_not")
    assert why(lambda: numbers(desks, "voiding", "petugas.sukodono")) == (403, "role_may_not")


def test_the_number_of_a_certificate_holds_until_something_ends_it(desks: Desks) -> None:
    case = desks.open("petugas.sukodono", "ADM-LHR-01", applicant=doctor(8), data=birth_data())
    case = desks.act("verifikator.dukcapil", case, "verify")
    case = desks.act("pejabat.dukcapil", case, "sign")
    book = {"office": "dukcapil", "series": "birth", "year": 2026, "seq": 1, "reason": WHY}
    payload = desks.payload("operator", "POST", "", book) | {"params": {"op": "void"}}
    refused = refusal(lambda: desks.answer("registrations", "numbers", payload))
    assert (refused.status, refused.params) == (409, {"number": case["document_number"]})


def test_the_number_of_an_assessment_holds_until_the_assessment_is_void(desks: Desks) -> None:
    case = in_payment(desks)
    book = {"series": "skrd", "seq": 1, "reason": WHY}
    assert why(lambda: numbers(desks, "void", **book)) == (409, "number_in_force")
    desks.act("petugas.sukodono", case, "withdraw", note="batal")
    assert numbers(desks, "void", **book)["voiding"]["reason"] == WHY
