"""A half-filled form is kept for who writes it: for seven days, for nobody else, readable in the answer alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from mpp.clock import new_id
from mpp.web.bodies import MAX_BODY
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts import queries
from services.gateway.api.app import build
from services.gateway.drafts import book
from services.gateway.feed.epochs.watch import Watch
from services.gateway.housekeeping import keep_house
from services.gateway.sealing import Sealer
from tests.integration.gateway.conftest import Mall
from tests.support.desks import files_of

BASE = "/api/v1/drafts"
FORM = {"applicant": {"nik": "3515144107909990", "name": "Nama Rahasia"}, "data": {"practice_name": None}}
OTHER = {"applicant": {"nik": "3515144107909990", "name": "Nama Kedua"}}
SERVICE = "PRZ-SIP-DR"
WEEK = timedelta(days=7)


@pytest.fixture
def mall(mall: Mall) -> Mall:
    _, mall.parts.catalogue, _ = files_of("35.15", ())
    mall.parts.draft_sealer = Sealer(b"k" * 32)
    mall.client = Client(Headers(Door(build(mall.parts))))
    return mall


def ask(mall: Mall, method: str, path: str = "", who: str = "petugas", **more: Any) -> TestResponse:
    headers = {
        "Authorization": f"Bearer {mall.token(name=who)}",
        "Idempotency-Key": new_id(),
        **more.pop("headers", {}),
    }
    version = more.pop("version", None)
    if version is not None:
        headers["If-Match"] = f'"{version}"'
    return mall.client.open(BASE + path, method=method, headers=headers, **more)


def keep(mall: Mall, who: str = "petugas", form: Any = FORM, **more: Any) -> dict[str, Any]:
    answer = ask(mall, "POST", who=who, json={"service": SERVICE, "form": form}, **more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    assert answer.headers["Location"] == f"{BASE}/{found['id']}"
    assert answer.headers["ETag"] == '"1"'
    return found


def listed(mall: Mall, who: str = "petugas") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ask(mall, "GET", who=who).get_json()["items"]
    return items


def code_of(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["code"]


def form_of(mall: Mall, draft: dict[str, Any]) -> Any:
    return ask(mall, "GET", f"/{draft['id']}").get_json()["form"]


def test_a_form_is_kept_found_again_changed_and_removed(mall: Mall) -> None:
    draft = keep(mall)
    path = f"/{draft['id']}"
    mall.clock.advance(timedelta(days=1))
    changed = ask(mall, "PUT", path, version=1, json={"service": SERVICE, "form": OTHER})
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    found = ask(mall, "GET", path)
    assert (found.get_json()["form"], found.headers["ETag"]) == (OTHER, '"2"')
    assert found.headers["Cache-Control"] == "private, no-store"
    assert found.get_json()["created_at"] == draft["created_at"] < found.get_json()["changed_at"]
    gone = ask(mall, "DELETE", path, version=2)
    assert gone.status_code == 200
    assert code_of(ask(mall, "GET", path)) == (404, "not_found")
    assert listed(mall) == []


def test_the_list_shows_what_is_there_and_nothing_that_is_in_it(mall: Mall) -> None:
    first = keep(mall)
    mall.clock.advance(timedelta(minutes=1))
    second = keep(mall)
    mall.clock.advance(timedelta(minutes=1))
    ask(mall, "PUT", f"/{first['id']}", version=1, json={"service": SERVICE, "form": OTHER})
    found = listed(mall)
    assert [draft["id"] for draft in found] == [first["id"], second["id"]], "the one that was changed last first"
    assert found[0]["service_name"]["id"].startswith("Surat Izin Praktik")
    names = {"id", "service", "service_name", "version", "created_at", "changed_at", "expires_at"}
    assert all(set(draft) == names for draft in found)


def test_nobody_else_finds_it_whoever_they_are(mall: Mall) -> None:
    draft = keep(mall)
    path = f"/{draft['id']}"
    for who in ("rekan", "penyelia"):
        assert listed(mall, who) == []
        for answer in (
            ask(mall, "GET", path, who),
            ask(mall, "PUT", path, who, version=1, json={"service": SERVICE, "form": OTHER}),
            ask(mall, "DELETE", path, who, version=1),
        ):
            assert code_of(answer) == (404, "not_found")
    assert form_of(mall, draft) == FORM
    assert mall.client.get(BASE).status_code == 401


def test_two_windows_do_not_overwrite_one_another(mall: Mall) -> None:
    draft = keep(mall)
    path, body = f"/{draft['id']}", {"service": SERVICE, "form": OTHER}
    assert code_of(ask(mall, "PUT", path, json=body)) == (428, "if_match_missing")
    assert ask(mall, "PUT", path, version=1, json={"service": SERVICE, "form": FORM}).status_code == 200
    assert code_of(ask(mall, "PUT", path, version=1, json=body)) == (412, "version_stale")
    assert code_of(ask(mall, "DELETE", path, version=1)) == (412, "version_stale")
    assert form_of(mall, draft) == FORM


def test_a_repeated_command_happens_once(mall: Mall) -> None:
    key = {"Idempotency-Key": new_id()}
    draft = keep(mall, headers=key)
    assert keep(mall, headers=key) == draft
    assert len(listed(mall)) == 1
    other = ask(mall, "POST", json={"service": SERVICE, "form": OTHER}, headers=key)
    assert code_of(other) == (422, "idempotency_key_reused")
    again = {"Idempotency-Key": new_id()}
    body, path = {"service": SERVICE, "form": OTHER}, f"/{draft['id']}"
    first, second = (ask(mall, "PUT", path, version=1, json=body, headers=again) for _ in range(2))
    assert first.get_json() == second.get_json()
    assert (second.headers["Idempotency-Replayed"], second.headers["ETag"]) == ("true", '"2"')


def test_what_is_wrong_is_told(mall: Mall) -> None:
    for body, field, code in [
        ({"service": "XXX-01", "form": {}}, "service", "unknown_service"),
        ({"service": SERVICE}, "form", "required"),
        ({"service": SERVICE, "form": []}, "form", "not_an_object"),
        ({"service": SERVICE, "form": {}, "nik": "1"}, "nik", "unknown_field"),
    ]:
        answer = ask(mall, "POST", json=body)
        assert (answer.status_code, [(e["field"], e["code"]) for e in answer.get_json()["errors"]]) == (
            422,
            [(field, code)],
        )
    large = ask(mall, "POST", json={"service": SERVICE, "form": {"text": "x" * MAX_BODY}})
    assert code_of(large) == (413, "body_too_large")
    assert ask(mall, "GET", "/x").status_code == 404
    assert listed(mall) == []


def test_an_account_keeps_a_few_and_twins_do_not_get_past_that(mall: Mall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "MOST", 3)
    for _ in range(2):
        keep(mall)
    keep(mall, "rekan")
    answers: list[TestResponse] = []
    body = {"service": SERVICE, "form": FORM}
    twins = [Thread(target=lambda: answers.append(ask(mall, "POST", json=body))) for _ in range(4)]
    for twin in twins:
        twin.start()
    for twin in twins:
        twin.join()
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.get_json().get("code") for answer in answers} == {None, "drafts_full"}
    assert len(listed(mall)) == 3
    mall.clock.advance(WEEK)
    keep(mall)
    assert len(listed(mall)) == 1, "those whose time is over do not count"


def test_it_is_gone_after_seven_days_without_a_change(mall: Mall) -> None:
    stays, goes = keep(mall), keep(mall)
    mall.clock.advance(WEEK - timedelta(seconds=1))
    body = {"service": SERVICE, "form": OTHER}
    assert ask(mall, "PUT", f"/{stays['id']}", version=1, json=body).status_code == 200
    mall.clock.advance(timedelta(seconds=1))
    assert [draft["id"] for draft in listed(mall)] == [stays["id"]]
    path = f"/{goes['id']}"
    for answer in (
        ask(mall, "GET", path),
        ask(mall, "PUT", path, version=1, json=body),
        ask(mall, "DELETE", path, version=1),
    ):
        assert code_of(answer) == (404, "not_found")
    assert keep_house(mall.database, mall.clock.now(), Watch(mall.database, mall.clock, None))["drafts"] == 1
    assert len(rows(mall)) == 1


def test_it_is_gone_when_the_account_is_closed_and_does_not_come_back(mall: Mall) -> None:
    keep(mall)
    keep(mall, "rekan")
    with mall.database.transaction() as tx:
        queries.disable(tx, "petugas")
    assert len(rows(mall)) == 1
    with mall.database.transaction() as tx:
        queries.enable(tx, "petugas")
    assert len(rows(mall)) == len(listed(mall, "rekan")) == 1


def rows(mall: Mall) -> list[str]:
    with mall.database.transaction() as tx:
        return list(tx.execute(text("SELECT drafts::text FROM drafts")).scalars())


def test_it_is_readable_in_no_table_and_no_log(mall: Mall) -> None:
    """So a backup, which takes the tables as they are, holds nothing that can be read either."""
    with structlog.testing.capture_logs() as lines:
        draft = keep(mall)
        ask(mall, "PUT", f"/{draft['id']}", version=1, json={"service": SERVICE, "form": OTHER})
        ask(mall, "GET", f"/{draft['id']}")
    with mall.database.transaction() as tx:
        names = tx.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        told = "".join(str(row) for name in names for row in tx.execute(text(f'SELECT t::text FROM "{name}" t')))
        sealed = bytes(tx.execute(text("SELECT sealed FROM drafts")).scalar_one())
    assert SERVICE in told, "the tables were read"
    for secret in ("Nama Rahasia", "Nama Kedua", "3515144107909990", "practice_name"):
        assert secret not in told + str(lines)
        assert secret.encode() not in sealed


def _another_draft(mall: Mall, draft: dict[str, Any]) -> None:
    change(mall, "UPDATE drafts SET id = :id", id=new_id())


def _another_account(mall: Mall, draft: dict[str, Any]) -> None:
    mall.token(name="rekan")
    change(mall, "UPDATE drafts SET account = 'rekan'")


def _another_key(mall: Mall, draft: dict[str, Any]) -> None:
    mall.parts.draft_sealer = Sealer(b"l" * 32)
    mall.client = Client(Headers(Door(build(mall.parts))))


def change(mall: Mall, statement: str, **values: str) -> None:
    with mall.database.transaction() as tx:
        tx.execute(text(statement), values)


@pytest.mark.parametrize("move", [_another_draft, _another_account, _another_key])
def test_whoever_writes_to_the_database_hands_it_to_nobody(
    mall: Mall, move: Callable[[Mall, dict[str, Any]], None]
) -> None:
    draft = keep(mall)
    move(mall, draft)
    found = [(who, each["id"]) for who in ("petugas", "rekan") for each in listed(mall, who)]
    assert len(found) == 1
    who, id_ = found[0]
    assert code_of(ask(mall, "GET", f"/{id_}", who)) == (404, "not_found")
    assert ask(mall, "DELETE", f"/{id_}", who, version=1).status_code == 200, "but its owner gets rid of it"


def test_a_mall_without_the_key_keeps_none_and_says_so(mall: Mall) -> None:
    mall.parts.draft_sealer = None
    mall.client = Client(Headers(Door(build(mall.parts))))
    for answer in (ask(mall, "GET"), ask(mall, "POST", json={"service": SERVICE, "form": FORM})):
        assert code_of(answer) == (503, "drafts_off")
