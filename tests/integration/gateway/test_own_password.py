"""A password is its owner's alone: changed before anything else where others know it, and whenever its owner wants."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from mpp.clock import new_id
from mpp.hosting.seeding import Seeding
from mpp.persistence.tables import audit
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts import queries
from services.gateway.accounts.own import WRONG
from services.gateway.accounts.passwords import Passwords
from services.gateway.accounts.seed import demo
from services.gateway.api.app import build, routes
from services.gateway.feed.epochs.watch import Watch
from services.gateway.housekeeping import keep_house
from services.gateway.tables import ended_tokens
from services.gateway.threads import HereAndNow
from tests.integration.gateway.conftest import CHEAP, Mall

FIRST, OWN, LATER = "kopi-hujan-sepeda", "gunung-payung-kereta", "lampu-sawah-perahu"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256
OWN_DOORS = ("/api/v1/auth/password", "/api/v1/auth/logout")


def log_in(mall: Mall, name: str, password: str) -> TestResponse:
    return mall.client.post("/api/v1/auth/token", data={"username": name, "password": password})


def token_of(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["access_token"])


def change(mall: Mall, token: str, old: str, new: str) -> TestResponse:
    body = {"old_password": old, "new_password": new}
    return mall.client.post("/api/v1/auth/password", json=body, headers={"Authorization": f"Bearer {token}"})


def me(client: Client, token: str) -> int:
    return client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def operate(mall: Mall, path: str, **body: Any) -> TestResponse:
    bearer = {"Authorization": f"Bearer {mall.token('operator', 'mpp-sidoarjo', 'operator')}"}
    where = f"/api/v1/operations/accounts{path}"
    answer = mall.client.post(where, json=body, headers={**bearer, "Idempotency-Key": new_id()})
    assert answer.status_code in (200, 201), answer.text
    return answer


def told(mall: Mall, action: str) -> list[Any]:
    with mall.database.transaction() as tx:
        return list(tx.execute(select(audit).where(audit.c.action == action).order_by(audit.c.id)).all())


@pytest.fixture
def clerk(mall: Mall) -> str:
    """A clerk whose account an operator made a moment ago."""
    operate(mall, "", account="siti", password=FIRST, assignments=[{"office": "35.15.14.2013", "role": "clerk"}])
    return "siti"


# ---------------------------------------------------------------- the first use


def test_a_password_that_somebody_else_gave_is_good_for_changing_it_only(mall: Mall, clerk: str) -> None:
    answer = log_in(mall, clerk, FIRST)
    assert answer.get_json()["must_change_password"] is True
    token = token_of(answer)
    for route in routes(mall.parts):
        if route.access == "public" or route.path in OWN_DOORS:
            continue
        path = route.path.replace("{id}", new_id()).replace("{service}", "permits").replace("{code}", "P0123456789V")
        refused = mall.client.open(path, method=route.method, headers={"Authorization": f"Bearer {token}"})
        assert refused.status_code in (403, 404), route.path  # 404: not an address of this shape
        if refused.status_code == 403:
            assert refused.get_json()["code"] == "password_change_required", route.path
    assert me(mall.client, token) == 403
    fresh = change(mall, token, FIRST, OWN)
    assert fresh.get_json()["must_change_password"] is False
    assert me(mall.client, token_of(fresh)) == 200
    assert me(mall.client, token) == 401, "the first token ended with the first password"


def test_the_problem_says_what_to_do(mall: Mall, clerk: str) -> None:
    bearer = {"Authorization": f"Bearer {token_of(log_in(mall, clerk, FIRST))}"}
    for language, word in (("id", "Gantilah"), ("en", "Change it first")):
        refused = mall.client.get("/api/v1/worklist", headers={**bearer, "Accept-Language": language}).get_json()
        assert refused["type"].endswith("password_change_required")
        assert word in refused["detail"]
        assert "/api/v1/auth/password" in refused["detail"]


def test_a_password_that_an_operator_gave_again_must_be_changed_again(mall: Mall, clerk: str) -> None:
    change(mall, token_of(log_in(mall, clerk, FIRST)), FIRST, OWN)
    operate(mall, "/change", account=clerk, password=LATER)
    assert log_in(mall, clerk, LATER).get_json()["must_change_password"] is True


def test_demo_accounts_are_used_as_they_are(mall: Mall) -> None:
    demo(mall.database, Seeding("35.15", b"k" * 32), mall.clock, Passwords(HereAndNow(), CHEAP))
    answer = log_in(mall, "petugas.sukodono", "rahasia-demo")
    assert answer.get_json()["must_change_password"] is False
    assert me(mall.client, token_of(answer)) == 200


# ---------------------------------------------------------------- at will


def test_who_changes_the_password_goes_on_with_a_new_token_and_no_other_is_left(mall: Mall) -> None:
    mall.account("siti", OWN)
    here, elsewhere = token_of(log_in(mall, "siti", OWN)), token_of(log_in(mall, "siti", OWN))
    fresh = token_of(change(mall, here, OWN, LATER))
    other_copy = Client(Headers(Door(build(mall.parts))))
    for client in (mall.client, other_copy):
        assert [me(client, token) for token in (here, elsewhere, fresh)] == [401, 401, 200]
    assert log_in(mall, "siti", OWN).status_code == 401
    assert log_in(mall, "siti", LATER).status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("bukan-sandinya", LATER, "old_password", "password_wrong"),
        (OWN, OWN, "new_password", "password_unchanged"),
        (OWN, "aaaaaaaaaa", "new_password", "password_repeats"),
        (OWN, "rahasia-demo", "new_password", "password_names"),
        (OWN, "siti-operator", "new_password", "password_names"),
        (OWN, "pendek", "new_password", "too_short"),
    ],
)
def test_a_password_that_cannot_be_is_refused_by_field_and_nothing_changes(
    mall: Mall, old: str, new: str, field: str, code: str
) -> None:
    mall.account("siti", OWN)
    token = token_of(log_in(mall, "siti", OWN))
    refused = change(mall, token, old, new)
    assert refused.status_code == 422
    assert [(e["field"], e["code"]) for e in refused.get_json()["errors"]] == [(field, code)]
    assert me(mall.client, token) == 200
    assert log_in(mall, "siti", OWN).status_code == 200


def test_an_operator_gives_nobody_a_password_that_is_easy_to_guess(mall: Mall, clerk: str) -> None:
    bearer = {"Authorization": f"Bearer {mall.token('operator', 'mpp-sidoarjo', 'operator')}"}
    bodies = {
        "": {"account": "budi", "password": "1234567890", "assignments": []},
        "/change": {"account": clerk, "password": "1234567890"},
    }
    for path, body in bodies.items():
        headers = {**bearer, "Idempotency-Key": new_id()}
        refused = mall.client.post(f"/api/v1/operations/accounts{path}", json=body, headers=headers)
        assert (refused.status_code, refused.get_json()["errors"][0]["code"]) == (422, "password_common")


def test_who_sits_down_at_an_open_session_guesses_ten_times(mall: Mall) -> None:
    mall.account("siti", OWN)
    token = token_of(log_in(mall, "siti", OWN))
    for _ in range(WRONG.most):
        assert change(mall, token, "tebakan", LATER).status_code == 422
    locked = change(mall, token, OWN, LATER)
    assert (locked.status_code, locked.get_json()["code"]) == (429, "rate_limited")
    assert len(told(mall, "own_password_refused")) == WRONG.most
    mall.clock.advance(WRONG.window)
    assert change(mall, token, OWN, LATER).status_code == 200


def test_the_trail_says_who_changed_the_own_password_and_holds_neither(mall: Mall) -> None:
    mall.account("siti", OWN)
    change(mall, token_of(log_in(mall, "siti", OWN)), OWN, LATER)
    (entry,) = told(mall, "own_password_changed")
    assert (entry.actor, entry.office, entry.details) == ("siti", "35.15.14.2013", {"account": "siti"})
    with mall.database.transaction() as tx:
        everything = repr(tx.execute(select(audit)).all())
    assert not [word for word in (OWN, LATER) if word in everything]


# ---------------------------------------------------------------- logging out


def log_out(mall: Mall, token: str) -> TestResponse:
    return mall.client.post("/api/v1/auth/logout", headers={"Authorization": f"Bearer {token}"})


def test_a_token_that_was_given_back_ends_at_once_at_every_copy_and_no_other_does(mall: Mall) -> None:
    mall.account("siti", OWN)
    here, elsewhere = token_of(log_in(mall, "siti", OWN)), token_of(log_in(mall, "siti", OWN))
    assert log_out(mall, here).get_json() == {"account": "siti"}
    other_copy = Client(Headers(Door(build(mall.parts))))
    for client in (mall.client, other_copy):
        assert [me(client, token) for token in (here, elsewhere)] == [401, 200]
    refused = other_copy.get("/api/v1/permits", headers={"Authorization": f"Bearer {here}"})
    assert refused.get_json()["code"] == "token_revoked"
    (entry,) = told(mall, "logged_out")
    assert (entry.actor, entry.details) == ("siti", {"account": "siti"})


def mirrored(token: str) -> str:
    """The same token with the other signature that ECDSA has for it: whoever has a token can write this one."""
    signed, _, written = token.rpartition(".")
    signature = base64.urlsafe_b64decode(f"{written}==")
    other = signature[:32] + (ORDER - int.from_bytes(signature[32:])).to_bytes(32)
    return f"{signed}.{base64.urlsafe_b64encode(other).decode().rstrip('=')}"


def test_a_token_that_was_given_back_stays_ended_however_its_signature_is_written(mall: Mall) -> None:
    mall.account("siti", OWN)
    token = token_of(log_in(mall, "siti", OWN))
    assert me(mall.client, mirrored(token)) == 200
    log_out(mall, token)
    assert me(mall.client, mirrored(token)) == 401


def test_a_log_out_is_possible_before_the_first_password_is_changed(mall: Mall, clerk: str) -> None:
    token = token_of(log_in(mall, clerk, FIRST))
    assert log_out(mall, token).status_code == 200
    assert change(mall, token, FIRST, OWN).status_code == 401


def test_an_ended_token_is_remembered_as_long_as_it_would_have_been_good(mall: Mall) -> None:
    mall.account("siti", OWN)
    token = token_of(log_in(mall, "siti", OWN))
    log_out(mall, token)
    keep_house(mall.database, mall.clock.now() + timedelta(hours=7), Watch(mall.database, mall.clock, None))
    assert me(mall.client, token) == 401
    with mall.database.transaction() as tx:
        assert token.encode() not in b"".join(tx.execute(select(ended_tokens.c.digest)).scalars())
    keep_house(mall.database, mall.clock.now() + timedelta(hours=9), Watch(mall.database, mall.clock, None))
    with mall.database.transaction() as tx:
        assert tx.execute(select(func.count()).select_from(ended_tokens)).scalar_one() == 0
        assert queries.standing(tx, "siti", b"") is not None
