"""Who supervises sees what others do: of the own office and those below, counted, narrowed, and as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.gateway.api.routes.cases import exporting
from tests.support.counter import Counter, Who
from tests.support.desks import Desks
from tests.support.permit_walks import file

SUPERVISOR, VERIFIER = ("dpmptsp", "supervisor"), ("dpmptsp", "verifier")
ELSEWHERE = ("dinkes", "supervisor")


@pytest.fixture
def counter(desks: Desks, gateway_url: str) -> Iterator[Counter]:
    opened = Counter(desks, gateway_url)
    yield opened
    opened.close()


def below(counter: Counter, query: str = "", who: Who = SUPERVISOR) -> list[str]:
    """The cases of the tasks that are shown."""
    answer = counter.get(f"/api/v1/worklist?below=true{query}", who)
    assert answer.status_code == 200, answer.text
    return [each["case_id"] for each in answer.get_json()["items"]]


def export(counter: Counter, query: str = "", who: Who = SUPERVISOR) -> list[list[str]]:
    """The table, with its head."""
    answer = counter.get(f"/api/v1/worklist/export?below=true{query}", who)
    assert (answer.status_code, answer.mimetype) == (200, "text/csv"), answer.text
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_supervisor_sees_what_waits_at_others_desks_of_the_office(desks: Desks, counter: Counter) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    assert below(counter) == [case["id"]]
    assert counter.get("/api/v1/worklist", SUPERVISOR).get_json()["items"] == [], (
        "nothing of it is the supervisor's own"
    )
    assert below(counter, who=ELSEWHERE) == [], "another agency's"
    assert below(counter, "&office=dinkes") == [], "an office that one does not supervise has nothing to show"


def test_who_supervises_nothing_is_refused(counter: Counter) -> None:
    answers = [
        counter.get(f"/api/v1/{path}?below=true", VERIFIER)
        for path in ("worklist", "worklist/counts", "worklist/export")
    ]
    assert [(each.status_code, each.get_json()["code"]) for each in answers] == [(403, "role_may_not")] * 3


def test_it_is_narrowed_to_a_person_to_what_nobody_has_and_to_what_is_late(desks: Desks, counter: Counter) -> None:
    taken, free = file(desks, "PRZ-SIP-DR", 1), file(desks, "PRZ-SIP-DR", 2)
    desks.act("verifikator.dpmptsp", taken, "claim")
    assert below(counter, "&holder=verifikator.dpmptsp") == [taken["id"]]
    assert below(counter, "&free=true") == [free["id"]]
    assert below(counter, "&overdue=true") == []
    desks.clock.advance(timedelta(days=60))
    counter._tokens.clear()  # they sign in again
    assert set(below(counter, "&overdue=true")) == {taken["id"], free["id"]}


def test_it_is_counted_by_state_and_by_office(desks: Desks, counter: Counter) -> None:
    first = file(desks, "PRZ-SIP-DR", 1)
    file(desks, "PRZ-SIP-DR", 2)
    desks.act("verifikator.dpmptsp", first, "verify")  # it waits at another office now
    counts = counter.get("/api/v1/worklist/counts?below=true", SUPERVISOR).get_json()
    assert counts["total"] == 1
    (office,) = counts["offices"]
    assert (office["office"], office["total"], office["overdue"]) == ("dpmptsp", 1, 0)
    assert office["office_name"]
    assert [each["total"] for kind in counts["services"] for each in kind["states"]] == [1]


# ---------------------------------------------------------------- as a table


def test_the_table_has_what_the_list_shows_and_no_nik(desks: Desks, counter: Counter) -> None:
    case = file(desks, "PRZ-SIP-DR", 1)
    head, row = export(counter)
    assert len(head) == len(row)
    assert row[0] == case["tracking_code"]
    assert "*" in row[6], "masked, as in every list"
    assert case["applicant"]["nik"] not in str(row)


def test_every_export_is_on_record(desks: Desks, counter: Counter) -> None:
    file(desks, "PRZ-SIP-DR", 1)
    export(counter, "&office=dpmptsp")
    with counter.database.transaction() as tx:
        found = tx.execute(text("SELECT actor, details FROM audit WHERE action = 'worklist_exported'")).one()
    assert found.actor == "petugas.supervisor"
    assert found.details["rows"] == 1
    assert found.details["filters"] == {"below": True, "office": "dpmptsp"}


def test_a_table_has_so_many_rows_and_no_more(desks: Desks, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    for resident in range(1, 5):
        file(desks, "PRZ-SIP-DR", resident)
    monkeypatch.setattr(exporting, "_PAGE", 2)
    assert len(export(counter)) == 1 + 4, "page after page"
    monkeypatch.setattr(exporting, "MOST_ROWS", 3)
    assert len(export(counter)) == 1 + 3


def test_half_a_table_is_none(desks: Desks, counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    page: Any = {"items": [], "next": None, "unavailable": ["complaints"]}
    monkeypatch.setattr("services.gateway.api.routes.cases.worklist.Worklist.page", lambda *_: page)
    answer = counter.get("/api/v1/worklist/export?below=true", SUPERVISOR)
    assert (answer.status_code, answer.get_json()["code"]) == (503, "service_unavailable")


@pytest.mark.parametrize("typed", ["=1+1", "+62812", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1"])
def test_what_a_spreadsheet_would_calculate_is_a_text(typed: str) -> None:
    assert exporting.cell(typed) == f"'{typed}"


def test_a_plain_text_stays_as_it_is() -> None:
    assert exporting.cell("Klinik 24-jam, Jl. A+B") == "Klinik 24-jam, Jl. A+B"
