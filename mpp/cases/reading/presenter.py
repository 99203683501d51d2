"""How a case is shown: in full to who may act on it, masked in lists, in plain words to the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from mpp.cases.papers import beside
from mpp.cases.papers.beside import Beside
from mpp.cases.papers.telling import papers_of, signing_of
from mpp.cases.reading.action_words import action_label
from mpp.cases.reading.form_fields import form_body
from mpp.cases.reading.waiting import NOTHING_LEFT, promise, public_promise, waiting, waiting_on, window
from mpp.cases.recording import case_warnings
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage.case_rows import Record
from mpp.casework.access.actors import Actor
from mpp.casework.case.case import Case, Entry, Task
from mpp.casework.rules import (
    another_person,
    answers,
    attachments,
    built_in,
    case_clocks,
    people,
    prerequisites,
    workflow,
)
from mpp.casework.rules.answers import CaseWarning
from mpp.casework.rules.naming import WITHDRAWN_LABEL
from mpp.casework.rules.service_type import Action, FormField, ServiceType, State, Text
from mpp.casework.time.doubts import Doubt
from mpp.casework.time.remaining import remaining
from mpp.casework.time.stored_clock import StoredClock
from mpp.identity.masking import mask_name, mask_nik, mask_phone
from mpp.json_values import Json, JsonObject, iso
from mpp.regions import places
from mpp.web.texts.words import role_name

_MOST_EXPECTED = 2  # of what may be done now


class Presenter:
    """Bodies of one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def full(
        self,
        tx: Connection,
        service_type: ServiceType,
        record: Record,
        actor: Actor,
        warnings: Sequence[CaseWarning] | None = None,
        seen: Beside | None = None,
    ) -> JsonObject:
        """The whole case, for a clerk who may see it and for its applicant; `warnings` and `seen` where they were read
        before: nothing is then asked of the database."""
        case = record.case
        seen = seen or beside.read(tx, self._host, service_type, record)
        timeline = case_warnings.timeline_of(tx, record)
        warned = self._warnings(tx, record, timeline, actor, warnings)
        asked = any(not each["answered"] for each in warned)
        hidden = self._host.hooks.hide_applicant(record, actor)
        signed_as = service_type.signed_as(case.data)
        return {
            "id": case.id,
            "collection": self._host.definition.collection,
            "tracking_code": record.tracking_code,
            "service": {"code": service_type.code, "version": service_type.version, "name": dict(service_type.name)},
            "state": case.state,
            "state_label": dict(state_label(service_type, case)),
            "version": case.version,
            "applicant": None if hidden or record.applicant is None else dict(record.applicant),
            "proxy": None if hidden or record.proxy is None else dict(record.proxy),
            "data": {name: given for name, given in case.data.items() if name not in service_type.actions or given},
            "requirements": self._requirements(service_type, case, seen),
            "may_attach": attachments.may_attach(service_type, case, actor),
            **self._places(record),
            "submitted_at": record.submitted_at.isoformat(),
            "due_at": iso(case.due_at),
            "calendar_complete": case.calendar_complete,
            "held": None if case.held is None else {"reason": case.held},
            "document_number": case.number,
            "signed_as": None if signed_as is None else dict(signed_as),
            "signing": signing_of(case, seen.papers, actor),
            "papers": papers_of(seen.papers, actor),
            "waiting": waiting(service_type, case, self._host.offices, self._host.runtime.catalogue),
            "promise": self._with_time_left(promise(case, timeline, self._doubts(service_type, case)), case),
            "window": self._window(service_type, case),
            "escalated": case.escalated,
            "tasks": [self._task(service_type, case, task) for task in case.tasks],
            "timeline": [self._entry(service_type, e, actor) for e in timeline],
            "actions": self.actions(service_type, record, timeline, actor, asked=asked),
            "warnings": [*warned],
            **seen.extra,
        }

    def _warnings(
        self,
        tx: Connection,
        record: Record,
        timeline: Sequence[Entry],
        actor: Actor,
        warnings: Sequence[CaseWarning] | None,
    ) -> list[JsonObject]:
        """What whoever decides must answer; the applicant and a case that is over have nothing to decide."""
        if actor.is_applicant or record.finished_at is not None:
            return []
        if warnings is None:
            warnings = self._host.hooks.warnings(tx, self._host, record)
        given = answers.given(timeline)
        return [
            {
                "id": each.id,
                "code": each.code,
                "field": each.field,
                "text": dict(each.text),
                "answered": any(entry.actor == actor.id and said.warning == each.id for entry, said in given),
                "answers": [
                    {"actor": entry.actor, "office": entry.office, "at": entry.at.isoformat(), "reason": said.reason}
                    for entry, said in given
                    if said.warning == each.id
                ],
            }
            for each in warnings
        ]

    def line(self, service_type: ServiceType, record: Record, actor: Actor) -> JsonObject:
        """One row of a list: the applicant masked."""
        case = record.case
        hidden = self._host.hooks.hide_applicant(record, actor)
        return {
            "id": case.id,
            "tracking_code": record.tracking_code,
            "service": service_type.code,
            "service_name": dict(service_type.name),
            "state": case.state,
            "state_label": dict(state_label(service_type, case)),
            "applicant": None if hidden else masked(record.applicant),
            **self._places(record),
            "submitted_at": record.submitted_at.isoformat(),
            "due_at": iso(case.due_at),
            "held": case.held is not None,
            "escalated": case.escalated,
            "document_number": case.number,
        }

    def _places(self, record: Record) -> JsonObject:
        """Where the case came from, where it is, and where its matter is: by code, and by name."""
        case = record.case
        return {
            "office_of_origin": case.office_of_origin,
            "office_of_origin_name": self._host.offices.name_of(case.office_of_origin),
            "office": case.office,
            "office_name": self._host.offices.name_of(case.office),
            "region": record.region,
            "region_name": places.path_name(record.region),
        }

    def public(self, service_type: ServiceType, record: Record, timeline: Sequence[Entry]) -> JsonObject:
        """What everybody with the tracking code may know: no personal data, and no word that somebody typed."""
        case = record.case
        return {
            "tracking_code": record.tracking_code,
            "service": {"code": service_type.code, "name": dict(service_type.name)},
            "state_label": dict(state_label(service_type, case)),
            "next_step": dict(next_step(service_type, case)),
            "waiting_on": dict(waiting_on(service_type, case, self._host.offices)),
            "waiting": waiting(service_type, case, self._host.offices, self._host.runtime.catalogue),
            "submitted_at": record.submitted_at.isoformat(),
            "due_at": iso(case.due_at),
            "calendar_complete": case.calendar_complete,
            "promise": self._with_time_left(public_promise(case, timeline, self._doubts(service_type, case)), case),
            "window": self._window(service_type, case),
            "online": None,
        }

    def actions(
        self, service_type: ServiceType, record: Record, timeline: Sequence[Entry], actor: Actor, asked: bool = False
    ) -> list[JsonObject]:
        """What this actor may do now, with what each needs; `asked`: a warning waits for this actor's answer."""
        case = record.case
        if built_in.finished(service_type, case):
            return []
        supervised = built_in.supervised_by(actor, self._host.offices)
        permitted = workflow.permitted(service_type, case, actor)
        mine = [a for a in permitted if not another_person.had_a_hand(a, timeline, actor)]
        papers = self._papers_of(case.service)
        declared = [
            {
                **_action_body(each, asked and answers.asks(each, actor)),
                "expected": each in _expected(mine),
                "paper": papers.get(each.code),
            }
            for each in mine
        ]
        always = built_in.BUILT_IN.values()
        offered = [
            self._built_in(action, service_type, record, actor)
            for action in always
            if action.offered(service_type, case, actor, supervised)
        ]
        cite = [_cite_body()] if prerequisites.may_cite(service_type, case, actor) else []
        return declared + offered + cite

    def _papers_of(self, service: str) -> dict[str, str]:
        """The kind of paper that each action makes first: as the newest version of the service type says."""
        newest = self._host.newest(service)
        return {} if newest is None else {a.code: a.paper.kind for a in newest.actions.values() if a.paper is not None}

    def _built_in(
        self, action: built_in.BuiltInAction, service_type: ServiceType, record: Record, actor: Actor
    ) -> JsonObject:
        fields = action.fields(service_type)
        if action.code == built_in.AMEND and not self._host.hooks.hide_applicant(record, actor):
            named = people.named_in(record.applicant, record.proxy, service_type.form)
            fields += tuple(each.group for each in named)
        needs = [name for name, needed in (("note", action.note_required), ("data", bool(fields))) if needed]
        return _offered(action.code, action.label, needs, fields)

    def _doubts(self, service_type: ServiceType, case: Case) -> tuple[Doubt, ...]:
        return case_clocks.doubts_of(service_type, case, self._host.calendar.current)

    def _left(self, due_at: datetime | None, clock: StoredClock | None) -> JsonObject | None:
        return remaining(due_at, clock, self._host.clock.now(), self._host.calendar.current)

    def _with_time_left(self, promised: JsonObject, case: Case) -> JsonObject:
        ended = case.clock is None or case.clock.ended_at is not None
        return {**promised, "remaining": None if ended else self._left(case.due_at, case.clock)}

    def _window(self, service_type: ServiceType, case: Case) -> JsonObject | None:
        found = window(service_type, case)
        if found is None:
            return None
        task, _ = case_clocks.open_windows(service_type, case)[0]
        return {**found, "remaining": self._left(task.due_at, task.clock)}

    def _requirements(self, service_type: ServiceType, case: Case, seen: Beside) -> list[JsonObject]:
        return [
            {
                "code": r.code,
                "name": dict(r.name),
                "required": r.needed(case.data),
                "fulfilled": bool(case.ticks.get(r.code)),
                "documents": [d.to_json() for d in seen.documents if d.requirement == r.code],
                "produced_by": r.produced_by,
                "form": r.form,
                "paper": None if r.code not in case.papers else case.papers[r.code].to_json(),
            }
            for r in service_type.requirements
        ]

    def _task(self, service_type: ServiceType, case: Case, task: Task) -> JsonObject:
        names = {"office_name": self._host.offices.name_of(task.office), "role_name": role_name(task.role)}
        decision = None if case.signing is None or not task.open else case.signing.action
        left = self._left(task.due_at, task.clock) if task.open else None
        waits = being_signed(service_type, decision, task.code)
        return {**task_body(task), **names, "remaining": left, "being_signed": waits}

    def _entry(self, service_type: ServiceType, entry: Entry, actor: Actor) -> JsonObject:
        said = [] if actor.is_applicant else answers.given([entry])
        label = action_label(service_type, entry.action)
        return {
            "version": entry.version,
            "at": entry.at.isoformat(),
            "actor": entry.actor,
            "office": entry.office,
            "office_name": self._host.offices.name_of(entry.office),
            "action": entry.action,
            "action_label": None if label is None else dict(label),
            "from": entry.from_state,
            "from_label": None if entry.from_state is None else dict(label_of(service_type, entry.from_state)),
            "to": entry.to_state,
            "to_label": dict(label_of(service_type, entry.to_state)),
            "note": entry.note,
            "fields": entry.changed_fields if entry.corrects else [],
            "answers": [{"warning": each.warning, "reason": each.reason} for _, each in said],
        }


