"""A levy is assessed, and paid through the bank's signed report or by a proof that is checked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from werkzeug.test import TestResponse

from mpp.casework.access.actors import BANK, Actor
from mpp.web.bank import SIGNATURE, TIMESTAMP, sign
from tests.support.counter import BANK_KEY, OLD_BANK_KEY, Counter
from tests.support.desks import Desks, refusal
from tests.support.permit_walks import Case, file, pay, take, walk, who


def in_payment(desks: Desks, index: int = 0, amount: int = 1_250_000) -> Case:
    case = walk(desks, file(desks, "PRZ-PBG", index, track="simple_house", floor_area=70), "assessment")
    return take(desks, case, "assess", amount=amount)


def seen(desks: Desks, case: Case) -> Case:
    return {**desks.get("petugas.sukodono", case), "secret": case["secret"]}


def levy_events(desks: Desks) -> list[tuple[str, dict[str, Any]]]:
    return [(e.type.split(".")[2], e.data) for e in desks.events("permits") if e.type.startswith("permits.levy.")]


def test_an_assessment_has_a_number_an_amount_and_a_due_date(desks: Desks) -> None:
    case = in_payment(desks)
    assert case["levy"] == {
        "number": "SKRD/00001/DPMPTSP/2026",
        "amount": 1_250_000,
        "due_on": "2026-12-23",
        "state": "open",
        "overdue_since": None,
        "paid_at": None,
        "how": None,
    }
    assert case["payments"] == []
    assert (case["state"], case["due_at"]) == ("payment", None), "while the applicant pays the clock stands still"
    assert [name for name, _ in levy_events(desks)] == ["assessed"]


@pytest.mark.parametrize("amount", [0, -1, 12.5, "1000"])
def test_an_amount_is_whole_rupiah_above_nothing(desks: Desks, amount: Any) -> None:
    case = walk(desks, file(desks, "PRZ-PBG", track="simple_house", floor_area=70), "assessment")
    body = {"data": {"amount": amount, "basis": "perda"}}
    refused = refusal(lambda: desks.act(who(desks, "dpupr", "officer"), case, "assess", **body))
    assert [f.field for f in refused.fields] == ["data.amount"]
    assert levy_events(desks) == []


def test_a_paid_levy_sends_the_case_on(desks: Desks) -> None:
    case = in_payment(desks)
    answer = pay(desks, case)
    assert (answer["status"], answer["amount"]) == ("paid", 1_250_000)
    case = seen(desks, case)
    assert (case["state"], case["levy"]["state"], case["levy"]["how"]) == ("initials_section", "paid", "bank")
    assert case["timeline"][-1]["actor"] == "bank"
    assert case["due_at"] is not None
    assert [name for name, _ in levy_events(desks)] == ["assessed", "paid"]


def test_a_second_report_of_the_same_payment_has_the_same_answer(desks: Desks) -> None:
    case = in_payment(desks)
    first = pay(desks, case)
    version = seen(desks, case)["version"]
    assert pay(desks, case) == first
    assert seen(desks, case)["version"] == version, "it happened once"
    assert len(levy_events(desks)) == 2


def test_a_reference_reports_one_payment_only(desks: Desks) -> None:
    case = in_payment(desks)
    pay(desks, case)
    refused = refusal(lambda: pay(desks, case, amount=1))
    assert (refused.status, refused.code) == (409, "payment_reference_reused")


@pytest.mark.parametrize("amount", [1_249_999, 1_250_001])
def test_another_amount_pays_nothing(desks: Desks, amount: int) -> None:
    case = in_payment(desks)
    refused = refusal(lambda: pay(desks, case, amount=amount))
    assert [(f.field, f.code) for f in refused.fields] == [("amount", "wrong_amount")]
    assert seen(desks, case)["levy"]["state"] == "open"
    assert pay(desks, case)["status"] == "paid", "the right amount may follow under the same reference"


def test_an_unknown_assessment_is_not_found(desks: Desks) -> None:
    case = in_payment(desks)
    refused = refusal(lambda: pay(desks, case, number="SKRD/99999/DPMPTSP/2026"))
    assert (refused.status, refused.code) == (404, "levy_unknown")


def test_nobody_but_the_bank_reports_a_payment(desks: Desks) -> None:
    case = in_payment(desks)
    for account in ("petugas.sukodono", "verifikator.dpmptsp", "penyelia.dpmptsp"):
        assert refusal(lambda: desks.act(account, case, "pay")).status == 403  # noqa: B023
    payload = desks.payload("verifikator.dpmptsp", "POST", "", body_of(case))
    assert refusal(lambda: desks.answer("permits", "pay", payload)).status == 403
    token = desks.signer.sign(Actor("verifikator.dpmptsp", BANK.assignments), desks.clock.now(), timedelta(minutes=1))
    assert refusal(lambda: desks.answer("permits", "pay", payload | {"token": token})).status == 401
    assert seen(desks, case)["payments"] == []


def test_a_proof_is_handed_in_and_checked(desks: Desks) -> None:
    case = take(desks, in_payment(desks), "submit_proof", receipt_number="STS-7")
    assert case["state"] == "payment_check"
    assert case["due_at"] is not None, "now the office has to act"
    case = take(desks, take(desks, case, "refuse_proof"), "submit_proof")
    case = take(desks, case, "confirm_payment")
    assert (case["state"], case["levy"]["state"], case["levy"]["how"]) == ("initials_section", "paid", "proof")
    assert pay(desks, case)["status"] == "paid", "the bank's late report is of the same money"
    assert len(levy_events(desks)) == 2


def test_the_bank_may_be_faster_than_the_check_of_a_proof(desks: Desks) -> None:
    case = take(desks, in_payment(desks), "submit_proof")
    pay(desks, case)
    assert seen(desks, case)["state"] == "initials_section"


# --- over HTTP --------------------------------------------------------------------------------------------------------


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


def report(
    counter: Counter, body: Any, *, age: timedelta = timedelta(0), key: bytes = BANK_KEY, **more: str
) -> TestResponse:
    raw = json.dumps(body).encode()
    timestamp = str(int((counter.desks.clock.now() - age).timestamp()))
    headers = {TIMESTAMP: timestamp, SIGNATURE: sign(key, timestamp, raw), **more}
    return counter.raw("/api/v1/payments/callback", raw, headers)


def body_of(case: Case) -> dict[str, Any]:
    levy = case["levy"]
    paid_at = "2026-11-23T09:00:00+07:00"
    return {"number": levy["number"], "amount": levy["amount"], "paid_at": paid_at, "reference": "BANK-1"}


def test_a_signed_report_is_taken_and_repeated_alike(counter: Counter) -> None:
    case = in_payment(counter.desks)
    first = report(counter, body_of(case))
    assert first.status_code == 200, first.text
    assert report(counter, body_of(case)).get_json() == first.get_json()
    assert seen(counter.desks, case)["state"] == "initials_section"


def test_while_the_key_is_changed_the_old_one_fits_too(counter: Counter) -> None:
    case = in_payment(counter.desks)
    with structlog.testing.capture_logs() as logged:
        assert report(counter, body_of(case), key=OLD_BANK_KEY).status_code == 200
        assert report(counter, body_of(case)).status_code == 200
    assert [line["event"] for line in logged].count("payment.key_before") == 1, "so that one knows when it is done"


def test_a_signed_body_that_was_changed_on_its_way_is_refused(counter: Counter) -> None:
    case = in_payment(counter.desks)
    timestamp = str(int(counter.desks.clock.now().timestamp()))
    signature = sign(BANK_KEY, timestamp, json.dumps(body_of(case)).encode())
    changed = json.dumps({**body_of(case), "reference": "BANK-2"}).encode()
    answer = counter.raw("/api/v1/payments/callback", changed, {TIMESTAMP: timestamp, SIGNATURE: signature})
    assert (answer.status_code, answer.get_json()["code"]) == (401, "payment_signature_invalid")
    moved = {TIMESTAMP: str(int(timestamp) + 60), SIGNATURE: signature}
    assert counter.raw("/api/v1/payments/callback", json.dumps(body_of(case)).encode(), moved).status_code == 401
    assert seen(counter.desks, case)["payments"] == []


def test_every_field_of_an_empty_report_is_named(counter: Counter) -> None:
    answer = report(counter, {})
    assert answer.status_code == 422
    assert {e["field"] for e in answer.get_json()["errors"]} == {"number", "amount", "paid_at", "reference"}


def test_an_official_settles_over_http_what_could_not_be_applied(counter: Counter) -> None:
    case = in_payment(counter.desks)
    assert report(counter, body_of(case)).get_json()["status"] == "paid"
    second = report(counter, {**body_of(case), "reference": "BANK-2"})
    assert (second.status_code, second.get_json()["status"]) == (200, "not_applied")
    verifier, clerk = ("dpmptsp", "verifier"), ("35.15.14.2013", "clerk")
    listed = counter.get("/api/v1/permits?unapplied_payment=true", verifier).get_json()["items"]
    assert [item["id"] for item in listed] == [case["id"]]
    path = f"/api/v1/payments/{seen(counter.desks, case)['payments'][1]['id']}/settle"
    outcome = {"outcome": "returned", "note": "SP2D 0123"}
    assert counter.post(path, outcome, clerk).status_code == 403
    assert counter.post(path.replace("/settle", "x/settle"), outcome, verifier).status_code == 404
    wrong = counter.post(path, {"outcome": "kept"}, verifier)
    assert {e["field"] for e in wrong.get_json()["errors"]} == {"outcome", "note"}
    assert counter.post(path, outcome, verifier).get_json()["status"] == "settled"
    assert counter.post(path, outcome, verifier).get_json()["code"] == "payment_not_open"
    assert counter.get("/api/v1/permits?unapplied_payment=true", verifier).get_json()["items"] == []


def test_a_report_that_is_not_the_banks_changes_nothing(counter: Counter) -> None:
    case = in_payment(counter.desks)
    body = body_of(case)
    assert report(counter, body, key=bytes(32)).status_code == 401
    assert report(counter, body, **{SIGNATURE: ""}).status_code == 401
    assert report(counter, body, **{SIGNATURE: "sha256=\u00e9"}).status_code == 401
    assert report(counter, body, **{TIMESTAMP: "now"}).status_code == 401
    far = {TIMESTAMP: "9" * 12, SIGNATURE: sign(BANK_KEY, "9" * 12, json.dumps(body).encode())}
    with structlog.testing.capture_logs() as logged:
        assert report(counter, body, **far).get_json()["code"] == "payment_signature_old"
    assert [line["code"] for line in logged if line["event"] == "payment.refused"] == ["payment_signature_old"]
    for age in (timedelta(minutes=6), timedelta(minutes=-6)):
        old = report(counter, body, age=age)
        assert (old.status_code, old.get_json()["code"]) == (401, "payment_signature_old")
    assert seen(counter.desks, case)["levy"]["state"] == "open"


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("amount", 1.5, "not_an_integer"),
        ("amount", 7, "wrong_amount"),
        ("reference", "a b", "malformed"),
        ("paid_at", "2026-13-01T00:00:00Z", "malformed"),
        ("paid_at", "2027-01-01T00:00:00Z", "in_future"),
        ("paid_at", "2026-11-23T00:00:00+07:00", "before_assessment"),
        ("paid_at", "2000-01-01T00:00:00Z", "before_assessment"),
        ("paid_at", "1970-01-01T00:00:00Z", "out_of_range"),
        ("paid_at", "1970-01-01T00:00:00+07:00", "out_of_range"),
        ("paid_at", "0001-01-01T00:00:00Z", "out_of_range"),
        ("paid_at", "0001-01-01T00:00:00+07:00", "out_of_range"),
        ("paid_at", "9999-12-31T23:59:59Z", "out_of_range"),
        ("paid_at", "9999-12-31T23:59:59-07:00", "out_of_range"),
        ("paid_at", "kemarin", "malformed"),
    ],
)
def test_a_wrong_field_of_a_report_is_named(counter: Counter, field: str, value: Any, code: str) -> None:
    case = in_payment(counter.desks)
    answer = report(counter, {**body_of(case), field: value})
    assert answer.status_code == 422, answer.text
    assert [(e["field"], e["code"]) for e in answer.get_json()["errors"]] == [(field, code)]
