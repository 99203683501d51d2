"""What every case knows: claims that bind, assignment, one extension, corrections; and why it is waiting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from mpp.casework.refusals import Refused
from tests.support.desks import EXTENDABLE, SIP_DATA, STAFF, Desks, doctor, refusal

STAFF.setdefault("verifikator2.dpmptsp", ("dpmptsp", "verifier"))
STAFF.setdefault("penyelia.dinkes", ("dinkes", "supervisor"))
STAFF.setdefault("penyelia.kecamatan", ("35.15.14", "supervisor"))
STAFF.setdefault("penyelia.dinkominfo", ("dinkominfo", "supervisor"))


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = Desks(service_urls, extra=[EXTENDABLE])
    yield opened
    opened.close()


def extendable(desks: Desks) -> dict[str, Any]:
    return desks.open("petugas.sukodono", "PRZ-UJI", applicant=doctor(), data=SIP_DATA)


def sip(desks: Desks) -> dict[str, Any]:
    return desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)


def why(refused: Refused) -> tuple[int, str]:
    return refused.status, refused.fields[0].code if refused.fields else refused.code


# ------------------------------------------------------------------------- claims and assignment


def test_what_a_colleague_has_claimed_is_the_colleagues(desks: Desks) -> None:
    case = desks.act("verifikator.dpmptsp", sip(desks), "claim")
    assert why(refusal(lambda: desks.act("verifikator2.dpmptsp", case, "verify"))) == (409, "task_claimed")
    assert why(refusal(lambda: desks.act("verifikator2.dpmptsp", case, "claim"))) == (409, "task_claimed")
    assert "verify" not in {a["action"] for a in desks.get("verifikator2.dpmptsp", case)["actions"]}
    assert desks.act("verifikator.dpmptsp", case, "verify")["state"] == "recommendation"


def test_after_a_release_anybody_of_the_office_may_go_on(desks: Desks) -> None:
    case = desks.act("verifikator.dpmptsp", sip(desks), "claim")
    assert why(refusal(lambda: desks.act("verifikator2.dpmptsp", case, "release"))) == (409, "task_not_claimed")
    case = desks.act("penyelia.dpmptsp", case, "release")
    assert case["tasks"][0]["claimed_by"] is None
    assert desks.act("verifikator2.dpmptsp", case, "verify")["state"] == "recommendation"


def test_a_supervisor_gives_a_task_to_a_clerk(desks: Desks) -> None:
    case = desks.act("verifikator.dpmptsp", sip(desks), "claim")
    case = desks.act("penyelia.dpmptsp", case, "assign", data={"to": "verifikator2.dpmptsp"})
    assert case["tasks"][0]["claimed_by"] == "verifikator2.dpmptsp"
    assert why(refusal(lambda: desks.act("verifikator.dpmptsp", case, "verify"))) == (409, "task_claimed")
    assert desks.act("verifikator2.dpmptsp", case, "verify")["state"] == "recommendation"


def test_only_a_supervisor_of_the_tasks_office_assigns(desks: Desks) -> None:
    case = sip(desks)
    assert refusal(lambda: desks.act("verifikator.dpmptsp", case, "assign", data={"to": "x"})).status == 403
    assert refusal(lambda: desks.act("penyelia.kecamatan", case, "assign", data={"to": "x"})).status == 403
    assert why(refusal(lambda: desks.act("penyelia.dpmptsp", case, "assign"))) == (422, "required")
    unknown = refusal(lambda: desks.act("penyelia.dpmptsp", case, "assign", data={"to": "x", "task": "cooking"}))
    assert why(unknown) == (422, "unknown_task")
    for nobody in ("x", "petugas.sukodono", "penandatangan.dpmptsp"):  # no account; other offices; another role
        refused = refusal(lambda to=nobody: desks.act("penyelia.dpmptsp", case, "assign", data={"to": to}))
        assert why(refused) == (422, "no_colleague")
    assert desks.get("penyelia.dpmptsp", case)["version"] == case["version"]


def test_a_claim_of_the_counter_does_not_lock_the_applicant_out(desks: Desks) -> None:
    data = {**SIP_DATA, "requirements": {"practice_place": True, "identity": True}}
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=data)
    secret = case["secret"]
    case = desks.act("petugas.sukodono", case, "claim")
    case = desks.act(None, case, "complete", secret=secret, data={"requirements": {"str": True}})
    assert case["state"] == "submitted"


# ------------------------------------------------------------------------- one extension


def test_a_supervisor_extends_once_with_a_reason(desks: Desks) -> None:
    case = extendable(desks)
    assert case["due_at"].startswith("2026-12-04")
    assert why(refusal(lambda: desks.act("penyelia.dpmptsp", case, "extend", data={"by": "5wd"}))) == (422, "required")
    case = desks.act("penyelia.dpmptsp", case, "extend", note="pemeriksaan lapangan", data={"by": "5wd"})
    assert case["due_at"].startswith("2026-12-11"), "five working days after Friday 4 December"
    (move,) = case["promise"]["moved"]
    assert (move["from"][:10], move["to"][:10]) == ("2026-12-04", "2026-12-11")
    assert (move["why"]["en"], move["actor"], move["note"]) == ("Extended", "penyelia.dpmptsp", "pemeriksaan lapangan")
    (extended,) = [e for e in desks.events("permits") if e.type == "permits.application.extended.v1"]
    assert extended.data["due_at"] == case["due_at"]
    again = refusal(lambda: desks.act("penyelia.dpmptsp", case, "extend", note="lagi", data={"by": "1wd"}))
    assert why(again) == (409, "already_extended")


@pytest.mark.parametrize(
    ("by", "code"),
    [("6wd", "too_long_extension"), ("5d", "other_unit"), ("soon", "not_a_duration"), ("0wd", "not_a_duration")],
)
def test_an_extension_is_bounded_and_in_the_clocks_unit(desks: Desks, by: str, code: str) -> None:
    case = extendable(desks)
    refused = refusal(lambda: desks.act("penyelia.dpmptsp", case, "extend", note="x", data={"by": by}))
    assert why(refused) == (422, code)
    assert desks.get("penyelia.dpmptsp", case)["version"] == 1


def test_who_may_not_extend_and_when(desks: Desks) -> None:
    case = extendable(desks)
    more: dict[str, Any] = {"note": "x", "data": {"by": "1wd"}}
    assert why(refusal(lambda: desks.act("verifikator.dpmptsp", case, "extend", **more))) == (403, "role_may_not")
    assert why(refusal(lambda: desks.act("penyelia.kecamatan", case, "extend", **more))) == (403, "office_may_not")
    desks.clock.advance(timedelta(days=20))
    assert why(refusal(lambda: desks.act("penyelia.dpmptsp", case, "extend", **more))) == (409, "already_overdue")


def test_an_extension_of_a_stopped_clock_counts_when_it_goes_on(desks: Desks) -> None:
    case = desks.act("verifikator.dpmptsp", extendable(desks), "return", note="kurang")
    case = desks.act("penyelia.dpmptsp", case, "extend", note="x", data={"by": "5wd"})
    assert case["due_at"] is None
    case = desks.act("petugas.sukodono", case, "complete")
    assert case["due_at"].startswith("2026-12-11")


def test_a_service_without_extensions_has_none(desks: Desks) -> None:
    report = {"title": "Lampu", "text": "Lampu jalan mati.", "classification": "complaint"}
    case = desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(8), data=report)
    assert "extend" not in {a["action"] for a in desks.get("penyelia.dinkominfo", case)["actions"]}
    refused = refusal(lambda: desks.act("penyelia.dinkominfo", case, "extend", note="x", data={"by": "5d"}))
    assert why(refused) == (409, "extension_not_allowed")


# ------------------------------------------------------------------------- corrections


def test_data_are_corrected_before_the_decision(desks: Desks) -> None:
    case = sip(desks)
    case = desks.act("petugas.sukodono", case, "amend", note="salah ketik", data={"str_number": "STR-2026-0002"})
    assert case["data"]["str_number"] == "STR-2026-0002"
    assert case["data"]["practice_name"] == SIP_DATA["practice_name"]
    assert case["timeline"][-1]["fields"] == ["str_number"]
    assert case["due_at"].startswith("2026-11-30"), "a correction moves no date"


def test_a_correction_of_the_place_moves_the_case_to_the_other_region(desks: Desks) -> None:
    case = sip(desks)
    case = desks.act("verifikator.dpmptsp", case, "amend", note="x", data={"practice_region": "35.15.14.2012"})
    assert case["region"] == "35.15.14.2012"
    assert desks.events("permits")[-1].routing_key.endswith(".35.15.14.2012")


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ({"str_number": ""}, "data.str_number", "empty"),
        ({"str_number": None}, "data.str_number", "required"),
        ({"practice_region": "35.15.99.2001"}, "data.practice_region", "unknown_region"),
        ({"colour": "blue"}, "data.colour", "unknown_field"),
        ({"str_number": "STR-2026-0001"}, "data", "nothing_changed"),
        ({}, "data", "nothing_changed"),
    ],
)
def test_a_wrong_correction_is_refused_by_field(desks: Desks, data: dict[str, Any], field: str, code: str) -> None:
    case = sip(desks)
    refused = refusal(lambda: desks.act("petugas.sukodono", case, "amend", note="x", data=data))
    assert [(f.field, f.code) for f in refused.fields] == [(field, code)]


def test_a_correction_needs_a_note_and_who_has_to_do_with_it(desks: Desks) -> None:
    case = sip(desks)
    data = {"str_number": "STR-2026-0002"}
    assert why(refusal(lambda: desks.act("petugas.sukodono", case, "amend", data=data))) == (422, "required")
    signer = refusal(lambda: desks.act("penandatangan.dpmptsp", case, "amend", note="x", data=data))
    assert why(signer) == (403, "office_may_not"), "it is not the signer's turn"


def test_nothing_is_corrected_after_the_decision(desks: Desks) -> None:
    case = desks.act("verifikator.dpmptsp", sip(desks), "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    case = desks.act("penandatangan.dpmptsp", case, "sign")
    refused = refusal(lambda: desks.act("petugas.sukodono", case, "amend", note="x", data={"str_number": "Y"}))
    assert refused.status == 409


# ------------------------------------------------------------------------- why is it waiting


def test_a_case_says_on_whom_it_waits_since_when_and_why(desks: Desks) -> None:
    case = sip(desks)
    assert case["waiting"] == {
        "on": {"id": "DPMPTSP", "en": "DPMPTSP"},
        "since": "2026-11-23T02:00:00+00:00",
        "why": {"id": "Verifikasi berkas oleh DPMPTSP", "en": "DPMPTSP verifies the file"},
        "overdue_since": None,
    }
    desks.clock.advance(timedelta(hours=2))
    case = desks.act("verifikator.dpmptsp", case, "note", note="ditelepon")
    assert case["waiting"]["since"] == "2026-11-23T02:00:00+00:00", "a note changes nothing"
    case = desks.act("verifikator.dpmptsp", case, "return", note="kurang")
    assert case["waiting"]["on"]["en"] == "The applicant"
    assert case["waiting"]["since"] == "2026-11-23T04:00:00+00:00"
    tracked = desks.ask(None, "permits", "track", tracking_code=case["tracking_code"])
    assert tracked["waiting"] == case["waiting"]
    desks.clock.advance(timedelta(days=2))
    case = desks.act("petugas.sukodono", case, "complete")
    (move,) = case["promise"]["moved"]
    assert move["why"]["id"] == "Jam berhenti selama menunggu pemohon"
    case = desks.act("petugas.sukodono", case, "withdraw", note="tidak jadi")
    assert case["waiting"] is None


# ------------------------------------------------------------------------- few statements


def test_a_command_takes_few_statements(desks: Desks) -> None:
    """Each is a trip to the database: more of them is a slower counter."""
    counted: list[str] = []
    engine = desks.start().databases["permits"].engine
    event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *rest: counted.append(statement))

    def statements(run: Any) -> int:
        counted.clear()
        run()
        return len(counted)

    case: dict[str, Any] = {}
    assert statements(lambda: case.update(sip(desks))) <= 15
    assert statements(lambda: case.update(desks.act("verifikator.dpmptsp", case, "verify"))) <= 16
    assert statements(lambda: case.update(desks.act("teknis.dinkes", case, "claim"))) <= 15
