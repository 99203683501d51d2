"""What is wrong is refused over HTTP with its code and every field named, and nothing of it is stored anywhere.

A file that lies about its type: tests/integration/gateway/uploads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import eventlet
import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from mpp.persistence.tables import metadata
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.test_payment import body_of, in_payment, report
from tests.support.counter import Counter
from tests.support.desks import SIP_DATA, Desks, doctor
from tests.support.permit_walks import Case, file, walk

CLERK, VERIFIER = ("35.15.14.2013", "clerk"), ("dpmptsp", "verifier")


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


def stored(desks: Desks) -> dict[str, int]:
    """How many rows each table of licensing has: cases, timeline, audit, events, keys, numbers, permits, money."""
    with desks.databases["permits"].transaction() as tx:
        there = set(tx.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars())
        tables = [t for t in metadata.sorted_tables if t.name in there]
        return {t.name: tx.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}


def refused(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    body = answer.get_json()
    assert answer.content_type == "application/problem+json", body
    return answer.status_code, body["code"], sorted((e["field"], e["code"]) for e in body.get("errors", []))


def act(counter: Counter, case: Case, who: tuple[str, str], action: str, **body: Any) -> TestResponse:
    return counter.post(f"/api/v1/permits/{case['id']}/actions", {"action": action, **body}, who, case["version"])


def sip(counter: Counter, index: int = 0, **data: Any) -> TestResponse:
    body = {"service": "PRZ-SIP-DR", "applicant": doctor(index), "data": {**SIP_DATA, **data}}
    return counter.post("/api/v1/permits", body, CLERK)


def test_every_wrong_field_of_an_application_is_named_and_nothing_is_stored(counter: Counter) -> None:
    before = stored(counter.desks)
    wrong = {"str_number": 7, "practice_name": None, "practice_region": "99.99", "colour": "blue"}
    status, code, fields = refused(sip(counter, **wrong))
    assert (status, code) == (422, "invalid_fields")
    assert [name for name, _ in fields] == [
        "data.colour",
        "data.practice_name",
        "data.practice_region",
        "data.str_number",
    ]
    assert stored(counter.desks) == before


def test_a_renewal_too_early_stores_nothing(counter: Counter, office: Office) -> None:
    permit = office.issue()
    before = stored(counter.desks)
    answer = sip(counter, kind="renewal", previous_number=permit["number"])
    assert refused(answer) == (422, "invalid_fields", [("data.kind", "renewal_too_early")])
    assert stored(counter.desks) == before


def test_a_fourth_sip_stores_nothing(counter: Counter, office: Office) -> None:
    for place in ("Klinik A", "Klinik B", "Klinik C"):
        office.issue(place=place)
    before = stored(counter.desks)
    answer = sip(counter, practice_name="Klinik D")
    assert refused(answer) == (422, "invalid_fields", [("applicant.nik", "permit_limit_reached")])
    assert stored(counter.desks) == before


def test_a_recommendation_by_the_wrong_agency_stores_nothing(counter: Counter) -> None:
    case = walk(counter.desks, file(counter.desks, "PRZ-KRK"), "recommendation")
    before = stored(counter.desks)
    assert refused(act(counter, case, ("dinkes", "officer"), "recommend"))[:2] == (404, "not_found")
    assert refused(act(counter, case, ("dpmptsp", "officer"), "recommend"))[:2] == (403, "office_may_not")
    assert refused(act(counter, case, VERIFIER, "recommend"))[:2] == (403, "role_may_not")
    assert stored(counter.desks) == before
    assert act(counter, case, ("dpupr", "officer"), "recommend").status_code == 200


def test_an_action_on_a_superseded_permit_stores_nothing(counter: Counter, office: Office) -> None:
    old = office.act(office.issue(), "correct", data={"practice_name": "Lain"})
    before = stored(counter.desks)
    path, version = f"/api/v1/register/permits/{old['id']}/actions", old["version"]
    body = {"action": "suspend", "reason": "violation", "note": "Sesuai berita acara."}
    answer = counter.post(path, body, ("dpmptsp", "signer"), version)
    assert answer.status_code == 409
    assert answer.get_json()["detail"]
    assert stored(counter.desks) == before
    assert office.get(old["superseded_by"]["id"], SIGNER)["status"] == "valid"


def test_two_clerks_at_once_one_of_them_is_told_and_stores_nothing(counter: Counter) -> None:
    case = file(counter.desks, "PRZ-KRK")
    before = stored(counter.desks)
    ways = (("verify", {}), ("return", {"note": "kurang jelas"}))
    threads = [eventlet.spawn(act, counter, case, VERIFIER, action, **more) for action, more in ways]
    answers = sorted(thread.wait().status_code for thread in threads)
    assert answers in ([200, 412], [200, 409])
    after = stored(counter.desks)
    grown = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert (grown["timeline"], grown["outbox"], grown["audit"], grown["idempotency"]) == (1, 1, 1, 1)


def test_a_payment_of_the_wrong_amount_and_one_with_other_words_store_nothing(counter: Counter) -> None:
    case = in_payment(counter.desks)
    before = stored(counter.desks)
    wrong = report(counter, {**body_of(case), "amount": 1_249_999})
    assert refused(wrong) == (422, "invalid_fields", [("amount", "wrong_amount")])
    unknown = report(counter, {**body_of(case), "number": "SKRD/99999/DPMPTSP/2026"})
    assert refused(unknown)[:2] == (404, "levy_unknown")
    assert stored(counter.desks) == before
    assert report(counter, body_of(case)).status_code == 200
    once = stored(counter.desks)
    assert report(counter, body_of(case)).status_code == 200
    assert refused(report(counter, {**body_of(case), "amount": 1}))[:2] == (409, "payment_reference_reused")
    assert stored(counter.desks) == once
