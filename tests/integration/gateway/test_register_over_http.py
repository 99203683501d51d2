"""Searches and the register over HTTP: nothing personal in an address."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.clock import new_id
from tests.integration.gateway.conftest import PERSON, Mall

NIK = PERSON["nik"]
BASE = "/api/v1/register/permits"


def answering(mall: Mall, body: dict[str, Any], version: int | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Let licensing answer every call so."""
    stub = mall.stubs["permits"]
    stub.hook = lambda method, payload: {"status": 200, "body": body, "version": version}
    return stub.calls


def test_a_search_sends_the_nik_in_the_body_only(mall: Mall) -> None:
    calls = answering(mall, {"items": [], "next": None})
    for path, method in (("/api/v1/permits/search", "search_cases"), (f"{BASE}/search", "search_permits")):
        answer = mall.post(path, {"nik": NIK, "limit": 5})
        assert answer.status_code == 200, answer.text
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert (calls[-1][0], calls[-1][1]["body"]) == (method, {"nik": NIK, "limit": 5})
        assert NIK not in calls[-1][1]["path"]


def test_every_collection_can_be_searched(mall: Mall) -> None:
    for name, stub in mall.stubs.items():
        stub.hook = lambda method, payload: {"status": 200, "body": {"items": [], "next": None}}
        assert mall.post(f"/api/v1/{name}/search", {"name": "Warga"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [({"nik": "123"}, "nik"), ({"name": "ab"}, "name"), ({"name": "Warga", "x": 1}, "x"), ({"name": 7}, "name"),
     ({"name": "Warga", "limit": 1000}, "limit"), ({"name": "Warga", "cursor": "!"}, "cursor")],
)  # fmt: skip
def test_a_wrong_search_does_not_reach_the_service(mall: Mall, body: Any, field: str) -> None:
    answer = mall.post("/api/v1/permits/search", body)
    assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, field)
    assert mall.stubs["permits"].calls == []


def test_searches_are_counted_for_each_clerk_over_all_addresses(mall: Mall) -> None:
    answering(mall, {"items": [], "next": None})
    for number in range(30):
        path = ("/api/v1/permits/search", f"{BASE}/search")[number % 2]
        assert mall.post(path, {"nik": NIK}).status_code == 200
    refused = mall.post("/api/v1/permits/search", {"nik": NIK})
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    other = {"Authorization": f"Bearer {mall.token(name='petugas.lain')}"}
    assert mall.client.post("/api/v1/permits/search", json={"nik": NIK}, headers=other).status_code == 200


def test_the_register_takes_a_number_but_never_a_nik(mall: Mall) -> None:
    calls = answering(mall, {"items": [], "next": None})
    assert mall.get(f"{BASE}?number=503/0001/SIP-DR/DPMPTSP/2026&area=35.15.14&limit=5").status_code == 200
    assert calls[-1][1]["params"] == {"number": "503/0001/SIP-DR/DPMPTSP/2026", "area": "35.15.14", "limit": 5}
    for query in ("number=3515144107909990", "number=3515-1441-0790-9990", "nik=3515144107909990", "name=Budi",
                  "area=35.15.1", "status=burnt", "until_from=soon"):  # fmt: skip
        assert mall.get(f"{BASE}?{query}").status_code == 400


def test_a_permit_has_an_etag_and_is_changed_with_it(mall: Mall) -> None:
    answering(mall, {"id": "x"}, version=3)
    path = f"{BASE}/{new_id()}"
    assert mall.get(path).headers["ETag"] == '"3"'
    act = {"action": "suspend", "reason": "violation", "note": "Pelanggaran."}
    assert mall.post(f"{path}/actions", act).status_code == 428
    assert mall.post(f"{path}/actions", act, If_Match='"2"').headers["ETag"] == '"3"'
    assert mall.stubs["permits"].calls[-1][1]["if_match"] == 2
    keyless = mall.client.post(f"{path}/actions", json=act, headers=mall.headers(If_Match='"2"'))
    assert keyless.get_json()["code"] == "idempotency_key_missing"
    assert mall.get(f"{BASE}/not-an-id").status_code == 404
