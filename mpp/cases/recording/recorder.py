"""Writing what was decided, in the one transaction that decided it: case, tasks, timeline, event, audit, message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from mpp.cases.recording import satisfaction, without_paper
from mpp.cases.recording.names import names_in, names_within
from mpp.cases.recording.telling import tell
from mpp.cases.recording.work import Work
from mpp.cases.storage import case_rows
from mpp.casework.case.case import Entry, evolve
from mpp.casework.case.changes import (
    DocumentHandedIn,
    DocumentTakenOut,
    PaperLearned,
    PersonCorrected,
    SigningBegun,
    SigningEnded,
    TaskClaimed,
    WarningAnswered,
)
from mpp.casework.rules import built_in
from mpp.identity.masking import mask_names, mask_text
from mpp.json_values import Json, JsonObject
from mpp.persistence.audit import trail


def open_case(work: Work, entry: Entry) -> Work:
    """Store a case that was just opened, and tell of it."""
    after = work.of(replace(work.record, timeline=(entry,)))
    case_rows.insert_case(after.tx, after.record, entry)
    _announce(after, entry, after.service_type.event)
    _audit(after, entry)
    tell(after, entry)
    return after


def beside(work: Work, action: str, *, office: str | None = None, note: str | None = None) -> Work:
    """Something happened beside the way of the case, also of a finished one: on its timeline, told as `updated`."""
    case = work.case
    entry = case.entry(action, work.actor.id, work.now, office=office, note=note)
    return record(work, entry, "updated")


def record(work: Work, entry: Entry, event: str, *, told: JsonObject | None = None, recounted: bool = False) -> Work:
    """Store a changed case, whose row the caller holds, and tell of it; the work with the record as it is then.

    `told` is the data of an event that is no step of the workflow, such as `overdue`; `recounted`: see `following`.
    """
    after = following(work, entry, recounted=recounted)
    end(work, after)
    write(work, after, entry, event, told)
    return after


def following(work: Work, entry: Entry, *, recounted: bool = False) -> Work:
    """The work with the record as it will be after the entry; nothing is stored.

    With `recounted` every date of the case was counted with the calendar of now. Any other step counts some of them:
    where the rest are by another calendar, the case has none until the timer has counted it again.
    """
    before, case = work.record, evolve(work.case, entry)
    finished_at = (before.finished_at or work.now) if built_in.finished(work.service_type, case) else None
    calendar = work.host.calendar.name
    if not recounted and before.calendar != calendar:
        calendar = case_rows.NO_CALENDAR
    return work.of(case_rows.with_case(before, case, finished_at, calendar, entry))


def end(work: Work, after: Work, *, numbered: bool = False) -> None:
    """What follows from the end of the case, where it ends with this step; `numbered`: with a document."""
    if after.record.finished_at is not None and work.record.finished_at is None:
        work.host.hooks.ended(after)
        satisfaction.ended(after)
        if not numbered:
            without_paper.tell(after)


def write(work: Work, after: Work, entry: Entry, event: str, told: JsonObject | None = None) -> None:
    """Queue the rows of a step: case, tasks, timeline, event, audit entry, and what its citizen is told. It reads
    nothing."""
    case_rows.update_case(work.tx, work.case, after.record, entry)
    _announce(after, entry, event, told)
    _audit(after, entry)
    tell(after, entry)


def _announce(work: Work, entry: Entry, event: str, told: JsonObject | None = None) -> None:
    case = work.case
    data = told or {
        "service": case.service,
        "action": entry.action,
        "state": entry.to_state,
        "previous_state": entry.from_state,
        "office": case.office,
        "office_of_origin": case.office_of_origin,
        "due_at": None if case.due_at is None else case.due_at.isoformat(),
        "held": case.held is not None,
    }
    work.emit(f"{work.service}.{work.host.hooks.entity}.{event}.v1", case.id, case.version, data)


def _audit(work: Work, entry: Entry) -> None:
    def masked(words: str) -> str:
        return mask_names(mask_text(words), _names(work, entry))

    trail.record(
        work.tx,
        at=work.now,
        actor=work.actor,
        office=entry.office,
        action=entry.action,
        case_id=work.case.id,
        reason=None if entry.note is None else masked(entry.note),
        details={"from": entry.from_state, "to": entry.to_state, "version": entry.version, **_details(entry, masked)},
        correlation_id=work.cause.correlation_id,
        behind_others=True,
    )


def _names(work: Work, entry: Entry) -> list[str]:
    """Who is named in the case now, and who was before this step."""
    former = [name for c in entry.changes if isinstance(c, PersonCorrected) for name in names_within(c.former)]
    return names_in(work.record) + former


def _details(entry: Entry, masked: Callable[[str], str]) -> JsonObject:
    """What an auditor wants to know of a step beside its way: which fields were corrected, whom a task was given to."""
    if entry.corrects:
        return {"fields": entry.changed_fields}
    documents: list[dict[str, str]] = []
    papers: dict[str, dict[str, str | None]] = {}
    claimed_by: list[str | None] = []
    answers: list[dict[str, str]] = []
    signing: dict[str, str] = {}
    for change in entry.changes:
        match change:
            case SigningBegun(begun):
                signing = {"paper": begun.paper, "decision": begun.action}
            case SigningEnded(paper, signed):
                signing = {"paper": paper, "ended": "signed" if signed else "abandoned"}
            case DocumentHandedIn(requirement, document, sha256):
                documents.append({"document": document, "requirement": requirement, "sha256": sha256})
            case DocumentTakenOut(requirement, document):
                documents.append({"document": document, "requirement": requirement})
            case PaperLearned(requirement, paper):
                told = {"service": paper.service, "status": paper.status, "number": paper.number}
                papers[requirement] = {**told, "document": paper.document, "reason": paper.reason}
            case TaskClaimed(_, by):
                claimed_by.append(by)
            case WarningAnswered(warning, reason):
                answers.append({"warning": warning, "reason": masked(reason)})
    found: dict[str, Json] = {"documents": documents, "papers": papers, "claimed_by": claimed_by, "answers": answers}
    found["signing"] = signing
    return {name: value for name, value in found.items() if value}
