"""A token ends with what it was given for: the account, its password, its roles. On the next request, at every copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from werkzeug.test import Client

from mpp.casework.access.actors import Assignment
from mpp.hosting.definition import definitions
from mpp.persistence.database import Database
from mpp.persistence.servers import roles
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts import queries
from services.gateway.api.app import build
from tests.integration.gateway.conftest import Mall
from tests.support.former_schemas import former

VILLAGE = "35.15.14.2013"
WORK = ("/api/v1/me", "/api/v1/permits", "/api/v1/worklist")


def log_in(mall: Mall, name: str, password: str = "benar") -> str:  # noqa: S107
    answer = mall.client.post("/api/v1/auth/token", data={"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["access_token"])


def statuses(client: Client, token: str) -> list[int]:
    return [client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code for path in WORK]


def change(mall: Mall, how: Callable[[Connection], Any]) -> None:
    with mall.database.transaction() as tx:
        how(tx)


def hashed(mall: Mall, password: str) -> str:
    return mall.parts.passwords.hash(password)


ENDINGS: dict[str, Callable[[Mall, Connection], Any]] = {
    "disabled": lambda mall, tx: queries.disable(tx, "petugas"),
    "disabled and enabled again": lambda mall, tx: (queries.disable(tx, "petugas"), queries.enable(tx, "petugas")),
    "another password": lambda mall, tx: queries.set_password(tx, "petugas", hashed(mall, "baru")),
    "a role taken away": lambda mall, tx: queries.assign(tx, "petugas", []),
    "all sessions ended": lambda mall, tx: queries.end_tokens(tx, "petugas"),
    "another office": lambda mall, tx: queries.assign(tx, "petugas", [Assignment("35.15.14.2016", "clerk")]),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_next_request_at_every_copy_of_the_gateway_is_refused(mall: Mall, ending: str) -> None:
    other = Client(Headers(Door(build(mall.parts))))
    for name in ("petugas", "rekan"):
        mall.account(name, "benar")
    token, neighbour = log_in(mall, "petugas"), log_in(mall, "rekan")
    for copy in (mall.client, other):
        assert statuses(copy, token) == [200, 200, 200]
    change(mall, lambda tx: ENDINGS[ending](mall, tx))
    for copy in (mall.client, other):
        assert statuses(copy, token) == [401, 401, 401]
        assert statuses(copy, neighbour) == [200, 200, 200], "nobody else is put out"
    refusal = other.get("/api/v1/permits", headers={"Authorization": f"Bearer {token}"})
    assert refusal.get_json()["code"] == "token_revoked"


def test_a_command_with_an_ended_token_reaches_no_service(mall: Mall) -> None:
    mall.account("petugas", "benar")
    mall.open()
    before = len(mall.stubs["permits"].calls)
    change(mall, lambda tx: queries.disable(tx, "petugas"))
    answer = mall.post("/api/v1/permits", {"service": "PRZ-SIP-DR", "data": {}})
    assert answer.status_code == 401
    assert len(mall.stubs["permits"].calls) == before


def test_who_logs_in_after_the_change_works_on_also_in_the_same_second(mall: Mall) -> None:
    mall.account("petugas", "benar")
    log_in(mall, "petugas")
    change(mall, lambda tx: queries.set_password(tx, "petugas", hashed(mall, "baru")))
    assert statuses(mall.client, log_in(mall, "petugas", "baru")) == [200, 200, 200]


def test_a_stronger_hash_of_the_same_password_ends_nothing(mall: Mall) -> None:
    mall.account("petugas", "benar")
    token = log_in(mall, "petugas")
    change(mall, lambda tx: queries.rehash(tx, "petugas", hashed(mall, "benar")))
    assert statuses(mall.client, token) == [200, 200, 200]


def test_a_token_of_an_account_that_never_was_opens_nothing(mall: Mall) -> None:
    mall.account("petugas", "benar")
    token = log_in(mall, "petugas")
    change(mall, lambda tx: tx.execute(text("DELETE FROM accounts WHERE name = 'petugas'")))
    assert statuses(mall.client, token) == [401, 401, 401]


def test_a_mall_that_was_in_use_before_keeps_its_accounts_and_their_tokens(make_database: Callable[..., str]) -> None:
    url = make_database("gateway_first", former("gateway", "0001"))
    engine = create_engine(url)
    with engine.begin() as tx:
        tx.execute(text("INSERT INTO accounts (name, password_hash, created_at) VALUES ('petugas', 'x', now())"))
    engine.dispose()
    assert roles.migrate_only(url, "gateway", definitions()["gateway"].migrations).before == "0001"
    database = Database(url, name="gateway")
    with database.transaction() as tx:
        worth = queries.standing(tx, "petugas", b"")
    assert worth == queries.Standing(0, must_change_password=False, ended=False), "as of a token without a number"
    database.dispose()
