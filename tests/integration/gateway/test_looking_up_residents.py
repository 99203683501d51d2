"""A counter fills a form from the register: who may, for what, how often, and that each look is on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from werkzeug.test import TestResponse

from mpp.identity import demo as people
from mpp.identity.person import person_key
from services.gateway.api.routes.people.persons import DAY, MINUTE
from tests.support.counter import Counter, fill_gateway
from tests.support.desks import PERSON_KEY, Desks

CLERK = ("35.15.14.2013", "clerk")
WARGA = people.resident(3)
PATH = "/api/v1/persons/lookup"
NOBODY = "3515994101909999"


@pytest.fixture
def counter(make_database: Callable[..., str], desks: Desks) -> Iterator[Counter]:
    found = Counter(desks, make_database("gateway", fill_gateway))
    yield found
    found.close()


def ask(counter: Counter, who: tuple[str, str] | None = CLERK, **body: Any) -> TestResponse:
    return counter.post(PATH, {"nik": WARGA.nik, "purpose": "PRZ-SIP-DR", **body}, who)


def on_record(counter: Counter) -> list[Any]:
    with counter.desks.databases["civil_registry"].transaction() as tx:
        return list(tx.execute(text("SELECT * FROM audit WHERE action = 'resident_looked_up' ORDER BY id")))


def test_the_clerk_gets_what_a_form_needs_and_nothing_more(counter: Counter) -> None:
    answer = ask(counter)
    assert answer.status_code == 200, answer.text
    assert answer.get_json() == {
        "nik": WARGA.nik,
        "name": WARGA.name,
        "birth_date": WARGA.birth_date.isoformat(),
        "family_card": WARGA.family_card,
        "deceased": False,
    }
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_each_look_is_on_record_with_its_purpose_and_without_the_nik(counter: Counter) -> None:
    with structlog.testing.capture_logs() as logged:
        assert ask(counter).status_code == 200
        assert ask(counter, nik=NOBODY, purpose="ADM-LHR-01").status_code == 404
    entries = on_record(counter)
    assert [(e.office, e.case_id, e.details["purpose"], e.details["found"]) for e in entries] == [
        (CLERK[0], None, "PRZ-SIP-DR", True),
        (CLERK[0], None, "ADM-LHR-01", False),
    ]
    assert [e.details["person"] for e in entries] == [person_key(nik, PERSON_KEY) for nik in (WARGA.nik, NOBODY)]
    told = json.dumps([e.details for e in entries]) + json.dumps(logged, default=str)
    assert WARGA.nik not in told
    assert NOBODY not in told
    assert WARGA.name not in told


def test_a_pasted_blank_does_no_harm_and_a_resident_who_died_is_told(counter: Counter) -> None:
    with counter.desks.databases["civil_registry"].transaction() as tx:
        tx.execute(
            text("UPDATE residents SET status = 'deceased', died_on = '2026-11-01' WHERE nik = :nik"),
            {"nik": WARGA.nik},
        )
    answer = ask(counter, nik=f" {WARGA.nik} ")
    assert (answer.status_code, answer.get_json()["deceased"]) == (200, True)


@pytest.mark.parametrize("role", ["signer", "officer", "supervisor", "inspectorate", "partner", "operator", "privacy"])
def test_who_writes_down_no_persons_reads_none(counter: Counter, role: str) -> None:
    refused = ask(counter, ("dpmptsp", role))
    assert (refused.status_code, refused.get_json()["code"]) == (403, "role_may_not")
    assert on_record(counter) == []


def test_without_a_token_or_by_an_applicants_secret_nobody_is_shown(counter: Counter) -> None:
    assert ask(counter, None).status_code == 401
    assert counter.post(PATH, {"nik": WARGA.nik, "purpose": "PRZ-SIP-DR"}, None, secret="7K2M9QX4TB").status_code == 401


def test_the_register_asks_for_the_role_itself(counter: Counter) -> None:
    """Whatever the gateway let through."""
    desks = counter.desks
    payload = desks.payload("penyelia.dpmptsp", "POST", PATH, {"nik": WARGA.nik, "purpose": "PRZ-SIP-DR"})
    with pytest.raises(Exception, match="role_may_not"):
        desks.answer("registrations", "look_up_resident", payload)
    assert on_record(counter) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"nik": "123"}, "nik"),
        ({"nik": "3515144199999990"}, "nik"),
        ({"purpose": "PRZ-XYZ"}, "purpose"),
        ({"purpose": "karena ingin tahu"}, "purpose"),
        ({"purpose": None}, "purpose"),
        ({"name": "Warga"}, "name"),
    ],
)
def test_a_wrong_question_names_its_field_and_looks_at_nobody(
    counter: Counter, body: dict[str, Any], field: str
) -> None:
    refused = ask(counter, **body)
    assert (refused.status_code, [e["field"] for e in refused.get_json()["errors"]]) == (422, [field])
    assert on_record(counter) == []


def test_both_mistakes_are_told_at_once(counter: Counter) -> None:
    refused = ask(counter, nik="3515144199999990", purpose="PRZ-XYZ")
    assert sorted(e["field"] for e in refused.get_json()["errors"]) == ["nik", "purpose"]


def test_nobody_copies_the_register(counter: Counter) -> None:
    for _ in range(MINUTE.most):
        assert ask(counter, nik=NOBODY).status_code == 404
    refused = ask(counter)
    assert (refused.status_code, refused.get_json()["code"]) == (429, "rate_limited")
    assert ask(counter, ("35.15.18", "verifier")).status_code == 200, "others go on"
    counter.desks.clock.advance(timedelta(minutes=2))
    with counter.database.transaction() as tx:
        tx.execute(text("UPDATE attempts SET count = :most WHERE kind = :kind"), {"most": DAY.most, "kind": DAY.kind})
    assert ask(counter).status_code == 429, "what a counter needs in a day is bounded, too"
    counter.desks.clock.advance(DAY.window)
    assert ask(counter, ("35.15.14", "clerk")).status_code == 200
