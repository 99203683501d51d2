"""At which counter a clerk sits stands in the record of what that clerk does, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from mpp.clock import new_id
from mpp.identity import demo as people
from tests.support.counter import Counter, fill_gateway
from tests.support.desks import SIP_DATA, Desks, doctor

CLERK = ("35.15.14.2013", "clerk")
LOOK_UP = "/api/v1/persons/lookup"


@pytest.fixture
def counter(make_database: Callable[..., str], desks: Desks) -> Iterator[Counter]:
    found = Counter(desks, make_database("gateway", fill_gateway))
    yield found
    found.close()


def look_up(counter: Counter, told: str | None) -> int:
    headers = counter._headers(CLERK) | ({} if told is None else {"X-Counter": told})
    body = {"nik": people.resident(3).nik, "purpose": "PRZ-SIP-DR"}
    return counter.client.post(LOOK_UP, json=body, headers=headers).status_code


def test_the_service_that_does_it_writes_down_the_counter(counter: Counter) -> None:
    assert [look_up(counter, told) for told in ("Loket 3", None, "Loket 4")] == [200, 200, 200]
    with counter.desks.databases["civil_registry"].transaction() as tx:
        rows = tx.execute(text("SELECT counter FROM audit WHERE action = 'resident_looked_up' ORDER BY id"))
        assert [row.counter for row in rows] == ["Loket 3", None, "Loket 4"]


@pytest.mark.parametrize("told", ["", " 3", "Loket tiga belas", "3515992710609990", "Loket\u202e3", "<b>", "a;b"])
def test_what_is_no_label_of_a_counter_is_refused(counter: Counter, told: str) -> None:
    assert look_up(counter, told.encode().decode("latin-1")) == 400


BOTH = (("35.15.14.2013", "clerk"), ("dpmptsp", "verifier"))


def at(counter: Counter, method: str, path: str, office: str | None, body: object = None) -> TestResponse:
    headers = counter._headers(BOTH) | ({} if office is None else {"X-Office": office})
    return counter.client.open(path, method=method, json=body, headers={**headers, "Idempotency-Key": new_id()})


def test_an_account_of_two_offices_works_at_the_one_that_it_says(counter: Counter, desks: Desks) -> None:
    held = [(each["office"], each["role"]) for each in at(counter, "GET", "/api/v1/me", None).get_json()["assignments"]]
    assert held == sorted(BOTH)
    for office, role in BOTH:
        told = at(counter, "GET", "/api/v1/me", office).get_json()["assignments"]
        assert [(each["office"], each["role"]) for each in told] == [(office, role)]
    file = {"service": "PRZ-SIP-DR", "applicant": doctor(), "data": SIP_DATA}
    assert at(counter, "POST", "/api/v1/permits", "dpmptsp", file).status_code == 403, "a verifier files nothing"
    filed = at(counter, "POST", "/api/v1/permits", "35.15.14.2013", file)
    assert filed.status_code == 201, filed.text
    case = filed.get_json()
    waits = [at(counter, "GET", "/api/v1/worklist", office).get_json()["items"] for office, _ in BOTH]
    assert [len(each) for each in waits] == [0, 1], "the verification waits at the other one"
    offered = [
        {each["action"] for each in at(counter, "GET", f"/api/v1/permits/{case['id']}", office).get_json()["actions"]}
        for office, _ in BOTH
    ]
    assert ["verify" in each for each in offered] == [False, True]
    with desks.databases["permits"].transaction() as tx:
        rows = tx.execute(text("SELECT office FROM audit WHERE action = 'open'"))
        assert [row.office for row in rows] == ["35.15.14.2013"]


@pytest.mark.parametrize(("told", "status"), [("dinkes", 403), ("", 400), ("a b", 400), ("<b>", 400), ("x" * 65, 400)])
def test_nobody_works_at_an_office_that_is_not_theirs(counter: Counter, told: str, status: int) -> None:
    answer = at(counter, "GET", "/api/v1/worklist", told)
    assert answer.status_code == status
    if status == 403:
        assert answer.get_json()["code"] == "office_not_yours"
