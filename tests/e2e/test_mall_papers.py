"""Over HTTP and the broker of a running mall: what one service issues completes the file of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from mpp.clock import new_id
from mpp.identity import demo as people
from tests.support.mall import Mall, data_folder, processes_of
from tests.support.wait import until

CLERK = "petugas.sukodono"
SITE = {"site_address": "Jalan Contoh 1", "site_region": "35.15.14.2013"}
KRK = {"kind": "new", **SITE, "land_area": 100, "purpose": "rumah"}
PBG = {"kind": "new", "track": "standard", "land": "owned", "function": "rumah", "floor_area": 200, **SITE}
Body = dict[str, Any]


@pytest.fixture(scope="module")
def mall() -> Iterator[Mall]:
    with data_folder() as path:
        started = Mall(path)
        yield started.start()
        started.kill()
        until(lambda: not processes_of(path), what="the end of the database")


def send(mall: Mall, path: str, account: str, body: Body, **headers: str) -> requests.Response:
    headers = {**mall.log_in(account), "Idempotency-Key": new_id(), **headers}
    return requests.post(f"http://localhost:{mall.port}/api/v1/permits{path}", json=body, headers=headers, timeout=20)


def file(mall: Mall, service: str, data: Body, papers: Body, index: int) -> requests.Response:
    who = people.resident(index)
    applicant = {"kind": "person", "nik": who.nik, "name": who.name}
    return send(mall, "", CLERK, {"service": service, "applicant": applicant, "data": {**data, "requirements": papers}})


def file_krk(mall: Mall, index: int) -> Body:
    papers = dict.fromkeys(("land_proof", "identity", "location_map"), True)
    answer = file(mall, "PRZ-KRK", KRK, papers, index)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def file_pbg(mall: Mall, krk: str, index: int) -> requests.Response:
    names = ("identity", "land_proof", "no_dispute", "pbb", "environment", "plans", "structure")
    return file(mall, "PRZ-PBG", PBG, {**dict.fromkeys(names, True), "krk": krk}, index)


def act(mall: Mall, case: Body, account: str, action: str, **body: Any) -> Body:
    answer = send(
        mall, f"/{case['id']}/actions", account, {"action": action, **body}, **{"If-Match": f'"{case["version"]}"'}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_city_plan_statement_completes_the_file_of_a_building_approval(mall: Mall) -> None:
    krk = file_krk(mall, 1)
    pbg = file_pbg(mall, krk["tracking_code"], 1).json()
    assert (pbg["state"], pbg["due_at"]) == ("incomplete", None)
    assert pbg["waiting"]["why"]["en"].startswith("Waiting for City plan statement")
    krk = act(mall, krk, "verifikator.dpmptsp", "verify")
    krk = act(mall, krk, "teknis.dpupr", "recommend")
    krk = act(mall, krk, "penandatangan.dpmptsp", "sign")

    def now() -> Body:
        return dict(mall.get(f"/api/v1/permits/{pbg['id']}", CLERK))

    until(lambda: now()["state"] == "submitted", what="the event completes the file")
    found = now()
    assert found["due_at"] is not None
    paper = next(r for r in found["requirements"] if r["code"] == "krk")
    assert (paper["fulfilled"], paper["paper"]["number"]) == (True, krk["document_number"])
    assert [e["action"] for e in found["timeline"]] == ["open", "paper_arrived", "complete"]


def test_somebody_elses_paper_is_unknown_and_a_withdrawn_one_is_told(mall: Mall) -> None:
    krk = file_krk(mall, 2)
    refused = file_pbg(mall, krk["tracking_code"], 3)
    assert refused.status_code == 422
    assert [(e["field"], e["code"]) for e in refused.json()["errors"]] == [("data.requirements.krk", "unknown_paper")]
    pbg = file_pbg(mall, krk["tracking_code"], 2).json()
    act(mall, krk, CLERK, "withdraw", note="tidak jadi")

    def flagged() -> bool:
        items = mall.get("/api/v1/worklist?limit=100", CLERK)["items"]
        return any(item["case_id"] == pbg["id"] and item["paper"] == "failed" for item in items)

    until(flagged, what="the clerk sees that the paper will not come")
