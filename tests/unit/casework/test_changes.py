"""Changes of a case and their JSON: what is stored can be read for ever, and is written as it always was."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from mpp.casework.case.case import Case, Entry, Task, evolve
from mpp.casework.case.changes import (
    Change,
    ClockMoved,
    DataCorrected,
    DataSet,
    DocumentHandedIn,
    DocumentTakenOut,
    Escalated,
    Held,
    Numbered,
    OfficeChanged,
    Opened,
    PaperLearned,
    PersonCorrected,
    Reported,
    SigningBegun,
    SigningEnded,
    TaskClaimed,
    TaskClockMoved,
    TaskClosed,
    TaskOpened,
    Ticked,
    WarningAnswered,
    read_change,
)
from mpp.casework.case.papers import Paper
from mpp.casework.case.signing import Signing
from mpp.casework.time.counting import Period
from mpp.casework.time.durations import parse
from mpp.casework.time.stored_clock import StoredClock
from mpp.json_values import JsonObject
from tests.unit.casework.a_case import MONDAY

CLOCK = {
    "v": 1,
    "duration": "5wd",
    "office_kind": "opd",
    "roll": False,
    "periods": [["2026-11-16T03:00:00+00:00", "2026-11-17T03:00:00.250000+00:00"], ["2026-11-18T02:00:00+00:00", None]],
    "extension": {"duration": "3wd", "at": "2026-11-18T03:00:00+00:00"},
    "ended_at": None,
}
PAPER = {
    "service": "PRZ-PBG",
    "status": "there",
    "source": "0193",
    "tracking_code": "P-ABCDE-FGHJK-0",
    "document": "0194",
    "number": "503/1",
    "reason": None,
}
STORED: list[dict[str, Any]] = [
    {"kind": "opened", "office": "35.15.14.2013"},
    {"kind": "data", "set": {"purpose": "new", "owner": {"name": "CV Contoh"}, "units": 3}},
    {"kind": "data", "set": {}},
    {"kind": "data", "set": {"purpose": "renewal"}, "unset": ["units"]},
    {"kind": "data", "set": {"purpose": "renewal"}, "unset": []},
    {
        "kind": "data",
        "set": {},
        "unset": [],
        "person": {"role": "applicant", "set": {"name": "A", "phone": None}, "former": {"name": "B", "phone": "1"}},
    },
    {"kind": "data", "set": {}, "answer": {"warning": "application_alike.0191", "reason": "Dua ruang."}},
    {"kind": "ticks", "set": {"identity": True, "deed": False}},
    {"kind": "ticks", "set": {}},
    {"kind": "ticks", "set": {"identity": True}, "document": "0191", "sha256": "ab" * 32},
    {"kind": "ticks", "set": {"identity": False}, "removed": "0191"},
    {"kind": "ticks", "set": {"identity": True}, "removed": "0191"},
    {"kind": "paper", "requirement": "pbg", "paper": PAPER},
    {"kind": "paper", "requirement": "pbg", "paper": PAPER | {"status": "awaited", "document": None, "number": None}},
    {
        "kind": "clock",
        "calendar_complete": True,
        "clock": CLOCK,
        "due_at": "2026-11-27T08:00:00+00:00",
        "alarm_at": "2026-11-26T08:00:00+00:00",
        "reported": 0,
    },
    {
        "kind": "clock",
        "calendar_complete": False,
        "clock": CLOCK | {"periods": CLOCK["periods"][:1], "ended_at": "2026-11-19T03:00:00+00:00", "extension": None},
        "due_at": None,
        "alarm_at": None,
        "reported": 2,
    },
    {
        "kind": "task_clock",
        "task": "t1",
        "clock": CLOCK,
        "due_at": "2026-11-27T08:00:00+00:00",
        "alarm_at": None,
        "reported": 1,
    },
    {"kind": "reported", "task": None, "threshold": 2, "alarm_at": "2026-11-30T08:00:00+00:00"},
    {"kind": "reported", "task": "t1", "threshold": 1, "alarm_at": None},
    {"kind": "escalated", "to": "supervisor"},
    {
        "kind": "task_opened",
        "task": "t1",
        "code": "check",
        "office": "dpmptsp",
        "role": "verifier",
        "at": "2026-11-16T03:00:00+00:00",
        "clock": CLOCK,
        "due_at": "2026-11-27T08:00:00+00:00",
        "alarm_at": "2026-11-26T08:00:00+00:00",
    },
    {
        "kind": "task_opened",
        "task": "t2",
        "code": "signature",
        "office": "dpmptsp",
        "role": "signer",
        "at": "2026-11-16T03:00:00+00:00",
        "clock": {},
        "due_at": None,
        "alarm_at": None,
    },
    {"kind": "task_closed", "task": "t1", "outcome": "done", "at": "2026-11-17T03:00:00+00:00"},
    {"kind": "task_claimed", "task": "t1", "by": "petugas.dpmptsp"},
    {"kind": "task_claimed", "task": "t1", "by": None},
    {"kind": "office", "office": "dpmptsp"},
    {"kind": "held", "reason": "applicant_deceased"},
    {"kind": "held", "reason": None},
    {"kind": "number", "number": "503/0001/SIP-DR/DPMPTSP/2026"},
    {
        "kind": "data",
        "set": {},
        "signing": {
            "paper": "p1",
            "action": "sign",
            "by": "penandatangan.dpmptsp",
            "office": "dpmptsp",
            "since": "2026-11-27T03:00:00+00:00",
            "number": "503/0001/SIP-DR/DPMPTSP/2026",
            "note": None,
            "data": {"capacity": "plh"},
            "ticks": {"identity": True},
            "answers": {"application_alike.0191": "Dua ruang."},
        },
    },
    {"kind": "data", "set": {}, "signing_ended": {"paper": "p1", "signed": False}},
]


def said(change: JsonObject) -> str:
    """The stored text, field for field."""
    return json.dumps(change)


@pytest.mark.parametrize("stored", STORED, ids=said)
def test_a_stored_change_is_read_and_written_again_to_the_letter(stored: dict[str, Any]) -> None:
    assert said(read_change(json.loads(said(stored))).to_json()) == said(stored)


def test_every_class_of_change_has_a_stored_sample() -> None:
    assert {type(read_change(stored)) for stored in STORED} == set(get_args(Change))


ENDED = MONDAY + timedelta(days=2)
STORED_CLOCK = StoredClock(parse("5wd"), "opd", False, (Period(MONDAY, None),))
KNOWN = Paper("PRZ-PBG", "there", "0193", "P-ABCDE-FGHJK-0")
TASK = Task("t1", "check", "dpmptsp", "verifier", MONDAY, alarm_at=MONDAY)
SIGNING = Signing("p1", "sign", "penandatangan.dpmptsp", "dpmptsp", MONDAY, "503/1")
BEFORE = Case("c", "PRZ-UJI", 1, data={"purpose": "new", "units": 3}, ticks={"identity": True}, tasks=(TASK,))
EFFECTS: list[tuple[Change, dict[str, Any]]] = [
    (Opened("desa"), {"office_of_origin": "desa", "office": "desa"}),
    (DataSet({"check": {}}), {"data": {"purpose": "new", "units": 3, "check": {}}}),
    (DataCorrected({"purpose": "renewal"}, ("units",)), {"data": {"purpose": "renewal"}}),
    (PersonCorrected("applicant", {"phone": None}, {"phone": "0812"}), {}),
    (WarningAnswered("application_alike.0191", "Dua ruang."), {}),
    (SigningBegun(SIGNING), {"signing": SIGNING}),
    (SigningEnded("p1", True), {"signing": None}),
    (Ticked({"deed": False}), {"ticks": {"identity": True, "deed": False}}),
    (DocumentHandedIn("deed", "0191", "ab"), {"ticks": {"identity": True, "deed": True}}),
    (DocumentTakenOut("identity", "0191", False), {"ticks": {"identity": False}}),
    (PaperLearned("pbg", KNOWN), {"papers": {"pbg": KNOWN}}),
    (OfficeChanged("dinkes"), {"office": "dinkes"}),
    (
        ClockMoved(STORED_CLOCK, ENDED, False, MONDAY, 1),
        {"clock": STORED_CLOCK, "due_at": ENDED, "calendar_complete": False, "alarm_at": MONDAY, "reported": 1},
    ),
    (
        TaskClockMoved("t1", STORED_CLOCK, ENDED, None, 1),
        {"tasks": (replace(TASK, clock=STORED_CLOCK, due_at=ENDED, alarm_at=None, reported=1),)},
    ),
    (Reported(None, 2, ENDED), {"reported": 2, "alarm_at": ENDED}),
    (Reported("t1", 2, None), {"tasks": (replace(TASK, reported=2, alarm_at=None),)}),
    (Escalated("head"), {"escalated": "head"}),
    (Held("applicant_deceased"), {"held": "applicant_deceased"}),
    (Numbered("503/1"), {"number": "503/1"}),
    (
        TaskOpened("t2", "signature", "dpmptsp", "signer", ENDED, STORED_CLOCK, ENDED, MONDAY),
        {
            "tasks": (
                TASK,
                Task("t2", "signature", "dpmptsp", "signer", ENDED, ENDED, clock=STORED_CLOCK, alarm_at=MONDAY),
            )
        },
    ),
    (TaskClosed("t1", "done", ENDED), {"tasks": (replace(TASK, outcome="done", closed_at=ENDED, alarm_at=None),)}),
    (TaskClaimed("t1", "petugas"), {"tasks": (replace(TASK, claimed_by="petugas"),)}),
]


@pytest.mark.parametrize(("change", "expected"), EFFECTS)
def test_a_change_moves_its_own_part_of_the_case_and_nothing_else(change: Change, expected: dict[str, Any]) -> None:
    entry = Entry(1, ENDED, "petugas", None, "act", None, "", None, (change,))
    assert evolve(BEFORE, entry) == replace(BEFORE, version=1, since=waits_since(change), **expected)


def waits_since(change: Change) -> datetime | None:
    """The case waits anew where a task is opened, or it is put on hold."""
    return ENDED if isinstance(change, TaskOpened | Held) else None


def test_every_class_of_change_has_its_effect() -> None:
    assert {type(change) for change, _ in EFFECTS} == set(get_args(Change))


def test_rows_from_before_there_were_alarms_and_task_clocks_read_back() -> None:
    clock = read_change({"kind": "clock", "clock": CLOCK, "due_at": None, "calendar_complete": True})
    assert isinstance(clock, ClockMoved)
    assert (clock.alarm_at, clock.reported) == (None, 0)
    task = {"task": "t1", "code": "check", "office": "dpmptsp", "role": "verifier", "at": "2026-11-16T03:00:00+00:00"}
    opened = read_change({"kind": "task_opened", **task, "due_at": None})
    assert isinstance(opened, TaskOpened)
    assert (opened.clock, opened.alarm_at) == (None, None)


def test_a_correction_from_before_fields_could_be_taken_out_reads_back() -> None:
    assert read_change({"kind": "data", "set": {"purpose": "new"}}) == DataSet({"purpose": "new"})
    corrected = read_change({"kind": "data", "set": {"purpose": "new"}, "unset": []})
    assert corrected == DataCorrected({"purpose": "new"}, ())


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"kind": "promoted"},
        {"kind": "office"},
        {"kind": "office", "office": None},
        {"kind": "ticks", "set": {"identity": "yes"}},
        {"kind": "ticks", "set": {"identity": True, "deed": True}, "document": "0191", "sha256": "ab" * 32},
        {"kind": "task_closed", "task": "t1", "outcome": "done", "at": "2026-11-17T03:00:00"},
        {"kind": "task_closed", "task": "t1", "outcome": "done", "at": "yesterday"},
        {"kind": "reported", "task": None, "threshold": True, "alarm_at": None},
        {"kind": "paper", "requirement": "pbg", "paper": {"service": "PRZ-PBG"}},
    ],
)
def test_what_is_no_change_is_refused_and_not_guessed(stored: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        read_change(stored)
