"""Beside the code of an office or a role stands its name: in one's own account, and in those of others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from mpp import regions
from mpp.persistence.tables import audit
from mpp.web.wsgi import Door, Headers
from services.gateway.api.app import build
from tests.integration.gateway.conftest import Mall

CLERK = {"office": "35.15.14.2013", "role": "clerk"}
SIGNER = {"office": "dukcapil", "role": "signer"}
AT_THE_COUNTER = {**CLERK, "office_name": "Desa Sukodono", "role_name": {"id": "Petugas loket", "en": "Clerk"}}
SIGNS = {**SIGNER, "office_name": "Dispendukcapil", "role_name": {"id": "Penandatangan", "en": "Signer"}}


@pytest.fixture
def mall(mall: Mall) -> Mall:
    mall.parts.offices = regions.load("35.15").offices
    mall.client = Client(Headers(Door(build(mall.parts))))
    return mall


def ask(mall: Mall, method: str, path: str, name: str = "operator", body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {mall.token('operator', 'mpp-sidoarjo', name)}", "Idempotency-Key": name}
    answer = mall.client.open(f"/api/v1/operations/{path}", method=method, json=body, headers=headers)
    assert answer.status_code < 300, answer.text
    return answer.get_json()


def test_one_reads_at_which_office_one_is_and_as_what(mall: Mall) -> None:
    assert mall.get("/api/v1/me").get_json()["assignments"] == [AT_THE_COUNTER]
    mall.parts.offices = None  # an office that is in no list has no name; a role has one
    mall.client = Client(Headers(Door(build(mall.parts))))
    assert mall.get("/api/v1/me").get_json()["assignments"] == [{**AT_THE_COUNTER, "office_name": None}]


def test_an_operator_reads_it_of_accounts_and_of_what_waits(mall: Mall) -> None:
    body = {"account": "siti", "password": "kopi-hujan-sepeda", "assignments": [CLERK, SIGNER]}
    made = ask(mall, "POST", "accounts", body=body)
    assert (made["assignments"], made["pending"][0]["assignments"]) == ([AT_THE_COUNTER], [SIGNS])
    (listed,) = [each for each in ask(mall, "GET", "accounts")["items"] if each["account"] == "siti"]
    assert listed == made
    (waiting,) = ask(mall, "GET", "grants")["items"]
    assert waiting["assignments"] == [SIGNS]
    confirmed = ask(mall, "POST", f"grants/{waiting['id']}/confirm", "operator.kedua", {})
    assert confirmed["assignments"] == [AT_THE_COUNTER, SIGNS]
    changed = ask(mall, "POST", "accounts/change", "operator.ketiga", {"account": "siti", "assignments": [CLERK]})
    assert changed["assignments"] == [AT_THE_COUNTER]


def test_the_trail_keeps_codes_alone(mall: Mall) -> None:
    ask(mall, "POST", "accounts", body={"account": "siti", "password": "kopi-hujan-sepeda", "assignments": [CLERK]})
    with mall.database.transaction() as tx:
        (details,) = tx.execute(select(audit.c.details).where(audit.c.action == "account_created")).scalars()
    assert details["assignments"] == [CLERK]
