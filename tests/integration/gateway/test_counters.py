"""At which counter a clerk sits stands in the record of what that clerk does, and nothing else does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from mpp.identity import demo as people
from tests.support.counter import Counter, fill_gateway
from tests.support.desks import Desks

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
