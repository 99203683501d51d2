"""Silence as consent (UU 30/2014 art. 53): where the catalogue says so, once, and nothing is signed by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mpp.cases.commands.holding import hold_open_cases
from mpp.clock import new_id
from mpp.messaging.events.event import Event
from tests.support.desks import Desks, doctor, refusal
from tests.support.permit_walks import Case, file, kind_of, take, walk, who

LONG = timedelta(days=40)


def later(desks: Desks, by: timedelta = LONG) -> int:
    desks.clock.advance(by)
    return desks.desks["permits"].timer.run_once()


def seen(desks: Desks, case: Case) -> Case:
    return {**desks.get("petugas.sukodono", case), "secret": case["secret"]}


def told(desks: Desks) -> list[Event]:
    return [e for e in desks.events("permits") if e.type == "permits.application.deemed_granted.v1"]


@pytest.mark.parametrize("service", ["PRZ-PNL", "PRZ-KRK", "PRZ-SIP-NK", "PRZ-SIP-DR", "PRZ-RKL"])
def test_a_limit_that_passes_in_silence_grants(desks: Desks, service: str) -> None:
    case = file(desks, service)
    complete, limit = case["submitted_at"], case["due_at"]
    later(desks)
    case = seen(desks, case)
    assert case["state"] == "deemed_granted"
    open_tasks = [(t["office"], t["role"]) for t in case["tasks"] if t["outcome"] is None]
    assert open_tasks == [(kind_of(desks, service).owner, "signer")], "the official has to act"
    assert case["document_number"] is None
    assert case["permit"] is None
    moments = case["data"]["deemed_granted"]
    assert datetime.fromisoformat(moments["complete_at"]) == datetime.fromisoformat(complete)
    assert moments["limit_at"] == limit
    assert moments["recorded_at"] == desks.clock.now().isoformat()
    assert (case["timeline"][-1]["actor"], case["timeline"][-1]["action"]) == ("system", "deemed_granted")
    assert [(e.subject, e.data["limit_at"]) for e in told(desks)] == [(case["id"], limit)]


def test_it_happens_once(desks: Desks) -> None:
    case = file(desks, "PRZ-PNL")
    later(desks)
    version = seen(desks, case)["version"]
    desks.desks["permits"].timer.run_once()
    assert seen(desks, case)["version"] == version
    later(desks, timedelta(days=200))
    assert len(told(desks)) == 1


def test_the_official_puts_it_on_record_and_cannot_refuse_any_more(desks: Desks) -> None:
    case = file(desks, "PRZ-PNL")
    later(desks)
    case = seen(desks, case)
    signer = who(desks, "kesbangpol", "signer")
    for action in ("reject", "sign"):
        assert refusal(lambda: desks.act(signer, case, action, note="alasan")).status == 409  # noqa: B023
    assert refusal(lambda: desks.act("petugas.sukodono", case, "withdraw", note="x")).code == "case_decided"
    case = take(desks, case, "confirm_deemed")
    assert (case["state"], case["permit"]["status"]) == ("issued", "valid")


def test_not_a_minute_before_the_limit(desks: Desks) -> None:
    case = file(desks, "PRZ-PNL")
    left = datetime.fromisoformat(case["due_at"]) - desks.clock.now()
    later(desks, left)
    assert seen(desks, case)["state"] == "submitted"
    later(desks, timedelta(seconds=1))
    assert seen(desks, case)["state"] == "deemed_granted"


@pytest.mark.parametrize("service", ["PRZ-PBG", "PRZ-TRY", "PRZ-KP", "NAK-AK1"])
def test_where_it_is_switched_off_silence_grants_nothing(desks: Desks, service: str) -> None:
    case = file(desks, service)
    later(desks, timedelta(days=120))
    assert seen(desks, case)["state"] == "submitted"
    assert told(desks) == []


def test_a_file_that_waits_for_the_applicant_is_never_granted(desks: Desks) -> None:
    returned = take(desks, file(desks, "PRZ-PNL"), "return")
    asked = take(desks, walk(desks, file(desks, "PRZ-KRK", 1), "recommendation"), "ask")
    later(desks)
    assert seen(desks, returned)["state"] == "returned"
    assert seen(desks, asked)["state"] == "clarification"
    assert told(desks) == []


def test_an_incomplete_file_has_no_limit(desks: Desks) -> None:
    kind = kind_of(desks, "PRZ-PNL")
    data = {f.name: v for f, v in zip(kind.form, _values(desks), strict=True) if v is not None}
    data["requirements"] = {}
    case = desks.open("petugas.sukodono", "PRZ-PNL", applicant=doctor(), data=data)
    later(desks)
    assert seen(desks, case)["state"] == "incomplete"


def _values(desks: Desks) -> list[object]:
    return [file_value if field.required else None for field, file_value in _form(desks)]


def _form(desks: Desks) -> list[tuple[object, object]]:
    from tests.support.permit_walks import value_of

    return [(field, value_of(field, desks)) for field in kind_of(desks, "PRZ-PNL").form]


def test_a_file_on_hold_is_never_granted(desks: Desks) -> None:
    case = file(desks, "PRZ-PNL")
    desk = desks.desks["permits"]
    with desks.databases["permits"].transaction() as tx:
        person = tx.exec_driver_sql("SELECT person FROM cases").scalar_one()
        hold_open_cases(desk.host, tx, person, "applicant_deceased", correlation_id=new_id(), causation_id=new_id())
    later(desks)
    assert seen(desks, case)["state"] == "submitted"


@pytest.mark.parametrize("end", ["issued", "rejected"])
def test_a_decision_in_time_stays_the_decision(desks: Desks, end: str) -> None:
    case = walk(desks, file(desks, "PRZ-PNL"), end)
    later(desks, timedelta(days=10))
    assert seen(desks, case)["state"] == end
    assert told(desks) == []
