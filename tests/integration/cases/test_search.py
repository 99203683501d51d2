"""Whose cases are these? By NIK or name in the body, only what one may see anyway, and never without a trace."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from mpp.clock import new_id
from mpp.identity import demo as people
from mpp.persistence.tables import audit
from mpp.web.schemas.pagination import encode_cursor
from tests.support.desks import REPORT, SIP_DATA, Desks, birth_data, doctor, refusal

CLERK, VERIFIER = "petugas.sukodono", "verifikator.dpmptsp"


def search(desks: Desks, account: str, collection: str = "permits", **body: Any) -> dict[str, Any]:
    payload = desks.payload(account, "POST", "", body)
    return dict(desks.answer(collection, "search_cases", payload)["body"])


def sip(desks: Desks, account: str = "petugas.sukodono", index: int = 0) -> str:
    return str(desks.open(account, "PRZ-SIP-DR", applicant=doctor(index), data=SIP_DATA)["id"])


def ids(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def trail(desks: Desks, service: str = "permits") -> list[Any]:
    with desks.databases[service].transaction() as tx:
        return list(tx.execute(select(audit).where(audit.c.action == "search").order_by(audit.c.id)).all())


def test_a_person_is_found_by_nik_newest_first_and_page_by_page(desks: Desks) -> None:
    made = [sip(desks) for _ in range(3)]
    sip(desks, index=1)
    nik = people.resident(0).nik
    assert ids(search(desks, VERIFIER, nik=nik)) == made[::-1]
    page = search(desks, VERIFIER, nik=nik, limit=2)
    assert ids(page) == made[:0:-1]
    page = search(desks, VERIFIER, nik=nik, limit=2, cursor=page["next"])
    assert (ids(page), page["next"]) == (made[:1], None)


def named(desks: Desks, name: str) -> str:
    return str(desks.open(CLERK, "PRZ-SIP-DR", applicant={**doctor(0), "name": name}, data=SIP_DATA)["id"])


def found(desks: Desks, name: str) -> list[str]:
    return ids(search(desks, VERIFIER, name=name))


def test_a_name_is_found_by_any_of_its_words_and_page_by_page(desks: Desks) -> None:
    made = [sip(desks, index=index) for index in (0, 1, 2)]
    for name in ("wArGa  contoh", "Contoh", "cont war"):
        assert found(desks, name) == made, name
    assert found(desks, "Warga Contoh 02") == found(desks, "02 warga") == made[1:2]
    for name in ("Warga", "Contoh Warga"):
        seen: list[str] = []
        cursor = None
        for _ in made:
            page = search(desks, VERIFIER, name=name, limit=1, **({"cursor": cursor} if cursor else {}))
            seen, cursor = seen + ids(page), page["next"]
        assert (seen, cursor) == (made, None)
    for name in ("arga", "Wa_ga", "Warga Bukan"):
        assert found(desks, name) == []


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Siti  Aminah", "Siti Aminah"),
        ("Siti\u00a0Aminah", "siti aminah"),
        ("Re\u0301ne", "rene"),
        ("Rene", "R\u00e9ne"),
        ("Nur\u2019aini", "Nur'aini"),
        ("Nur'aini", "nuraini"),
        ("H. Ahmad Dahlan", "Ahmad Dahlan"),
        ("dr. Budi Santoso, Sp.PD", "budi"),
        ("Abdul-Rahman", "rahman"),
        ("Budi Budiman", "bud"),
    ],
)
def test_it_does_not_matter_how_a_name_was_typed(desks: Desks, written: str, asked: str) -> None:
    case = named(desks, written)
    sip(desks)
    assert found(desks, asked) == [case]


def test_a_corrected_name_is_found_and_the_former_one_no_more(desks: Desks) -> None:
    case = desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(0), data=SIP_DATA)
    desks.act(CLERK, case, "amend", note="Salah ketik", data={"applicant": {"name": "Siti Aminah"}})
    assert (found(desks, "aminah"), found(desks, "warga")) == ([case["id"]], [])


def test_only_what_one_may_see_is_found(desks: Desks) -> None:
    here, there = sip(desks), sip(desks, "petugas.waru")
    nik = people.resident(0).nik
    assert ids(search(desks, "petugas.sukodono", nik=nik)) == [here]
    assert ids(search(desks, "petugas.waru", name="Warga")) == [there]
    assert ids(search(desks, "petugas.dukcapil", nik=nik)) == []
    assert refusal(lambda: search(desks, "operator", nik=nik)).status == 403


def test_every_case_service_searches(desks: Desks) -> None:
    who = people.resident(0)
    birth = desks.open("petugas.sukodono", "ADM-LHR-01", applicant=doctor(0), data=birth_data(1))
    report = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(0), data=REPORT)
    assert ids(search(desks, "petugas.sukodono", "registrations", nik=who.nik)) == [birth["id"]]
    assert ids(search(desks, "petugas.sukodono", "complaints", nik=who.nik)) == [report["id"]]


def test_who_reports_anonymously_is_not_found_by_those_who_may_not_know(desks: Desks) -> None:
    desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(0), data=REPORT, anonymous=True)
    for body in ({"nik": people.resident(0).nik}, {"name": "Warga"}):
        found = search(desks, "admin.pengaduan", "complaints", **body)
        assert found["items"] == []


def test_what_is_found_is_masked(desks: Desks) -> None:
    sip(desks)
    (item,) = search(desks, VERIFIER, nik=people.resident(0).nik)["items"]
    assert people.resident(0).nik not in str(item)
    assert people.resident(0).name not in str(item)


def test_each_search_is_in_the_audit_trail_without_nik_and_name(desks: Desks) -> None:
    case = sip(desks)
    nik = people.resident(0).nik
    search(desks, VERIFIER, nik=nik)
    search(desks, VERIFIER, name="Warga Contoh 01")
    search(desks, VERIFIER, nik=people.resident(5).nik)
    rows = trail(desks)
    assert [(row.actor, row.office, row.details["by"], row.details["found"]) for row in rows] == [
        (VERIFIER, "dpmptsp", "nik", [case]),
        (VERIFIER, "dpmptsp", "name", [case]),
        (VERIFIER, "dpmptsp", "nik", []),
    ]
    assert len(rows[0].details["person"]) == 64
    assert nik not in str([row.details for row in rows])
    assert "warga" not in str([row.details for row in rows]).lower()


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 422, ["nik", "name"]),
        ({"nik": "3515990101609990", "name": "Warga"}, 422, ["nik", "name"]),
        ({"nik": "3515990101609990x"}, 422, ["nik"]),
        ({"name": " a "}, 422, ["name"]),
        ({"name": "%%%"}, 422, ["name"]),
        ({"name": "Warga", "limit": 0}, 422, ["limit"]),
        ({"name": "Warga", "cursor": "WzFd"}, 400, ["cursor"]),
        ({"name": "Warga", "cursor": encode_cursor([1, new_id()])}, 400, ["cursor"]),
        ({"name": "Warga", "cursor": encode_cursor([True, new_id()])}, 400, ["cursor"]),
        ({"name": "Warga", "cursor": "WyIwMTkyYWFhYS0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ"}, 400, ["cursor"]),
    ],
)
def test_a_wrong_search_is_named_and_leaves_no_trace(desks: Desks, body: Any, status: int, fields: list[str]) -> None:
    refused = refusal(lambda: search(desks, VERIFIER, **body))
    assert (refused.status, [f.field for f in refused.fields]) == (status, fields)
    assert trail(desks) == []
