"""A filter with a slip of the pen is told, and is not an empty list; a worklist can be of one service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.permits.test_receipt import DESK, sip
from tests.support.counter import Counter
from tests.support.desks import REPORT, Desks
from tests.support.permit_walks import file

VERIFIER = ("dpmptsp", "verifier")


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("state=submited", "unknown_state"),
        ("service=PRZ-SIP-XX", "unknown_service"),
        ("service=PGD-LPR", "unknown_service"),
        ("office=35.15.14.9999", "unknown_office"),
    ],
)
def test_an_unknown_value_is_refused(desks: Desks, counter: Counter, query: str, code: str) -> None:
    sip(desks)
    answer = counter.get(f"/api/v1/permits?{query}", DESK)
    assert (answer.status_code, [e["code"] for e in answer.get_json()["errors"]]) == (422, [code])


def test_a_known_value_is_answered_though_nothing_has_it(desks: Desks, counter: Counter) -> None:
    case = sip(desks)
    for query in ("state=withdrawn", "state=issued", "service=PRZ-RKL", "office=dinkes"):
        assert counter.get(f"/api/v1/permits?{query}", DESK).get_json()["items"] == []
    found = counter.get("/api/v1/permits?state=submitted&service=PRZ-SIP-DR", DESK).get_json()["items"]
    assert [each["id"] for each in found] == [case["id"]]
    assert (found[0]["office_name"], found[0]["office_of_origin_name"][:5]) == ("DPMPTSP", "Desa ")


def test_a_worklist_is_of_one_service_where_that_is_asked(desks: Desks, counter: Counter) -> None:
    doctors, other = [sip(desks), file(desks, "PRZ-SIP-DR", 4)], file(desks, "PRZ-RKL", 2)
    desks.open("petugas.sukodono", "PGD-LPR", data=REPORT, anonymous=True)
    everything = counter.get("/api/v1/worklist", VERIFIER).get_json()["items"]
    assert {each["case_id"] for each in everything} == {each["id"] for each in (*doctors, other)}
    first = counter.get("/api/v1/worklist?service=PRZ-SIP-DR&limit=1", VERIFIER).get_json()
    rest = counter.get(f"/api/v1/worklist?service=PRZ-SIP-DR&limit=1&cursor={first['next']}", VERIFIER).get_json()
    assert {each["case_id"] for each in (*first["items"], *rest["items"])} == {each["id"] for each in doctors}
    assert rest["next"] is None
    wrong = counter.get("/api/v1/worklist?service=PRZ-NONE", VERIFIER)
    assert (wrong.status_code, wrong.get_json()["errors"][0]["code"]) == (422, "unknown_service")


def test_an_action_without_data_leaves_nothing_in_the_data_of_the_case(desks: Desks) -> None:
    case = desks.act("verifikator.dpmptsp", sip(desks), "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    case = desks.act("penandatangan.dpmptsp", case, "sign")
    assert case["signed_as"] is not None
    assert "sign" not in case["data"]
