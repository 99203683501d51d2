"""Who looked at a person: families are looked up as persons are, the privacy officer sees it, and too much is told."""

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
from services.civil_registry.register.looks import ALARM
from tests.support.counter import Counter, fill_gateway
from tests.support.desks import PERSON_KEY, Desks

CLERK, VERIFIER, OFFICER = ("35.15.14.2013", "clerk"), ("dukcapil", "verifier"), ("setda", "privacy")
WARGA = people.resident(3)
NOBODY = "3515994101909999"
API = "/api/v1/persons"


@pytest.fixture
def counter(make_database: Callable[..., str], desks: Desks) -> Iterator[Counter]:
    found = Counter(desks, make_database("gateway", fill_gateway))
    yield found
    found.close()


def look(counter: Counter, nik: str = WARGA.nik, who: tuple[str, str] = CLERK) -> TestResponse:
    return counter.post(f"{API}/lookup", {"nik": nik, "purpose": "PRZ-SIP-DR"}, who)


def family(counter: Counter, card: str = WARGA.family_card, who: tuple[str, str] | None = CLERK) -> TestResponse:
    return counter.post(f"{API}/families", {"family_card": card, "purpose": "ADM-LHR-01"}, who)


def looks(counter: Counter, who: tuple[str, str] | None = OFFICER, **body: Any) -> TestResponse:
    return counter.post(f"{API}/looks", {"nik": WARGA.nik, "reason": "Warga bertanya.", **body}, who)


def trail(counter: Counter, action: str) -> list[Any]:
    with counter.desks.databases["civil_registry"].transaction() as tx:
        return list(tx.execute(text("SELECT * FROM audit WHERE action = :action ORDER BY id"), {"action": action}))


def test_a_family_is_shown_masked(counter: Counter) -> None:
    answer = family(counter)
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert (body["family_card"], body["region"]) == (WARGA.family_card, WARGA.region)
    assert [each["birth_year"] for each in body["members"]] == [1980] * 4
    for index in range(4):
        assert people.resident(index).nik not in answer.text
        assert people.resident(index).name not in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_family_that_is_not_there_is_said_so_and_on_record(counter: Counter) -> None:
    refused = family(counter, "3515990101209999")
    assert (refused.status_code, refused.get_json()["code"]) == (404, "family_card_unknown")
    assert [entry.details["found"] for entry in trail(counter, "family_looked_up")] == [False]
    assert family(counter, "3515990101200000").status_code == 422


def test_families_and_persons_are_counted_together(counter: Counter) -> None:
    for _ in range(10):
        assert look(counter).status_code == family(counter).status_code == 200
    assert family(counter).status_code == 429
    assert look(counter).status_code == 429


def test_the_privacy_officer_sees_who_looked_and_for_what(counter: Counter) -> None:
    look(counter)
    look(counter, people.resident(9).nik)
    family(counter, who=VERIFIER)
    items = looks(counter).get_json()["items"]
    assert [(each["office"], each["purpose"], each["found"]) for each in items] == [
        ("dukcapil", "ADM-LHR-01", True),
        ("35.15.14.2013", "PRZ-SIP-DR", True),
    ]
    assert look(counter, NOBODY).status_code == 404
    (asked_in_vain,) = looks(counter, nik=NOBODY).get_json()["items"]
    assert asked_in_vain["found"] is False


def test_who_asks_who_looked_is_on_record_with_the_reason_and_without_a_nik(counter: Counter) -> None:
    assert looks(counter, reason=f"Pengaduan warga {WARGA.nik}").status_code == 200
    (entry,) = trail(counter, "looks_read")
    assert (entry.office, entry.details["person"]) == ("setda", person_key(WARGA.nik, PERSON_KEY))
    assert entry.reason.startswith("Pengaduan warga")
    assert WARGA.nik not in entry.reason


@pytest.mark.parametrize("role", ["clerk", "verifier", "signer", "supervisor", "inspectorate", "operator", "partner"])
def test_nobody_else_sees_who_looked(counter: Counter, role: str) -> None:
    assert looks(counter, ("setda", role)).status_code == 403
    assert counter.get(f"{API}/alarms", ("setda", role)).status_code == 403
    assert looks(counter, None).status_code == 401


def test_the_privacy_officer_looks_at_nobody(counter: Counter) -> None:
    assert look(counter, who=OFFICER).status_code == family(counter, who=OFFICER).status_code == 403
    assert counter.get("/api/v1/registrations", OFFICER).status_code == 403


@pytest.mark.parametrize("body", [{"nik": "123"}, {"reason": ""}, {"reason": None}, {"reason": "a" * 3000}])
def test_a_question_without_a_person_or_a_reason_is_refused(counter: Counter, body: dict[str, Any]) -> None:
    assert looks(counter, **body).status_code == 422
    assert trail(counter, "looks_read") == []


def test_one_who_looks_at_very_many_raises_one_alarm(counter: Counter) -> None:
    with structlog.testing.capture_logs() as logged:
        for place in range(ALARM + 3):
            if place % 15 == 0:
                counter.desks.clock.advance(timedelta(minutes=2))
            assert look(counter, people.resident(place % 100).nik).status_code == 200
    told = [each for each in logged if each["event"] == "register.looked_up_often"]
    assert len(told) == 1
    assert told[0]["looks"] == ALARM + 1
    assert WARGA.nik not in json.dumps(logged, default=str)
    assert [entry.details["looks"] for entry in trail(counter, "looked_up_often")] == [ALARM + 1]
    found = counter.get(f"{API}/alarms", OFFICER).get_json()
    assert found["above"] == ALARM
    assert [each["looks"] for each in found["items"]] == [ALARM + 3]


def test_a_busy_counter_raises_none(counter: Counter) -> None:
    for place in range(ALARM // 2):
        if place % 15 == 0:
            counter.desks.clock.advance(timedelta(minutes=2))
        look(counter, people.resident(place).nik)
    counter.desks.clock.advance(timedelta(hours=1))
    for place in range(ALARM // 2 + 5):
        if place % 15 == 0:
            counter.desks.clock.advance(timedelta(minutes=2))
        look(counter, people.resident(place).nik)
    assert trail(counter, "looked_up_often") == []
