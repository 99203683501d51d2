"""The operator's endpoints: a calendar table goes to every service or to none, a book to the one that issues in it."""

from __future__ import annotations

from typing import Any

from mpp.catalogue import Catalogue, load, package_folder
from mpp.hosting.definition import definitions
from services.gateway.api.app import build
from tests.integration.gateway.conftest import Mall

GOOD = "days:\n  - {date: 2026-11-24, kind: regional_holiday, name: Pilkades}\n"
DAYS = "pbg.351514.2026-11-23"
BOOK = {"office": "dpmptsp", "series": "sip-dr", "year": 2026}


def catalogue() -> Catalogue:
    return load([package_folder(d.catalogue) for d in definitions().values() if d.catalogue is not None])


def answering(mall: Mall, body: dict[str, Any]) -> None:
    for stub in mall.stubs.values():
        stub.hook = lambda method, payload: {"status": 200, "body": body}


def test_a_table_goes_to_every_service(mall: Mall) -> None:
    answering(mall, {"items": [{"name": "2026.yaml"}], "loaded": True})
    answer = mall.post("/api/v1/operations/calendar", {"name": "2026.yaml", "source": GOOD}, "operator")
    assert answer.status_code == 200, answer.text
    found = answer.get_json()
    assert sorted(t["service"] for t in found["items"]) == ["civil_registry", "complaints", "permits"]
    assert found["unavailable"] == []
    assert all(stub.calls[-1][1]["params"] == {"op": "load"} for stub in mall.stubs.values())


def test_a_bad_table_reaches_no_service(mall: Mall) -> None:
    answer = mall.post("/api/v1/operations/calendar", {"name": "bad.yaml", "source": "days: 1\n"}, "operator")
    assert (answer.status_code, answer.get_json()["code"]) == (422, "calendar_invalid")
    assert "bad.yaml:1:" in answer.get_json()["detail"]
    assert all(stub.calls == [] for stub in mall.stubs.values())


def test_a_service_that_is_silent_is_named(mall: Mall) -> None:
    answering(mall, {"items": [], "loaded": True})
    mall.servers["complaints"].stop()
    answer = mall.post("/api/v1/operations/calendar", {"name": "2026.yaml", "source": GOOD}, "operator")
    assert answer.get_json()["unavailable"] == ["complaints"]


def test_a_deadline_is_counted_by_every_service_and_who_differs_is_named(mall: Mall) -> None:
    counted = {"deadline": "2026-11-30T15:00:00+07:00", "calendar": "one"}
    answering(mall, counted)
    mall.stubs["complaints"].hook = lambda method, payload: {"status": 200, "body": {**counted, "calendar": "two"}}
    mall.servers["registrations"].stop()
    path = "/api/v1/operations/calendar/deadline?start=2026-11-20&duration=5wd"
    found = mall.get(path, "operator").get_json()
    assert (found["services"], found["others"], found["unavailable"]) == (
        ["permits"],
        ["complaints"],
        ["civil_registry"],
    )
    assert mall.stubs["permits"].calls[-1][1]["params"]["op"] == "count"
    assert mall.get(path, "supervisor").status_code == 403
    for server in ("permits", "complaints"):
        mall.servers[server].stop()
    assert mall.get(path, "operator").status_code == 503


def test_what_a_table_would_change_is_asked_of_every_service(mall: Mall) -> None:
    answering(mall, {"days": [], "may_move": 7})
    mall.servers["complaints"].stop()
    path = "/api/v1/operations/calendar/check"
    found = mall.post(path, {"name": "2026.yaml", "source": GOOD}, "operator").get_json()
    assert found["unavailable"] == ["complaints"]
    moving = sorted((each["service"], each["may_move"]) for each in found["services"])
    assert moving == [("civil_registry", 7), ("permits", 7)]
    assert mall.post(path, {"name": "2026.yaml", "source": GOOD}, "supervisor").status_code == 403


def test_a_year_is_told_by_whoever_answers(mall: Mall) -> None:
    answering(mall, {"year": 2027, "complete": True, "days": [], "hours": []})
    mall.servers["complaints"].stop()
    assert mall.get("/api/v1/operations/calendar/year?year=2027", "operator").get_json()["year"] == 2027
    assert mall.get("/api/v1/operations/calendar/year?year=2027", "clerk").status_code == 403
    assert mall.get("/api/v1/operations/calendar/year?year=1", "operator").status_code in (400, 422)


def test_only_an_operator(mall: Mall) -> None:
    assert mall.post("/api/v1/operations/calendar", {"name": "x", "source": GOOD}, "supervisor").status_code == 403
    assert mall.post("/api/v1/operations/numbers/start", {**BOOK, "last": 1}, "supervisor").status_code == 403


def test_a_book_belongs_to_the_service_that_issues_in_its_series(mall: Mall) -> None:
    mall.parts.catalogue = catalogue()
    mall.client.application = build(mall.parts)
    answering(mall, {**BOOK, "first": 39, "last": 38})
    answer = mall.post("/api/v1/operations/numbers/start", {**BOOK, "last": 38}, "operator")
    assert (answer.status_code, answer.get_json()["first"]) == (200, 39)
    assert mall.stubs["permits"].calls[-1][1]["body"] == {**BOOK, "last": 38}
    assert mall.stubs["registrations"].calls == []
    mall.get("/api/v1/operations/numbers?office=dpmptsp&series=sip-dr&year=2026&after=7", "operator")
    assert mall.stubs["permits"].calls[-1][1]["params"] == {**BOOK, "after": 7, "op": "list"}
    levies = mall.post("/api/v1/operations/numbers/start", {**BOOK, "series": "skrd", "last": 112}, "operator")
    assert levies.status_code == 200, "levies have a paper book, too"
    of_a_day = mall.post("/api/v1/operations/numbers/start", {**BOOK, "series": DAYS, "last": 4}, "operator")
    assert of_a_day.status_code == 200, "a divided series has its books by the names of their parts"
    assert mall.stubs["permits"].calls[-1][1]["body"] == {**BOOK, "series": DAYS, "last": 4}
    answering(mall, {"items": [{**BOOK, "series": DAYS, "first": 5, "last": 4}], "next": DAYS})
    books = "/api/v1/operations/numbers/books?office=dpmptsp&series=pbg&year=2026&after=pbg.351514.2026-11-22"
    assert mall.get(books, "operator").get_json()["next"] == DAYS
    asked = {**BOOK, "series": "pbg", "after": "pbg.351514.2026-11-22", "op": "books"}
    assert mall.stubs["permits"].calls[-1][1]["params"] == asked
    unknown = mall.post("/api/v1/operations/numbers/start", {**BOOK, "series": "none", "last": 1}, "operator")
    assert [(e["field"], e["code"]) for e in unknown.get_json()["errors"]] == [("series", "unknown_series")]


def test_the_gaps_of_all_services_are_listed_and_who_is_silent_is_named(mall: Mall) -> None:
    answering(mall, {"items": []})
    gap = {**BOOK, "first": 3, "last": 5, "backup": "mpp-20261127T013000Z"}
    gap |= {"restored_at": "2026-11-27T09:00:00+07:00", "until": "2026-11-27T08:30:00+07:00"}
    mall.stubs["permits"].hook = lambda method, payload: {"status": 200, "body": {"items": [gap]}}
    mall.servers["complaints"].stop()
    answer = mall.get("/api/v1/operations/numbers/gaps", "operator")
    assert answer.status_code == 200, answer.text
    assert answer.get_json() == {"items": [gap], "unavailable": ["complaints"]}
    assert mall.stubs["permits"].calls[-1][1]["params"] == {"op": "gaps"}
