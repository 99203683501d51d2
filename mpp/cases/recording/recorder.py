"""Writing what was decided: case, tasks, timeline, event and audit entry in the one transaction that decided it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from mpp.cases.levies import assessments
from mpp.cases.recording.hooks import Hooks, Work
from mpp.cases.recording.names import names_in
from mpp.cases.storage import case_rows, numbers
from mpp.cases.storage.calendars import CalendarInEffect
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.versions import Versions
from mpp.casework.access.actors import Actor
from mpp.casework.access.offices import OfficeTree
from mpp.casework.case.case import Entry, evolve
from mpp.casework.case.changes import DocumentHandedIn, DocumentTakenOut, PaperLearned, TaskClaimed
from mpp.casework.rules import built_in, workflow
from mpp.casework.rules.built_in import supervised_by
from mpp.casework.rules.service_type import Action, ServiceType
from mpp.casework.rules.workflow import Context
from mpp.catalogue.forms import FormContext
from mpp.clock import new_id
from mpp.hosting.definition import ServiceDefinition
from mpp.hosting.runtime import Runtime
from mpp.identity.masking import mask_names, mask_text
from mpp.persistence.audit import trail


@dataclass(frozen=True)
class Doing:
    """Who does something, when, and what it follows from."""

    actor: Actor
    now: datetime
    correlation_id: str
    causation_id: str | None = None


class CaseWriter:
    """What every command of a case service does at its end, whoever gave it."""

    def __init__(
        self,
        definition: ServiceDefinition,
        runtime: Runtime,
        hooks: Hooks,
        versions: Versions,
        calendar: CalendarInEffect,
    ) -> None:
        self._definition = definition
        self._runtime = runtime
        self._hooks = hooks
        self.versions = versions
        self.calendar = calendar

    @property
    def offices(self) -> OfficeTree:
        """The offices of the region."""
        return self._runtime.offices

    # ------------------------------------------------------------- contexts

    def context(self, doing: Doing) -> Context:
        """What the kernel's decisions need."""
        supervised = supervised_by(doing.actor, self._runtime.offices)
        offices = self._runtime.offices
        return Context(doing.now, self.calendar.current, new_id, supervised=supervised, offices=offices)

    def today(self, doing: Doing) -> date:
        """The local day."""
        return doing.now.astimezone(self.calendar.current.zone).date()

    def form_context(self, now: datetime) -> FormContext:
        """What the checks of a form need."""
        return FormContext(now.astimezone(self.calendar.current.zone).date(), self._runtime.offices)

    def work(self, tx: Connection, kind: ServiceType, record: Record, doing: Doing) -> Work:
        """The transaction as the service's own rules see it."""
        return Work(
            tx,
            self._runtime,
            self._definition.name,
            kind,
            record,
            doing.actor,
            doing.now,
            doing.correlation_id,
            doing.causation_id,
        )

    # ------------------------------------------------------------- declared actions

    def declared(
        self,
        tx: Connection,
        kind: ServiceType,
        record: Record,
        action: Action,
        doing: Doing,
        *,
        note: str | None,
        data: Mapping[str, Any],
        ticks: Mapping[str, bool],
    ) -> Record:
        """Take an action of the catalogue: decide it, number it where it needs a number, write it. Raises Refused."""
        office = workflow.authorise(kind, record.case, doing.actor, action) or kind.owner

        def number() -> str:
            work = self.work(tx, kind, record, doing)
            for name in action.effects:
                lock = self._hooks.effects[name].lock
                if lock is not None:
                    lock(work)
            local = doing.now.astimezone(self.calendar.current.zone)
            return numbers.allocate(tx, kind, record.case.id, office, self._runtime.offices, local)

        context = replace(self.context(doing), number=number)
        entry = workflow.act(kind, record.case, doing.actor, action, note=note, data=data, ticks=ticks, ctx=context)
        return self.write(tx, kind, record, entry, action.event, doing, effects=action.effects)

    # ------------------------------------------------------------- writing

    def beside(
        self,
        tx: Connection,
        kind: ServiceType,
        record: Record,
        action: str,
        doing: Doing,
        *,
        office: str | None = None,
        note: str | None = None,
    ) -> Record:
        """Something happened beside the way of the case, also of a finished one: on its timeline, told as `updated`."""
        case = record.case
        entry = Entry(case.version + 1, doing.now, doing.actor.id, office, action, case.state, case.state, note, ())
        return self.write(tx, kind, record, entry, "updated", doing)

    def write_new(self, tx: Connection, kind: ServiceType, record: Record, entry: Entry, doing: Doing) -> None:
        """Store a case that was just opened."""
        case_rows.insert_case(tx, record, entry)
        work = self.work(tx, kind, record, doing)
        self._announce(work, entry, kind.event)
        self._audit(work, entry)

    def write(
        self,
        tx: Connection,
        kind: ServiceType,
        record: Record,
        entry: Entry,
        event: str,
        doing: Doing,
        *,
        effects: tuple[str, ...] = (),
        told: Mapping[str, Any] | None = None,
    ) -> Record:
        """Store a changed case, whose row the caller holds, and tell of it.

        `told` is the data of an event that is no step of the workflow, such as `overdue`.
        """
        case = evolve(record.case, entry)
        finished_at = (record.finished_at or doing.now) if built_in.finished(kind, case) else None
        after = case_rows.with_case(record, case, finished_at, self.calendar.name, entry)
        work = self.work(tx, kind, after, doing)
        for name in effects:
            self._hooks.effects[name].apply(work)
        if finished_at is not None and record.finished_at is None:
            assessments.case_ended(work)
        case_rows.update_case(tx, record.case, after, entry)
        self._announce(work, entry, event, told)
        self._audit(work, entry)
        return after

    def _announce(self, work: Work, entry: Entry, event: str, told: Mapping[str, Any] | None = None) -> None:
        case = work.record.case
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
        type_ = f"{self._definition.name}.{self._hooks.entity}.{event}.v1"
        work.emit(type_, case.id, case.version, data)

    def _audit(self, work: Work, entry: Entry) -> None:
        trail.record(
            work.tx,
            at=work.now,
            actor=work.actor,
            office=entry.office,
            action=entry.action,
            case_id=work.record.case.id,
            reason=None if entry.note is None else mask_names(mask_text(entry.note), names_in(work.record)),
            details={"from": entry.from_state, "to": entry.to_state, "version": entry.version, **_details(entry)},
            correlation_id=work.correlation_id,
            behind_others=True,
        )


def _details(entry: Entry) -> dict[str, Any]:
    """What an auditor wants to know of a built-in action: which fields were corrected, whom a task was given to."""
    if entry.action == "amend":
        return {"fields": entry.changed_fields}
    documents: list[dict[str, str]] = []
    papers: dict[str, dict[str, str | None]] = {}
    claimed_by: list[str | None] = []
    for change in entry.changes:
        match change:
            case DocumentHandedIn(requirement, document, sha256):
                documents.append({"document": document, "requirement": requirement, "sha256": sha256})
            case DocumentTakenOut(requirement, document):
                documents.append({"document": document, "requirement": requirement})
            case PaperLearned(requirement, paper):
                told = {"service": paper.service, "status": paper.status, "number": paper.number}
                papers[requirement] = {**told, "document": paper.document, "reason": paper.reason}
            case TaskClaimed(_, by):
                claimed_by.append(by)
    found = {"documents": documents, "papers": papers, "claimed_by": claimed_by}
    return {name: value for name, value in found.items() if value}