def state_label(service_type: ServiceType, case: Case) -> Text:
    """The state in words."""
    return label_of(service_type, case.state)


def label_of(service_type: ServiceType, state: str) -> Text:
    """A state in words."""
    return WITHDRAWN_LABEL if state == built_in.WITHDRAWN else service_type.states[state].label


def next_step(service_type: ServiceType, case: Case) -> Text:
    """What comes next, in words."""
    state = _state(service_type, case)
    return NOTHING_LEFT if state is None else state.next_step


def _state(service_type: ServiceType, case: Case) -> State | None:
    return None if case.state == built_in.WITHDRAWN else service_type.states[case.state]


def masked(applicant: JsonObject | None) -> JsonObject | None:
    """An applicant as lists show one."""
    if applicant is None:
        return None
    shown: dict[str, Json] = {"kind": applicant.get("kind", "person")}
    if "name" in applicant:
        organisation = shown["kind"] == "organisation"
        shown["name"] = applicant["name"] if organisation else mask_name(str(applicant["name"]))
    if applicant.get("nik"):
        shown["nik"] = mask_nik(str(applicant["nik"]))
    if applicant.get("phone"):
        shown["phone"] = mask_phone(str(applicant["phone"]))
    return shown


def being_signed(service_type: ServiceType, decision: str | None, task: str) -> bool:
    """Whether what ends this open task was decided (by the action of this code), and waits for its signed paper."""
    action = None if decision is None else service_type.actions.get(decision)
    return action is not None and action.task in (None, task)


