"""Who finds which permit in the register, and a look at a holder is on record."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mpp.identity import demo as people
from mpp.persistence.tables import audit
from tests.integration.permits.conftest import SIGNER, Office
from tests.integration.permits.told import days
from tests.support.desks import doctor, refusal


def test_the_register_is_found_by_number_service_area_status_and_end(office: Office) -> None:
    for index in range(4):
        office.issue(index, practice_region="35.15.14.2013" if index % 2 else "35.15.18.2001")
        days(office, 1)
    first = office.list(number="503/0001/SIP-DR/DPMPTSP/2026")["items"]
    assert [p["number"] for p in first] == ["503/0001/SIP-DR/DPMPTSP/2026"]
    office.act(office.get(first[0]["id"]), "suspend")
    assert office.numbers() == ["0004", "0003", "0002", "0001"]
    assert office.numbers(limit=1) == ["0004", "0003", "0002", "0001"], "page by page"
    assert office.numbers(status="suspended") == ["0001"]
    assert office.numbers(status="valid", limit=2) == ["0004", "0003", "0002"]
    assert office.numbers(area="35.15.14", limit=1) == ["0002", "0004"]
    assert office.numbers(area="35.15.14.2013") == ["0002", "0004"]
    assert office.numbers(area="35.15.18", status="valid") == ["0003"]
    assert office.numbers(service="PRZ-SIP-DR", limit=3) == ["0004", "0003", "0002", "0001"]
    assert office.numbers(service="PRZ-X") == []
    assert office.numbers(until_from="2031-11-23", until_to="2031-11-24", limit=1) == ["0002", "0003"]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"status": "burnt"}, 422),
        ({"area": "35.15.1"}, 422),
        ({"until_from": "2031-02-30"}, 422),
        ({"limit": 0}, 422),
        ({"cursor": "xx"}, 400),
        ({"cursor": "WzFd"}, 400),
        ({"cursor": "W10", "area": "35.15.14"}, 400),
    ],
)
def test_a_wrong_filter_is_named(office: Office, params: Any, status: int) -> None:
    assert refusal(lambda: office.list(**params)).status == status


def test_a_village_sees_its_own_permits_with_the_holder_masked(office: Office) -> None:
    here = office.issue(0)
    there = office.issue(1, practice_region="35.15.18.2001")
    assert office.numbers("petugas.sukodono") == ["0001"]
    assert office.numbers("petugas.waru") == ["0002"]
    seen = office.get(here, "petugas.sukodono")
    assert seen["holder"]["name"] == "W**** C***** 0*"
    assert seen["holder"]["nik"].startswith("*" * 12)
    assert (seen["data"], seen["case"], seen["actions"]) == ({}, None, [])
    assert refusal(lambda: office.get(there, "petugas.sukodono")).status == 404
    assert office.get(here)["holder"]["name"] == doctor(0)["name"]
    assert office.list()["items"][0]["holder"]["name"].startswith("W***")
    assert refusal(lambda: office.list("operator")).status == 403


def test_a_holder_is_found_by_nik_or_the_words_of_the_name(office: Office) -> None:
    for place in ("Klinik A", "Klinik B"):
        office.issue(0, place)
    office.issue(1)
    nik = people.resident(0).nik
    assert [p["number"][4:8] for p in office.search(nik=nik)["items"]] == ["0002", "0001"]
    first = office.search(nik=nik, limit=1)
    assert [p["number"][4:8] for p in office.search(nik=nik, limit=1, cursor=first["next"])["items"]] == ["0001"]
    assert len(office.search(name="warga CONTOH")["items"]) == 3
    assert [p["number"][4:8] for p in office.search(name="Warga Contoh 02")["items"]] == ["0003"]
    page = office.search(name="Warga", limit=2)
    assert [p["number"][4:8] for p in office.search(name="Warga", limit=2, cursor=page["next"])["items"]] == ["0003"]
    assert len(office.search(name="contoh war")["items"]) == 3
    assert office.search(name="arga")["items"] == []


def test_a_search_by_holder_is_audited_without_the_nik(office: Office) -> None:
    permit = office.issue(0)
    nik = people.resident(0).nik
    office.search(nik=nik)
    office.search(name="warga contoh 01")
    with office.desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(audit).where(audit.c.action == "register.search").order_by(audit.c.id)).all()
    assert [row.actor for row in rows] == [SIGNER, SIGNER]
    assert [row.details["found"] for row in rows] == [[permit["id"]], [permit["id"]]]
    assert len(rows[0].details["person"]) == 64
    assert nik not in str([row.details for row in rows])
    assert "warga" not in str(rows[1].details).lower()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["nik", "name"]),
        ({"nik": "3515990101609990", "name": "Warga"}, ["nik", "name"]),
        ({"nik": "123"}, ["nik"]),
        ({"name": "ab"}, ["name"]),
        ({"name": "x" * 121}, ["name"]),
        ({"name": "Warga", "limit": 101}, ["limit"]),
    ],
)
def test_a_search_says_which_field_is_wrong(office: Office, body: Any, fields: list[str]) -> None:
    refused = refusal(lambda: office.search(**body))
    assert (refused.status, [f.field for f in refused.fields]) == (422, fields)


def test_a_counter_does_not_look_holders_up(office: Office) -> None:
    for account in ("petugas.sukodono", "operator"):
        assert refusal(lambda account=account: office.search(account, name="Warga")).status == 403
    office.issue(0)
    assert office.search("teknis.dinkes", name="Warga")["items"] == [], "another agency's permits are not its business"
