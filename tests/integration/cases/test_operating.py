"""What an operator does: continues a paper book, voids a number, corrects the calendar of a running mall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mpp.cases.interface.answers import CaseInterface
from mpp.cases.recording.catalogue_hosts import hooks_of
from mpp.cases.storage import case_rows
from mpp.cases.storage.tables import cases
from mpp.casework.case.case import Case, replay
from mpp.hosting.definition import case_services
from mpp.persistence.tables import audit
from tests.support.desks import SIP_DATA, Desks, doctor, refusal

BOOK = {"office": "dpmptsp", "series": "sip-dr", "year": 2026}
TUESDAY_OFF = "days:\n  - {date: 2026-11-24, kind: regional_holiday, name: Pemilihan kepala desa}\n"


def sip(desks: Desks, index: int = 0) -> dict[str, Any]:
    return desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(index), data=SIP_DATA)


def issue(desks: Desks, index: int = 0) -> dict[str, Any]:
    case = desks.act("verifikator.dpmptsp", sip(desks, index), "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    return desks.act("penandatangan.dpmptsp", case, "sign")


def numbers(desks: Desks, op: str, account: str = "operator", **body: Any) -> dict[str, Any]:
    payload = desks.payload(account, "POST", "", {**BOOK, **body}) | {"params": {"op": op}}
    return dict(desks.answer("permits", "numbers", payload)["body"])


def calendar(
    desks: Desks, op: str, collection: str = "permits", account: str = "operator", **body: Any
) -> dict[str, Any]:
    payload = desks.payload(account, "POST", "", body) | {"params": {"op": op}}
    return dict(desks.answer(collection, "calendar", payload)["body"])


def audited(desks: Desks, action: str) -> list[dict[str, Any]]:
    with desks.databases["permits"].transaction() as tx:
        rows = tx.execute(select(audit.c.actor, audit.c.details).where(audit.c.action == action)).all()
    return [{"actor": row.actor, **row.details} for row in rows]


# ------------------------------------------------------------------------- legal numbers


def test_a_paper_book_goes_on_where_it_ended(desks: Desks) -> None:
    assert numbers(desks, "start", last=38)["first"] == 39
    assert [issue(desks, i)["document_number"] for i in range(2)] == [
        "503/0039/SIP-DR/DPMPTSP/2026",
        "503/0040/SIP-DR/DPMPTSP/2026",
    ]
    assert audited(desks, "numbers.start") == [{"actor": "operator", **BOOK, "last": 38}]


def test_a_wrong_start_is_corrected_until_the_mall_has_issued(desks: Desks) -> None:
    numbers(desks, "start", last=380)
    assert numbers(desks, "start", last=38)["first"] == 39
    issue(desks)
    refused = refusal(lambda: numbers(desks, "start", last=50))
    assert (refused.status, refused.code, refused.params) == (409, "number_series_started", {"last": 39})
    assert issue(desks, 1)["document_number"].startswith("503/0040/")


def test_a_series_that_the_mall_began_by_itself_cannot_be_continued(desks: Desks) -> None:
    issue(desks)
    assert refusal(lambda: numbers(desks, "start", last=38)).code == "number_series_started"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"office": "nowhere"}, "office", "unknown_office"),
        ({"series": "birth"}, "series", "unknown_series"),
        ({"year": 1999}, "year", "out_of_range"),
        ({"year": 2028}, "year", "out_of_range"),
        ({"year": "2026"}, "year", "not_an_integer"),
        ({"last": -1}, "last", "out_of_range"),
        ({"last": True}, "last", "not_an_integer"),
        ({"last": None}, "last", "required"),
    ],
)
def test_a_wrong_start_is_refused_by_field(desks: Desks, body: dict[str, Any], field: str, code: str) -> None:
    refused = refusal(lambda: numbers(desks, "start", **{"last": 38, **body}))
    assert [(f.field, f.code) for f in refused.fields] == [(field, code)]
    assert audited(desks, "numbers.start") == []


@pytest.mark.parametrize("account", ["penyelia.dpmptsp", "penandatangan.dpmptsp"])
def test_only_an_operator_touches_books_and_calendar(desks: Desks, account: str) -> None:
    assert refusal(lambda: numbers(desks, "start", account, last=38)).status == 403
    assert refusal(lambda: calendar(desks, "load", account=account, name="x", source=TUESDAY_OFF)).status == 403


# ------------------------------------------------------------------------- the calendar


def test_a_deadline_is_counted_by_the_tables_that_were_loaded(desks: Desks) -> None:
    asked = {"start": "2026-11-23", "duration": "1wd", "office": "opd"}
    before = calendar(desks, "count", **asked)
    calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)
    after = calendar(desks, "count", **asked)
    assert (before["date"], after["date"]) == ("2026-11-24", "2026-11-25")
    assert before["calendar"] != after["calendar"] == desks.desks["permits"].host.calendar.name
    assert calendar(desks, "count", "complaints", **asked)["calendar"] == before["calendar"], "each has its own tables"
    wrong = refusal(lambda: calendar(desks, "count", **{**asked, "duration": "1 week"}))
    assert (wrong.status, wrong.code) == (422, "count_invalid")


def test_a_corrected_calendar_moves_the_dates_of_running_cases(desks: Desks) -> None:
    running, stopped = sip(desks), desks.act("verifikator.dpmptsp", sip(desks, 1), "return", note="kurang")
    assert running["due_at"].startswith("2026-11-30")
    assert calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)["loaded"]
    assert desks.desks["permits"].timer.run_once() == 1, "only the running case has a date to move"
    after = desks.get("verifikator.dpmptsp", running)
    assert after["due_at"].startswith("2026-12-01")
    assert after["tasks"][0]["due_at"].startswith("2026-11-25"), "the stage's own clock, too"
    assert (after["timeline"][-1]["action"], after["timeline"][-1]["actor"]) == ("recount", "system")
    (move,) = after["promise"]["moved"]
    assert move["why"]["en"] == "The working calendar was corrected"
    last = desks.events("permits")[-1]
    assert (last.type, last.data["due_at"]) == ("permits.application.updated.v1", after["due_at"])
    assert desks.desks["permits"].timer.run_once() == 0
    later = desks.act("petugas.sukodono", stopped, "complete")
    assert later["due_at"].startswith("2026-12-01"), "a stopped clock goes on by the new calendar"
    with desks.databases["permits"].transaction() as tx:
        record = case_rows.find(tx, id_=running["id"])
        entries = case_rows.entries(tx, running["id"])
    assert record is not None
    assert replay(Case(running["id"], "PRZ-SIP-DR", record.case.service_version), entries) == record.case


def test_a_step_between_the_correction_and_its_count_does_not_keep_the_old_dates(desks: Desks) -> None:
    case = sip(desks)
    calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)
    noted = desks.act("verifikator.dpmptsp", case, "note", note="dilihat")
    assert noted["due_at"].startswith("2026-11-30")
    assert desks.desks["permits"].timer.run_once() == 1
    assert desks.get("verifikator.dpmptsp", case)["due_at"].startswith("2026-12-01")
    assert desks.desks["permits"].timer.run_once() == 0


def test_new_cases_and_a_restarted_service_count_with_the_loaded_table(desks: Desks) -> None:
    calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)
    assert sip(desks)["due_at"].startswith("2026-12-01")
    definition = case_services()["permits"]
    again = CaseInterface(definition, desks.runtime, hooks_of(definition))
    assert again.host.calendar.name == desks.desks["permits"].host.calendar.name


def test_another_copy_learns_of_the_table_and_its_cases_are_counted_again(desks: Desks) -> None:
    definition = case_services()["permits"]
    other = CaseInterface(definition, desks.runtime, hooks_of(definition))
    calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)
    here, desks.desks["permits"] = desks.desks["permits"], other
    case = sip(desks)
    assert case["due_at"].startswith("2026-11-30"), "this copy has not heard of it yet"
    desks.desks["permits"] = here
    here.timer.run_once()
    assert desks.get("petugas.sukodono", case)["due_at"].startswith("2026-12-01")
    other.host.calendar.refresh()
    assert other.host.calendar.name == here.host.calendar.name


def test_a_case_that_was_told_too_early_is_told_again_when_it_is_late(desks: Desks) -> None:
    case = sip(desks)
    desks.clock.advance(datetime(2026, 11, 24, 9, 0, tzinfo=UTC) - desks.clock.now())
    desks.desks["permits"].timer.run_once()
    calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)  # Tuesday was a day off after all
    desks.desks["permits"].timer.run_once()
    desks.clock.advance(timedelta(days=1))
    desks.desks["permits"].timer.run_once()
    late = [e for e in desks.events("permits") if e.type == "permits.application.overdue.v1"]
    assert [e.data["due_at"][:10] for e in late] == ["2026-11-24", "2026-11-25"]
    assert desks.get("petugas.sukodono", case)["escalated"] == "supervisor"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("days:\n  - {date: 2026-13-24, kind: regional_holiday, name: X}\n", 2),
        ("days:\n  - {date: 2026-11-24, kind: party, name: X}\n", 2),
        ("days:\n  - {date: 2026-11-24, kind: joint_leave, name: X}\nmore: 1\n", 3),
        ("days: [", 1),
    ],
)
def test_a_bad_table_is_refused_with_its_place_and_nothing_is_loaded(desks: Desks, source: str, line: int) -> None:
    name = desks.desks["permits"].host.calendar.name
    refused = refusal(lambda: calendar(desks, "load", name="bad.yaml", source=source))
    assert (refused.status, refused.code) == (422, "calendar_invalid")
    assert str(refused.params["reason"]).startswith(f"bad.yaml:{line}:")
    assert "\n" not in str(refused.params["reason"])
    assert calendar(desks, "list")["items"] == []
    assert desks.desks["permits"].host.calendar.name == name


def test_a_table_in_effect_is_not_loaded_twice(desks: Desks) -> None:
    assert calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)["loaded"]
    assert not calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)["loaded"]
    assert [t["name"] for t in calendar(desks, "list")["items"]] == ["2026.yaml"]
    assert len(audited(desks, "calendar.load")) == 1


def test_many_running_cases_are_counted_in_batches(desks: Desks) -> None:
    made = [sip(desks, i)["id"] for i in range(5)]
    calendar(desks, "load", name="2026.yaml", source=TUESDAY_OFF)
    desks.desks["permits"].timer._batch = 2
    assert desks.desks["permits"].timer.run_once() == 5
    with desks.databases["permits"].transaction() as tx:
        left = tx.execute(select(cases.c.calendar, cases.c.due_at).where(cases.c.id.in_(made))).all()
    assert {row.calendar for row in left} == {desks.desks["permits"].host.calendar.name}
    assert {row.due_at.date().isoformat() for row in left} == {"2026-12-01"}
