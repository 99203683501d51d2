"""Anybody may file what the catalogue allows; nobody keeps the others from it."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from mpp.clock import new_id
from services.gateway.api.routes.cases import online
from services.gateway.limits.queries import Limit
from tests.integration.gateway.conftest import PERSON, Mall

ADDRESS = "/api/v1/permits/online"
BODY = {"service": "PRZ-KRK", "applicant": PERSON, "data": {}}
FILED = {
    "id": "01890a5d-ac96-774b-bcce-b302099a8057", "collection": "permits", "tracking_code": "P0123456789V",
    "service": {"code": "PRZ-KRK", "name": {"id": "KRK", "en": "KRK"}}, "status": "waiting",
    "status_label": {"id": "Menunggu", "en": "Waiting"}, "office": "mpp", "office_name": "MPP", "ends_on": "2026-11-27",
    "secret": "7K2M9QX4TB",
}  # fmt: skip


@pytest.fixture
def heard(mall: Mall) -> list[Any]:
    """What the service is asked; it takes everything."""
    asked: list[Any] = []

    def take(method: str, payload: Any) -> dict[str, Any]:
        asked.append((method, payload))
        return {"status": 200, "body": FILED}

    mall.stubs["permits"].hook = take
    return asked


def file(mall: Mall, address: str = "10.0.0.1", key: str | None = None, **more: Any) -> TestResponse:
    headers = {"Idempotency-Key": key or new_id()}
    sent = {"headers": headers, "json": {**BODY, **more}, "environ_overrides": {"REMOTE_ADDR": address}}
    return mall.client.post(ADDRESS, **sent)  # type: ignore[arg-type]


def test_who_files_needs_no_account_and_is_told_code_and_secret(mall: Mall, heard: list[Any]) -> None:
    answer = file(mall)
    assert answer.status_code == 201, answer.text
    assert (answer.get_json()["tracking_code"], answer.get_json()["secret"]) == ("P0123456789V", "7K2M9QX4TB")
    assert answer.headers["Cache-Control"] == "no-store"
    assert heard[0][1]["token"] is None


def test_a_flood_from_one_address_stops_that_address_alone(mall: Mall, heard: list[Any]) -> None:
    for _ in range(online.FROM_ONE.most):
        assert file(mall).status_code == 201
    stopped = file(mall)
    assert (stopped.status_code, stopped.get_json()["code"]) == (429, "rate_limited")
    assert 0 < int(stopped.headers["Retry-After"]) <= 3600
    assert file(mall, "10.0.0.2").status_code == 201


def test_what_is_stopped_at_its_address_is_not_counted_for_everybody(
    mall: Mall, heard: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online, "FROM_ONE", Limit("online_filed", 2, online.FROM_ONE.window))
    monkeypatch.setattr(online, "IN_ALL", Limit("online_filed_in_all", 4, online.IN_ALL.window))
    assert [file(mall).status_code for _ in range(6)] == [201, 201, 429, 429, 429, 429]
    assert [file(mall, f"10.0.0.{n}").status_code for n in (2, 3, 4)] == [201, 201, 429]
    clerk = mall.post("/api/v1/permits", {"service": "PRZ-KRK", "applicant": PERSON, "data": {}})
    assert clerk.status_code != 429, "the counter goes on"


def test_a_key_that_others_could_guess_is_refused(mall: Mall, heard: list[Any]) -> None:
    answer = file(mall, key="1")
    assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_malformed")
    assert heard == []


def test_what_is_too_large_or_of_no_known_shape_reaches_no_service(mall: Mall, heard: list[Any]) -> None:
    assert file(mall, data={"purpose": "x" * 70_000}).status_code == 413
    assert file(mall, clerk="saya").status_code == 422
    assert file(mall, applicant={**PERSON, "nik": "123"}).status_code == 422


def test_the_list_of_what_waits_is_for_clerks(mall: Mall, heard: list[Any]) -> None:
    assert mall.client.get(ADDRESS).status_code == 401
