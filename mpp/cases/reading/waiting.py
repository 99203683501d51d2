"""Why is it waiting, on whom, since when; and what moved the promised date. For clerks, applicants and the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mpp.cases.reading.waiting_papers import with_papers
from mpp.casework.access.offices import OfficeTree
from mpp.casework.case.case import Case, Entry
from mpp.casework.case.changes import ClockMoved
from mpp.casework.rules import built_in, case_clocks
from mpp.casework.rules.service_type import ServiceType, Text
from mpp.casework.rules.thresholds import told_overdue
from mpp.casework.time.doubts import Doubt
from mpp.catalogue import Catalogue
from mpp.json_values import JsonObject, iso, objects

NOTHING_LEFT: Text = {"id": "Tidak ada", "en": "None"}
FINISHED: Text = {"id": "Berkas sudah selesai", "en": "The case is finished"}
HELD: Text = {"id": "Ditangguhkan", "en": "On hold"}
ON_APPLICANT: Text = {"id": "Pemohon", "en": "The applicant"}
WHY_HELD: dict[str, Text] = {
    "applicant_deceased": {
        "id": "Pemohon tercatat meninggal dunia; petugas memastikan kelanjutannya",
        "en": "The applicant is recorded as deceased; the office finds out how to go on",
    },
}
_HELD_OTHERWISE: Text = {"id": "Ditangguhkan oleh kantor", "en": "Put on hold by the office"}

_STOPPED: Text = {
    "id": "Jam berhenti selama menunggu pemohon",
    "en": "The clock stood still, waiting for the applicant",
}
_ON_HOLD: Text = {"id": "Jam berhenti selama ditangguhkan", "en": "The clock stood still while the case was on hold"}
_EXTENDED: Text = {"id": "Diperpanjang", "en": "Extended"}
_CALENDAR: Text = {"id": "Kalender kerja dikoreksi", "en": "The working calendar was corrected"}


def waiting_on(service_type: ServiceType, case: Case, offices: OfficeTree) -> Text:
    """On whom a case waits: offices by their names, the applicant, or nobody."""
    if case.held is not None:
        return HELD
    state = None if case.state == built_in.WITHDRAWN else service_type.states[case.state]
    if state is None or state.waiting_on == "nobody":
        return NOTHING_LEFT
    if state.waiting_on == "applicant":
        return ON_APPLICANT
    joined = ", ".join(dict.fromkeys(offices.name_of(task.office) or task.office for task in case.open_tasks))
    return {"id": joined, "en": joined}


def waiting(service_type: ServiceType, case: Case, offices: OfficeTree, catalogue: Catalogue) -> JsonObject | None:
    """`{on, since, why, overdue_since}` of an open case; None when it is finished and waits for nobody."""
    if built_in.finished(service_type, case):
        return None
    on, why = waiting_on(service_type, case, offices), service_type.states[case.state].next_step
    if case.held is not None:
        why = WHY_HELD.get(case.held, _HELD_OTHERWISE)
    else:
        on, why = with_papers(service_type, case, on, why, offices, catalogue)
    late = _overdue_since(case)
    return {
        "on": dict(on),
        "since": None if case.since is None else case.since.isoformat(),
        "why": dict(why) if late is None else _overdue(why, late, offices),
        "overdue_since": None if late is None else late.isoformat(),
    }


def window(service_type: ServiceType, case: Case) -> JsonObject | None:
    """The citizen's window that is open: `{code, label, asked_at, told_at, due_at}`; None where there is none.

    `asked_at` is when it was decided or asked. `told_at` is when the citizen was told, from which moment it runs: None
    until then, as is `due_at`, which is also None while the case is on hold.
    """
    for task, spec in case_clocks.open_windows(service_type, case):
        return {
            "code": task.code,
            "label": dict(spec.label),
            "asked_at": task.opened_at.isoformat(),
            "told_at": iso(case_clocks.told_at(task)),
            "due_at": iso(task.due_at),
        }
    return None


def _overdue_since(case: Case) -> datetime | None:
    """The first of the clocks of the case, of the whole or of an open task, that ran out."""
    clocks = [(case.due_at, case.reported), *((task.due_at, task.reported) for task in case.open_tasks)]
    found = [late for due_at, reported in clocks if (late := told_overdue(due_at, reported)) is not None]
    return min(found, default=None)


def _overdue(why: Text, late: datetime, offices: OfficeTree) -> dict[str, str]:
    day = late.astimezone(ZoneInfo(offices.zone)).strftime("%d-%m-%Y")
    return {"id": f"{why['id']} (lewat tenggat sejak {day})", "en": f"{why['en']} (overdue since {day})"}


def promise(case: Case, timeline: Sequence[Entry], doubts: Sequence[Doubt]) -> JsonObject:
    """The promised date and every move of it: `{given, due_at, calendar_complete, doubts: [text], moved: [{at, from,
    to, why, ...}], stopped: {at, why} | None}`. `given` is what was promised first, and stays; `due_at` is what holds
    now, None while the clock stands still; `doubts` say why it is an estimate, where the calendar is not complete."""
    moved: list[JsonObject] = []
    given: datetime | None = None
    due: datetime | None = None
    stopped: Entry | None = None
    for entry in timeline:
        change = next((c for c in entry.changes if isinstance(c, ClockMoved)), None)
        if change is None:
            continue
        new = change.due_at
        if new is None:
            stopped = None if change.clock.ended_at is not None else stopped or entry
            continue
        if due is not None and new != due:
            moved.append(
                {"at": entry.at.isoformat(), "from": due.isoformat(), "to": new.isoformat(), **_why(entry, stopped)}
            )
        given, due, stopped = given or new, new, None
    return {
        "given": None if given is None else given.isoformat(),
        "due_at": None if case.due_at is None else case.due_at.isoformat(),
        "calendar_complete": case.calendar_complete,
        "doubts": [doubt._asdict() for doubt in doubts],
        "moved": moved,
        "stopped": None if given is None or stopped is None else _standing(stopped),
    }


def public_promise(case: Case, timeline: Sequence[Entry], doubts: Sequence[Doubt]) -> JsonObject:
    """The same without who moved it and what that person wrote: for whoever has the tracking code, and on paper."""
    found = promise(case, timeline, doubts)
    moved = [{name: move[name] for name in ("at", "from", "to", "why")} for move in objects(found, "moved")]
    return {**found, "moved": moved}


def _standing(stopped: Entry) -> JsonObject:
    return {"at": stopped.at.isoformat(), "why": dict(_stands(stopped))}


def _stands(stopped: Entry) -> Text:
    return _ON_HOLD if stopped.action == "hold" else _STOPPED


def _why(entry: Entry, stopped: Entry | None) -> JsonObject:
    if entry.action == "extend":
        return {"why": dict(_EXTENDED), "actor": entry.actor, "note": entry.note}
    if stopped is not None:
        return {"why": dict(_stands(stopped)), "stopped_at": stopped.at.isoformat()}
    return {"why": dict(_CALENDAR)}
