"""What a form asks for by a code is found by its name: offices, places, and who may be assigned a task."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from mpp import regions
from mpp.regions import places
from mpp.web.wsgi import Door, Headers
from services.gateway.api.app import build
from tests.integration.gateway.conftest import Mall

SIDOARJO = regions.load("35.15").offices


@pytest.fixture
def mall(mall: Mall) -> Mall:
    mall.parts.offices = SIDOARJO
    mall.client = Client(Headers(Door(build(mall.parts))))
    return mall


def asked(mall: Mall, path: str) -> list[dict[str, Any]]:
    """Every item, over all pages, without a token."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = mall.client.get(path + (f"&cursor={cursor}" if cursor else ""))
        assert answer.status_code == 200, answer.text
        found += answer.get_json()["items"]
        cursor = answer.get_json()["next"]
    return found


def wrong(answer: TestResponse) -> tuple[int, list[tuple[str, str]]]:
    return answer.status_code, [(e["field"], e["code"]) for e in answer.get_json()["errors"]]


def test_an_office_is_found_by_its_name_and_by_its_code(mall: Mall) -> None:
    found = asked(mall, "/api/v1/offices?q=SUKODONO")
    assert {"35.15.14", "mini-mpp-sukodono"} <= {each["code"] for each in found}
    (district,) = [each for each in found if each["code"] == "35.15.14"]
    assert district["name"] == "Kecamatan Sukodono"
    assert (district["region_name"], district["parent_name"]) == ("Sukodono, Kabupaten Sidoarjo", "Sekretariat Daerah")
    assert [each["code"] for each in asked(mall, "/api/v1/offices?q=dpmpt")] == ["dpmptsp"]
    villages = asked(mall, "/api/v1/offices?kind=desa&region=35.15.14&limit=7")
    assert len(villages) == len([o for o in SIDOARJO if o.kind == "desa" and o.region.startswith("35.15.14.")])
    assert [v["code"] for v in villages] == sorted(v["code"] for v in villages)


def test_all_offices_come_page_by_page(mall: Mall) -> None:
    found = asked(mall, "/api/v1/offices?limit=100")
    assert sorted(each["code"] for each in found) == sorted(office.code for office in SIDOARJO)


def test_places_are_found_from_level_to_level(mall: Mall) -> None:
    districts = asked(mall, "/api/v1/regions?limit=100")
    assert {each["kind"] for each in districts} == {"kecamatan"}
    assert "35.15.14" in {each["code"] for each in districts}
    villages = asked(mall, "/api/v1/regions?parent=35.15.14&limit=100")
    assert len(villages) == len(places.directly_in("35.15.14"))
    assert {each["kind"] for each in villages} <= {"desa", "kelurahan"}
    assert all(each["path"].endswith("Sukodono, Kabupaten Sidoarjo") for each in villages)
    assert "31.74" in {each["code"] for each in asked(mall, "/api/v1/regions?parent=31&limit=100")}
    assert asked(mall, "/api/v1/regions?parent=31.74&limit=1")[0]["office"] is None, "it is in another region"


def test_a_place_is_found_by_its_name(mall: Mall) -> None:
    found = asked(mall, "/api/v1/regions?q=sukodono&limit=100")
    assert ("35.15.14", "kecamatan", "35.15.14") in {(f["code"], f["kind"], f["office"]) for f in found}


def test_what_there_is_not_is_told_and_is_not_an_empty_list(mall: Mall) -> None:
    assert wrong(mall.client.get("/api/v1/regions?parent=99.99")) == (422, [("parent", "unknown_region")])
    assert wrong(mall.client.get("/api/v1/offices?region=31.74")) == (422, [("region", "unknown_region")])
    assert wrong(mall.client.get("/api/v1/offices?kind=castle")) == (400, [("kind", "unknown_choice")])
    assert wrong(mall.get("/api/v1/colleagues?office=nowhere")) == (422, [("office", "unknown_office")])


def test_a_task_can_be_assigned_to_who_works_there(mall: Mall) -> None:
    mall.token("verifier", "dpmptsp", "verifikator.satu")
    mall.token("verifier", "dpmptsp", "verifikator.dua")
    mall.token("signer", "dinkes", "penandatangan.dinkes")
    gone = mall.token("verifier", "dpmptsp", "verifikator.pergi")
    assert gone
    with mall.database.transaction() as tx:
        tx.exec_driver_sql("UPDATE accounts SET disabled = true WHERE name = 'verifikator.pergi'")
    head = mall.token("supervisor", "setda", "penyelia.setda")
    seen = mall.client.get("/api/v1/colleagues?role=verifier", headers={"Authorization": f"Bearer {head}"}).get_json()
    assert [(i["account"], i["office"], i["office_name"]) for i in seen["items"]] == [
        ("verifikator.dua", "dpmptsp", "DPMPTSP"),
        ("verifikator.satu", "dpmptsp", "DPMPTSP"),
    ]
    one = mall.token("verifier", "dpmptsp", "verifikator.satu")
    mine = mall.client.get("/api/v1/colleagues?limit=1", headers={"Authorization": f"Bearer {one}"}).get_json()
    assert [i["account"] for i in mine["items"]] == ["verifikator.dua"]
    path = f"/api/v1/colleagues?limit=5&cursor={mine['next']}"
    rest = mall.client.get(path, headers={"Authorization": f"Bearer {one}"}).get_json()
    assert [i["account"] for i in rest["items"]] == ["verifikator.satu"], "nobody of another agency"
    assert mall.get("/api/v1/colleagues", "partner").status_code == 403


def test_the_names_of_all_who_hold_a_role_are_no_secret_of_the_inspectorate(mall: Mall) -> None:
    mall.token("signer", "dinkes", "penandatangan.dinkes")
    looks = mall.get("/api/v1/colleagues?office=dinkes", "inspectorate")
    assert [i["account"] for i in looks.get_json()["items"]] == ["penandatangan.dinkes"]
