"""Who logged in, who could not, and who changed whose account: sealed like every other entry of the audit trail."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from mpp.audit.checkpoints import Checkpoint, Written, parse, render
from mpp.casework.access.actors import Assignment
from mpp.clock import new_id
from mpp.operations.problem import Problem
from mpp.persistence.audit.check import check_service
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.tables import audit
from services.gateway.accounts import queries, trail
from services.gateway.accounts.first import operator
from services.gateway.accounts.login import FAILED_BY_ADDRESS, FAILED_HERE
from services.gateway.limits import addresses
from tests.integration.gateway.conftest import Mall

VILLAGE = "35.15.14.2013"


def log_in(mall: Mall, name: str, password: str, address: str = "10.1.2.3") -> TestResponse:
    where = {"REMOTE_ADDR": address}
    data = {"username": name, "password": password}
    return mall.client.post("/api/v1/auth/token", data=data, environ_overrides=where)


def entries(mall: Mall, action: str | None = None) -> list[Any]:
    statement = select(audit).order_by(audit.c.id)
    with mall.database.transaction() as tx:
        return list(tx.execute(statement if action is None else statement.where(audit.c.action == action)).all())


def test_a_log_in_is_on_record_with_office_and_network(mall: Mall) -> None:
    mall.account("petugas.sukodono", "benar")
    answer = log_in(mall, "petugas.sukodono", "benar")
    (entry,) = entries(mall)
    assert (entry.actor, entry.office, entry.action) == ("petugas.sukodono", VILLAGE, "logged_in")
    assert entry.details == {"network": "10.1.2.0/24"}
    assert entry.correlation_id == answer.headers["X-Correlation-Id"]


def test_a_failure_names_the_account_that_exists_and_proves_nobody(mall: Mall) -> None:
    mall.account("petugas", "benar")
    mall.account("mantan", "benar")
    with mall.database.transaction() as tx:
        queries.disable(tx, "mantan")
    log_in(mall, "petugas", "salah")
    log_in(mall, "mantan", "benar")
    wrong, gone = entries(mall)
    assert (wrong.actor, wrong.office, wrong.action) == ("anonymous", VILLAGE, "log_in_failed")
    assert wrong.details == {"network": "10.1.2.0/24", "account": "petugas", "disabled": False}
    assert gone.details["disabled"] is True


def test_a_password_typed_into_the_name_field_is_not_kept(mall: Mall) -> None:
    log_in(mall, "Rahasia-Negara-99", "petugas")
    (entry,) = entries(mall)
    assert entry.details == {"network": "10.1.2.0/24", "name": "R*****"}
    assert "ahasia" not in repr(entry)


def test_no_entry_holds_a_password(mall: Mall) -> None:
    mall.account("petugas", "benar-sekali")
    for password in ("benar-sekali", "salah-sekali"):
        log_in(mall, "petugas", password)
    operate(mall, "create", account="baru.satu", password="kopi-hujan-sepeda", assignments=[])
    operate(mall, "change", account="baru.satu", password="gunung-payung-kereta")
    assert len(entries(mall)) == 4
    assert not [w for w in ("benar-sekali", "salah-sekali", "sepeda", "kereta") if w in repr(entries(mall))]


def test_the_lock_out_is_told_once_and_nothing_is_written_while_it_lasts(mall: Mall) -> None:
    mall.account("petugas", "benar")
    for _ in range(FAILED_HERE.most + 20):
        log_in(mall, "petugas", "salah")
    told = entries(mall)
    assert len(told) == FAILED_HERE.most
    assert [e.id for e in told if e.details.get("locked") == ["account"]] == [told[-1].id]


def test_an_address_that_is_locked_out_is_told_once(mall: Mall) -> None:
    for number in range(FAILED_BY_ADDRESS.most + 10):
        log_in(mall, f"tebakan.{number}", "salah")
    assert [e.details["locked"] for e in entries(mall) if "locked" in e.details] == [["address"]]


def test_a_flood_of_guesses_from_everywhere_leaves_a_bounded_number_of_entries(mall: Mall) -> None:
    def flood(first: int) -> None:
        for number in range(first, first + trail.STRANGERS.most + 30):
            log_in(mall, f"tebakan.{number}", "salah", f"10.{number // 250}.{number % 250}.9")

    flood(0)
    assert len(entries(mall)) == trail.STRANGERS.most + 1
    assert [e.action for e in entries(mall)][-1] == "more_failures_not_listed"
    mall.account("petugas", "benar")
    log_in(mall, "petugas", "salah", "10.9.9.9")
    assert entries(mall)[-1].details["account"] == "petugas", "guesses at a real account are not drowned"
    mall.clock.advance(trail.STRANGERS.window + timedelta(seconds=1))
    flood(1000)
    assert len(entries(mall, "log_in_failed")) == 2 * trail.STRANGERS.most + 1
    assert len(entries(mall, "more_failures_not_listed")) == 2, "each window says that there were more"


def test_a_script_that_logs_in_for_each_request_fills_nothing(mall: Mall) -> None:
    mall.account("mitra", "benar")
    for _ in range(trail.SUCCESSES.most + 20):
        assert log_in(mall, "mitra", "benar").status_code == 200
    assert len(entries(mall, "logged_in")) == trail.SUCCESSES.most
    assert len(entries(mall, "more_log_ins_not_listed")) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.168.100.77", "192.168.100.0/24"),
        ("2001:db8:1:2::7", "2001:db8:1::/48"),
        ("unknown", None),
        ("<script>", None),
    ],
)
def test_of_an_address_only_its_network_is_kept(address: str, network: str | None) -> None:
    assert addresses.network(address) == network


# ---------------------------------------------------------------- administration


def operate(mall: Mall, what: str, key: str | None = None, **body: Any) -> TestResponse:
    path = "/api/v1/operations/accounts" + ("/change" if what == "change" else "")
    actor = mall.token("operator", "mpp-sidoarjo", "operator")
    headers = {"Authorization": f"Bearer {actor}", "Idempotency-Key": key or new_id()}
    return mall.client.post(path, json=body, headers=headers)


def own_token(mall: Mall, name: str = "petugas.baru") -> str:
    """The token of somebody who has changed the password that the operator gave."""
    first = log_in(mall, name, "kopi-hujan-sepeda").get_json()["access_token"]
    body = {"old_password": "kopi-hujan-sepeda", "new_password": "lampu-sawah-perahu"}
    changed = mall.client.post("/api/v1/auth/password", json=body, headers={"Authorization": f"Bearer {first}"})
    return str(changed.get_json()["access_token"])


def made(mall: Mall, name: str = "petugas.baru") -> TestResponse:
    held = [{"office": VILLAGE, "role": "clerk"}]
    return operate(mall, "create", account=name, password="kopi-hujan-sepeda", assignments=held)


def test_every_step_on_an_account_is_on_record(mall: Mall) -> None:
    assert made(mall).status_code == 201
    moved = [{"office": "35.15.14", "role": "verifier"}]
    for change in (
        {"assignments": moved},
        {"password": "gunung-payung-kereta-1"},
        {"disabled": True},
        {"disabled": False},
        {"end_sessions": True},
    ):
        assert operate(mall, "change", account="petugas.baru", **change).status_code == 200
    told = entries(mall)
    assert [e.action for e in told] == [
        "account_created", "account_assigned", "account_password_set", "account_disabled", "account_enabled",
        "account_sessions_ended",
    ]  # fmt: skip
    assert {(e.actor, e.office, e.details["account"]) for e in told} == {("operator", "mpp-sidoarjo", "petugas.baru")}
    assert told[1].details["before"] == [{"office": VILLAGE, "role": "clerk"}]
    assert told[1].details["after"] == moved


def test_what_an_operator_made_can_log_in_and_what_he_disabled_cannot_go_on(mall: Mall) -> None:
    made(mall)
    bearer = {"Authorization": f"Bearer {own_token(mall)}"}
    assert mall.client.get("/api/v1/permits", headers=bearer).status_code == 200
    operate(mall, "change", account="petugas.baru", disabled=True)
    assert mall.client.get("/api/v1/permits", headers=bearer).status_code == 401
    assert log_in(mall, "petugas.baru", "lampu-sawah-perahu").status_code == 401


def test_what_is_so_already_is_no_change_and_ends_no_token(mall: Mall) -> None:
    made(mall)
    token = own_token(mall)
    before = len(entries(mall))
    operate(mall, "change", account="petugas.baru", disabled=False, assignments=[{"office": VILLAGE, "role": "clerk"}])
    assert len(entries(mall)) == before
    assert mall.client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_a_command_repeated_with_its_key_happens_once(mall: Mall) -> None:
    key = new_id()
    body = {"account": "petugas.baru", "password": "kopi-hujan-sepeda", "assignments": []}
    first, again = operate(mall, "create", key, **body), operate(mall, "create", key, **body)
    assert (first.status_code, again.status_code, first.get_json()) == (201, 201, again.get_json())
    assert operate(mall, "create", key, **{**body, "password": "lampu-sawah-perahu"}).status_code == 422
    assert operate(mall, "create", **body).get_json()["code"] == "account_exists"
    assert len(entries(mall)) == 1


def test_an_operator_does_not_lock_himself_out(mall: Mall) -> None:
    for change in ({"disabled": True}, {"assignments": []}):
        answer = operate(mall, "change", account="operator", **change)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "own_account")
    answer = operate(mall, "change", account="operator", password="kopi-hujan-sepeda")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "own_password"), "without the old one"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"account": "system"}, "account"),
        ({"account": "Petugas Baru"}, "account"),
        ({"password": "pendek"}, "password"),
        ({"assignments": [{"office": VILLAGE, "role": "king"}]}, "assignments.0.role"),
        ({"assignments": [{"office": VILLAGE}]}, "assignments.0.office"),
        ({"assignments": "clerk"}, "assignments"),
    ],
)
def test_a_wrong_account_is_refused_by_field(mall: Mall, body: dict[str, Any], field: str) -> None:
    whole = {"account": "petugas.baru", "password": "kopi-hujan-sepeda", "assignments": [], **body}
    answer = operate(mall, "create", **whole)
    assert answer.status_code == 422
    assert field.rpartition(".")[0] in json.dumps(answer.get_json()["errors"])
    assert entries(mall) == []


def test_only_operators_touch_accounts(mall: Mall) -> None:
    for role in ("clerk", "supervisor", "inspectorate", "partner"):
        bearer = {"Authorization": f"Bearer {mall.token(role, name=f'orang.{role}')}"}
        assert mall.client.get("/api/v1/operations/accounts", headers=bearer).status_code == 403
        headers = {**bearer, "Idempotency-Key": new_id()}
        body = {"account": "operator", "disabled": True}
        assert mall.client.post("/api/v1/operations/accounts/change", json=body, headers=headers).status_code == 403


def test_the_list_shows_every_account_once_and_no_hash(mall: Mall) -> None:
    for number in range(5):
        made(mall, f"petugas.{number}")
    bearer = {"Authorization": f"Bearer {mall.token('operator', 'mpp-sidoarjo', 'operator')}"}
    found, after = [], ""
    while True:
        page = mall.client.get(f"/api/v1/operations/accounts?limit=2{after}", headers=bearer).get_json()
        found += page["items"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [item["account"] for item in found] == ["operator", *(f"petugas.{n}" for n in range(5))]
    assert {key for item in found for key in item} == {
        "account", "full_name", "nip", "nik_known", "disabled", "assignments", "must_change_password", "pending",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=GAS.1", ["petugas.1"]),
        ("q=nobody%25", []),
        ("office=mpp-sidoarjo", ["operator"]),
        (f"office={VILLAGE}&q=petugas", ["petugas.0", "petugas.1"]),
    ],
)
def test_accounts_are_found_by_letters_and_by_office(mall: Mall, query: str, names: list[str]) -> None:
    for number in range(2):
        made(mall, f"petugas.{number}")
    bearer = {"Authorization": f"Bearer {mall.token('operator', 'mpp-sidoarjo', 'operator')}"}
    page = mall.client.get(f"/api/v1/operations/accounts?{query}", headers=bearer).get_json()
    assert [item["account"] for item in page["items"]] == names


# ---------------------------------------------------------------- sealed like the others


def test_the_gateways_trail_is_sealed_and_a_changed_entry_is_named(mall: Mall) -> None:
    mall.account("petugas", "benar")
    log_in(mall, "petugas", "benar")
    log_in(mall, "petugas", "salah")
    made(mall)
    written: list[str] = []
    Sealer(mall.database, mall.clock, "mpp/35.15/gateway", lambda c: written.append(note(c))).run_once()
    report = check_service(mall.database.url, "gateway", notes(written), None)
    assert (report.entries, report.sealed, report.count) == (3, 3, 0)
    with mall.database.transaction() as tx:
        tx.execute(audit.update().where(audit.c.action == "log_in_failed").values(action="logged_in"))
    report = check_service(mall.database.url, "gateway", notes(written), None)
    assert [(f.kind, f.entry) for f in report.findings] == [("edited", 2)]


def note(checkpoint: Checkpoint) -> str:
    return render(checkpoint, None)


def notes(written: list[str]) -> list[Written]:
    return list(parse(io.StringIO("".join(written))))


def test_the_first_operator_is_made_once_and_is_on_record(mall: Mall) -> None:
    with pytest.raises(Problem):
        operator(mall.database, "35.15", "pendek")
    assert operator(mall.database, "35.15", "kopi-hujan-sepeda") is True
    assert operator(mall.database, "35.15", "kopi-hujan-sepeda") is False
    assert log_in(mall, "operator", "kopi-hujan-sepeda").status_code == 200
    first = entries(mall)[0]
    assert (first.actor, first.action) == ("system", "account_created")
    with mall.database.transaction() as tx:
        found = queries.find(tx, "operator")
    assert found is not None
    assert found.actor.assignments == (Assignment("mpp-sidoarjo", "operator"),)
