"""Who an account is: the name and the NIP that stand on papers, and a NIK that nobody ever sees again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from mpp.clock import new_id
from mpp.persistence.tables import audit
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts import queries
from services.gateway.accounts.administration import NIK
from services.gateway.api.app import build
from services.gateway.sealing import DRAFTS, PEOPLE, Sealer
from tests.integration.gateway.conftest import Mall

KEY = b"k" * 32
SECRET = "3515144107909990"
PERSON = {"full_name": "Dra. Siti Contoh, M.Si.", "nip": "19800101 200604 2 001", "nik": SECRET}
BASE = "/api/v1/operations/accounts"


@pytest.fixture
def mall(mall: Mall) -> Mall:
    mall.parts.nik_sealer = Sealer(KEY, PEOPLE)
    mall.client = Client(Headers(Door(build(mall.parts))))
    mall.account("kepala", "kopi-hujan-sepeda")
    return mall


def operator(mall: Mall, path: str, body: Any, key: str | None = None) -> TestResponse:
    bearer = {"Authorization": f"Bearer {mall.token('operator', 'mpp-sidoarjo', 'operator')}"}
    return mall.client.post(BASE + path, json=body, headers={**bearer, "Idempotency-Key": key or new_id()})


def change(mall: Mall, **told: Any) -> dict[str, Any]:
    answer = operator(mall, "/change", {"account": "kepala", **told})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def account(mall: Mall) -> queries.Account:
    with mall.database.transaction() as tx:
        found = queries.find(tx, "kepala")
    assert found is not None
    return found


def test_an_operator_says_who_an_account_is_and_what_is_not_said_stays(mall: Mall) -> None:
    shown = change(mall, **PERSON)
    assert (shown["full_name"], shown["nip"], shown["nik_known"]) == (PERSON["full_name"], PERSON["nip"], True)
    shown = change(mall, full_name="Siti  Contoh ")
    assert (shown["full_name"], shown["nip"], shown["nik_known"]) == ("Siti Contoh", PERSON["nip"], True)
    body = {"account": "lurah", "password": "gunung-payung-kereta", "assignments": [], **PERSON}
    made = operator(mall, "", body).get_json()
    assert (made["full_name"], made["nip"], made["nik_known"]) == (PERSON["full_name"], PERSON["nip"], True)


def test_the_name_travels_with_the_very_token_that_was_given_before(mall: Mall) -> None:
    token = mall.parts.signer.sign(account(mall).actor, mall.clock.now(), timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}"}
    me = mall.client.get("/api/v1/me", headers=headers).get_json()
    assert (me["full_name"], me["nip"]) == (None, None)
    change(mall, **PERSON)
    me = mall.client.get("/api/v1/me", headers=headers).get_json()
    assert (me["full_name"], me["nip"]) == (PERSON["full_name"], PERSON["nip"])
    assert "nik" not in json.dumps(me)
    assert mall.client.get("/api/v1/permits", headers=headers).status_code == 200
    token = mall.stubs["permits"].calls[-1][1]["token"]
    actor = mall.parts.verifier.of("permits").verify(token, mall.clock.now())
    assert (actor.id, actor.name, actor.nip) == ("kepala", PERSON["full_name"], PERSON["nip"])


def test_a_nik_is_kept_encrypted_and_told_nowhere(mall: Mall) -> None:
    key = new_id()
    with structlog.testing.capture_logs() as logs:
        first = operator(mall, "/change", {"account": "kepala", **PERSON}, key)
        again = operator(mall, "/change", {"account": "kepala", **PERSON}, key)
        other = operator(mall, "/change", {"account": "kepala", **PERSON, "nik": "3515144107909991"}, key)
        wrong = operator(mall, "/change", {"account": "kepala", "nik": "3515149907909990"})
    assert (first.status_code, again.status_code, other.status_code, wrong.status_code) == (200, 200, 422, 422)
    assert wrong.get_json()["errors"][0]["field"] == "nik"
    answers = first.text + again.text + other.text + mall.client.get(BASE, headers=mall.headers("operator")).text
    with mall.database.transaction() as tx:
        tables = tx.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        rows = [str(tuple(row)) for table in tables for row in tx.execute(text(f'SELECT t::text FROM "{table}" t'))]
        told = tx.execute(audit.select().where(audit.c.action == "account_person_set")).all()
    everything = "".join([answers, *rows, repr(logs), repr(account(mall))])
    assert SECRET not in everything
    assert SECRET.encode().hex() not in everything
    assert [row.details for row in told] == [{"account": "kepala", "person": ["full_name", "nip", "nik"]}]


def test_only_the_mall_s_own_key_opens_it_and_only_for_its_account(mall: Mall) -> None:
    change(mall, nik=SECRET)
    sealed = account(mall).person.sealed_nik
    assert sealed is not None
    assert Sealer(KEY, PEOPLE).opened("kepala", NIK, sealed) == {"nik": SECRET}
    assert Sealer(KEY, PEOPLE).opened("lurah", NIK, sealed) is None
    assert Sealer(KEY, DRAFTS).opened("kepala", NIK, sealed) is None
    assert Sealer(b"l" * 32, PEOPLE).opened("kepala", NIK, sealed) is None


def test_a_mall_without_a_key_keeps_none_and_says_so(mall: Mall) -> None:
    mall.parts.nik_sealer = None
    mall.client = Client(Headers(Door(build(mall.parts))))
    refused = operator(mall, "/change", {"account": "kepala", "nik": SECRET})
    assert (refused.status_code, refused.get_json()["code"]) == (503, "nik_not_kept")
    assert change(mall, full_name="Siti Contoh")["nik_known"] is False


@pytest.mark.parametrize(
    "told", [{"full_name": ""}, {"full_name": "x" * 121}, {"nip": "1\n2"}, {"nip": ""}, {"nik": "12"}, {"nik": None}]
)
def test_what_cannot_stand_on_a_paper_is_refused(mall: Mall, told: dict[str, Any]) -> None:
    refused = operator(mall, "/change", {"account": "kepala", **told})
    assert (refused.status_code, refused.get_json()["errors"][0]["field"]) == (422, *told)
