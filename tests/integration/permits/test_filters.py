"""A filter with a slip of the pen is told, and is not an empty list; a worklist can be of one service."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.integration.permits.test_receipt import DESK, sip
from tests.support.counter import Counter
from tests.support.desks import REPORT, Desks
from tests.support.permit_walks import file

VERIFIER = ("dpmptsp", "verifier")
SIDOARJO = ZoneInfo("Asia/Jakarta")


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


def test_a_list_is_of_some_days_of_the_region(desks: Desks, counter: Counter) -> None:
    desks.clock.advance(timedelta(hours=14, minutes=30))  # 23.30 on Monday in Sidoarjo
    monday = sip(desks)
    desks.clock.advance(timedelta(hours=1))
    tuesday = file(desks, "PRZ-SIP-DR", 4)
    due = datetime.fromisoformat(tuesday["due_at"]).astimezone(SIDOARJO).date()
    for query, found in [
        ("filed_to=2026-11-23", [monday]),
        ("filed_from=2026-11-24&filed_to=2026-11-24", [tuesday]),
        (f"due_from={due}", [tuesday, monday]),
        (f"due_to={due - timedelta(days=1)}", []),
    ]:
        answer = counter.get(f"/api/v1/permits?{query}", VERIFIER)
        assert answer.status_code == 200, answer.text
        assert [each["id"] for each in answer.get_json()["items"]] == [case["id"] for case in found], query
    wrong = counter.get("/api/v1/permits?filed_from=2026-02-30", VERIFIER)
    assert (wrong.status_code, wrong.get_json()["errors"][0]["field"]) == (422, "filed_from")
    assert counter.get("/api/v1/permits?due_to=soon", VERIFIER).status_code == 400
