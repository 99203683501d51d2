"""A clerk who is refused reads what would be right, in words of the office and not of the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.integration.permits.test_receipt import DESK, sip
from tests.support.counter import Counter
from tests.support.desks import REPORT, SIP_DATA, Desks, doctor

VERIFIER, OTHER = ("dpmptsp", "verifier"), ("dinkes", "verifier")
WHO = {"service": "PRZ-SIP-DR", "applicant": doctor()}


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


def detail(answer: TestResponse) -> str:
    assert answer.status_code >= 400, answer.text
    return str(answer.get_json()["detail"])


def said(answer: TestResponse) -> dict[str, str]:
    return {e["field"]: e["message"] for e in answer.get_json()["errors"]}


def act(counter: Counter, case: dict[str, Any], action: str, who: Any, **more: Any) -> TestResponse:
    path = f"/api/v1/permits/{case['id']}/actions"
    return counter.post(path, {"action": action, **more}, who, case["version"])


def test_a_refusal_names_action_role_stage_and_office_as_people_do(desks: Desks, counter: Counter) -> None:
    case = sip(desks)
    label = desks.runtime.catalogue.get("PRZ-SIP-DR").actions["verify"].label["id"]  # type: ignore[union-attr]
    assert detail(act(counter, case, "verify", DESK)) == f'Tindakan "{label}" memerlukan peran: verifikator.'
    both = (DESK, OTHER)
    assert detail(act(counter, case, "verify", both)) == f'Tindakan "{label}" pada berkas ini adalah wewenang DPMPTSP.'
    case = desks.act("verifikator.dpmptsp", case, "verify")
    told = detail(act(counter, case, "verify", VERIFIER))
    assert told == f'Tindakan "{label}" tidak dapat dilakukan pada tahap "{case["state_label"]["id"]}".'
    extend = detail(act(counter, case, "extend", VERIFIER, note="x", data={"by": "3wd"}))
    assert extend == 'Tindakan "Perpanjang tenggat" memerlukan peran: penyelia.'


def test_an_address_of_operators_says_so(counter: Counter) -> None:
    assert detail(counter.get("/api/v1/operations/calendar", DESK)) == "Ini memerlukan peran: operator."


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"practice_name": 5}, "data.practice_name", "Jenis isian salah; yang diminta teks."),
        ({"kind": "nothing"}, "data.kind", "Pilihan ini tidak ada. Yang ada: "),
        ({"practice_region": "99.99"}, "data.practice_region", "Kode wilayah tidak dikenal. Cari kodenya di "),
        ({"requirements": []}, "data.requirements", "Jenis isian salah; yang diminta objek JSON"),
        ({"requirements": {"str": "ada"}}, "data.requirements.str", "Jenis isian salah; yang diminta benar atau salah"),
        ({"practice_name": "x" * 3000}, "data.practice_name", "Paling banyak "),
    ],
)
def test_a_wrong_field_says_what_would_be_right(
    counter: Counter, data: dict[str, Any], field: str, message: str
) -> None:
    answer = counter.post("/api/v1/permits", {**WHO, "data": {**SIP_DATA, **data}}, DESK)
    assert answer.status_code == 422
    assert said(answer)[field].startswith(message)


def test_a_service_of_another_address_says_which(counter: Counter) -> None:
    answer = counter.post("/api/v1/permits", {"service": "PGD-LPR", "data": REPORT}, DESK)
    assert said(answer)["service"] == "Layanan ini diajukan lewat /api/v1/complaints."


def test_an_unknown_action_and_a_malformed_parameter_show_a_right_one(desks: Desks, counter: Counter) -> None:
    case = sip(desks)
    assert said(act(counter, case, "fly", VERIFIER))["action"].startswith("Tindakan tidak dikenal. Yang ada: ")
    listed = counter.get("/api/v1/permits?service=sip", DESK)
    assert said(listed)["service"] == "Bentuknya salah; yang benar seperti PRZ-SIP-DR."