def task_body(task: Task) -> JsonObject:
    """A task as a case shows it."""
    return {
        "id": task.id,
        "code": task.code,
        "office": task.office,
        "role": task.role,
        "opened_at": task.opened_at.isoformat(),
        "due_at": iso(task.due_at),
        "outcome": task.outcome,
        "closed_at": iso(task.closed_at),
        "claimed_by": task.claimed_by,
    }


def _expected(permitted: Sequence[Action]) -> Sequence[Action]:
    """What the case waits for: the first steps of its way that need no reason; where each needs one, the first."""
    onward = [action for action in permitted if not action.note_required]
    return (onward or permitted)[:_MOST_EXPECTED]


def _action_body(action: Action, warned: bool) -> JsonObject:
    wanted = (("note", action.note_required), ("data", bool(action.data)), ("answers", warned))
    needs = [name for name, needed in wanted if needed]
    return _offered(action.code, action.label, needs, action.data)


def _cite_body() -> JsonObject:
    return _offered(prerequisites.CITE, prerequisites.CITE_LABEL, ["data"], prerequisites.CITE_FIELDS)


def _offered(code: str, label: Text, needs: Sequence[str], fields: Sequence[FormField]) -> JsonObject:
    asked = [form_body(field) for field in fields]
    return {"action": code, "label": dict(label), "needs": needs, "data": asked, "expected": False, "paper": None}
