"""Opening a case and acting on it: one transaction for state, timeline, audit entry, number and event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from mpp.cases import numbers, persons, store
from mpp.cases.hooks import Hooks, Work
from mpp.cases.opening import Filing, read_filing, read_ticks
from mpp.cases.present import Presenter
from mpp.cases.store import Record
from mpp.cases.tables import cases
from mpp.cases.versions import Versions
from mpp.casework import standing, tracking, workflow
from mpp.casework.actors import SYSTEM, Actor, applicant_of
from mpp.casework.case import Case, Entry, evolve
from mpp.casework.jurisdiction import sight_of
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.casework.service_type import Action, ServiceType
from mpp.casework.workflow import Context
from mpp.catalogue.forms import FormContext, validate_form
from mpp.clock import new_id
from mpp.identity.masking import mask_text
from mpp.messaging.crashpoints import reach
from mpp.persistence import audit, idempotency
from mpp.persistence.deadline import Deadline
from mpp.runtime import Runtime
from mpp.service import ServiceDefinition

NOTE_MAX = 2000


@dataclass(frozen=True)
class Command:
    """A write as it comes over RPC: who, under which key, on which path, and what."""

    actor: Actor | None  # None: an applicant, who proves the secret of the case itself
    secret: str | None
    key: str
    method: str
    path: str
    if_match: int | None
    body: Mapping[str, Any]
    deadline: Deadline
    correlation_id: str


@dataclass(frozen=True)
class Answer:
    """A command's answer; `replayed` when the command had been done before under its key."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


class CaseCommands:
    """The commands of one case service."""

    def __init__(self, definition: ServiceDefinition, runtime: Runtime, hooks: Hooks, versions: Versions) -> None:
        self._definition = definition
        self._runtime = runtime
        self._hooks = hooks
        self._versions = versions
        self._database = runtime.databases[definition.name]
        self._presenter = Presenter(definition, runtime, hooks)
        self._zone = runtime.calendar.zone

    # ------------------------------------------------------------------ open

    def open(self, command: Command) -> Answer:
        """Open a case. 201 with the case, its tracking code and secret."""
        if command.actor is None:
            raise Refused(401, "token_missing")
        actor = command.actor
        now = self._runtime.clock.now()
        scope = self._scope(command, actor)
        digest = idempotency.request_hash(command.body)
        with self._database.transaction(command.deadline) as tx:
            stored = idempotency.claim(tx, scope, digest, now)
            if stored is None:
                filing = read_filing(self._runtime, self._collection, actor, command.body, self._form_context(now))
                answer = self._open(tx, filing, actor, now, command)
                idempotency.store(tx, scope, 201, answer)
                reach("command.before_commit")
            else:
                answer = stored.response
        reach("command.after_commit")
        secret = tracking.secret_of(answer["id"], self._runtime.person_key)
        return Answer(201, {**answer, "secret": secret}, replayed=stored is not None)

    def _open(self, tx: Connection, filing: Filing, actor: Actor, now: datetime, command: Command) -> dict[str, Any]:
        kind = filing.kind
        if filing.person is not None:
            persons.lock(tx, filing.person)
            if persons.deceased_since(tx, filing.person) is not None:
                raise invalid(FieldError("applicant.nik", "person_deceased"))
        entry = workflow.open_case(kind, filing.office, actor, filing.data, filing.ticks, self._context(now))
        blank = Case(new_id(), kind.code, kind.version)
        letter = self._definition.tracking_letter or ""
        record = Record(
            case=evolve(blank, entry),
            tracking_code=tracking.new_code(letter),
            region=filing.region,
            applicant=filing.applicant,
            proxy=filing.proxy,
            person=filing.person,
            submitted_at=now,
        )
        work = self._work(tx, kind, record, actor, now, command.correlation_id)
        errors = self._hooks.check_open(work)
        if errors:
            raise invalid(*errors)
        store.insert_case(tx, record, entry)
        self._announce(work, entry, kind.event)
        self._audit(work, entry)
        return self._presenter.full(tx, kind, record, [entry], actor)

    # ------------------------------------------------------------------- act

    def act(self, command: Command, case_id: str) -> Answer:
        """Take an action on a case. 200 with the case as it is then."""
        now = self._runtime.clock.now()
        with self._database.transaction(command.deadline) as tx:
            actor, id_ = self._who(tx, command, case_id)
            scope = self._scope(command, actor)
            stored = idempotency.claim(tx, scope, idempotency.request_hash(command.body), now)
            if stored is None:
                answer = self._act(tx, command, actor, id_, now)
                idempotency.store(tx, scope, 200, answer)
                reach("command.before_commit")
            else:
                answer = stored.response
        reach("command.after_commit")
        return Answer(200, answer, replayed=stored is not None)

    def _who(self, tx: Connection, command: Command, case_id: str) -> tuple[Actor, str]:
        """The actor, and the id of the case; an applicant without its right secret sees nothing: 404."""
        id_ = find_id(tx, case_id)
        if command.actor is not None:
            return command.actor, id_
        if command.secret is None or not tracking.secret_matches(command.secret, id_, self._runtime.person_key):
            raise not_found()
        return applicant_of(id_), id_

    def _act(self, tx: Connection, command: Command, actor: Actor, id_: str, now: datetime) -> dict[str, Any]:
        record = store.find(tx, id_=id_, lock=True)
        if record is None:
            raise not_found()
        case = record.case
        if not actor.is_applicant and not sight_of(actor, self._runtime.offices).sees(case.touching):
            raise not_found()
        if command.if_match is None:
            raise Refused(428, "if_match_missing")
        if command.if_match != case.version:
            raise Refused(412, "version_stale")
        kind = self._versions.get(tx, case.service, case.service_version)
        code = str(command.body.get("action"))
        note = _note(command.body.get("note"))
        built_in = standing.STANDING.get(code)
        if built_in is not None:
            _no_data(command.body.get("data"))
            context = self._context(now)
            entry, event = standing.act(kind, case, actor, built_in, note=note, ctx=context), built_in.event
            after = self._write(tx, kind, record, entry, event, actor, now, command.correlation_id, ())
        else:
            action = workflow.find_action(kind, code)
            entry, effects = self._declared(tx, kind, record, action, actor, note, command, now)
            after = self._write(tx, kind, record, entry, action.event, actor, now, command.correlation_id, effects)
        return self._presenter.full(tx, kind, after, store.entries(tx, id_), actor)

    def _declared(
        self,
        tx: Connection,
        kind: ServiceType,
        record: Record,
        action: Action,
        actor: Actor,
        note: str | None,
        command: Command,
        now: datetime,
    ) -> tuple[Entry, tuple[str, ...]]:
        workflow.authorise(kind, record.case, actor, action)
        data, ticks = self._action_data(kind, action, command.body.get("data"), now)

        def number() -> str:
            work = self._work(tx, kind, record, actor, now, command.correlation_id)
            for name in action.effects:
                lock = self._hooks.effects[name].lock
                if lock is not None:
                    lock(work)
            local = now.astimezone(self._zone)
            return numbers.allocate(tx, kind, record.case.id, kind.owner, self._runtime.offices, local)

        context = replace(self._context(now), number=number)
        entry = workflow.act(kind, record.case, actor, action, note=note, data=data, ticks=ticks, ctx=context)
        return entry, action.effects

    def _action_data(
        self, kind: ServiceType, action: Action, given: Any, now: datetime
    ) -> tuple[dict[str, Any], dict[str, bool]]:
        """The action's data, and the papers that it brings where it must complete the file."""
        errors: list[FieldError] = []
        values = dict(given) if isinstance(given, Mapping) else {}
        ticks: dict[str, bool] = {}
        if action.documents or "requirements_complete" in action.guards:
            ticks = read_ticks(kind, values.pop("requirements", {}), errors)
        data, wrong = validate_form(action.data, values, self._form_context(now), "data")
        if errors or wrong:
            raise invalid(*errors, *wrong)
        return data, ticks

    # ---------------------------------------------------------------- system

    def hold_open_cases(
        self, tx: Connection, person: str, reason: str, *, correlation_id: str, causation_id: str
    ) -> int:
        """Put every open case of a person on hold, each with its own event; how many there were.

        The caller holds the person's lock (`persons.lock`).
        """
        held = 0
        now = self._runtime.clock.now()
        for case_id in store.open_cases_of(tx, person):
            record = store.find(tx, id_=case_id, lock=True)
            if record is None or record.finished_at is not None:
                continue
            kind = self._versions.get(tx, record.case.service, record.case.service_version)
            entry = standing.hold(kind, record.case, SYSTEM, reason, self._context(now))
            if entry is not None:
                self._write(tx, kind, record, entry, "held", SYSTEM, now, correlation_id, (), causation_id)
                held += 1
        return held

    # --------------------------------------------------------------- writing

    def _write(
        self,
        tx: Connection,
        kind: ServiceType,
        record: Record,
        entry: Entry,
        event: str,
        actor: Actor,
        now: datetime,
        correlation_id: str,
        effects: tuple[str, ...],
        causation_id: str | None = None,
    ) -> Record:
        case = evolve(record.case, entry)
        after = store.with_case(record, case, now if standing.finished(kind, case) else None)
        work = self._work(tx, kind, after, actor, now, correlation_id, causation_id)
        for name in effects:
            self._hooks.effects[name].apply(work)
        store.update_case(tx, record.case, after, entry)
        self._announce(work, entry, event)
        self._audit(work, entry)
        return after

    def _announce(self, work: Work, entry: Entry, event: str) -> None:
        case = work.record.case
        data = {
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
        audit.record(
            work.tx,
            at=work.now,
            actor=work.actor,
            office=entry.office,
            action=entry.action,
            case_id=work.record.case.id,
            reason=None if entry.note is None else mask_text(entry.note),
            details={"from": entry.from_state, "to": entry.to_state, "version": entry.version},
            correlation_id=work.correlation_id,
        )

    # --------------------------------------------------------------- helpers

    @property
    def _collection(self) -> str:
        return self._definition.collection or ""

    def _context(self, now: datetime) -> Context:
        return Context(now, self._runtime.calendar, new_id)

    def _form_context(self, now: datetime) -> FormContext:
        return FormContext(now.astimezone(self._zone).date(), self._runtime.offices)

    def _scope(self, command: Command, actor: Actor) -> idempotency.Scope:
        return idempotency.Scope(actor.id, command.method, command.path, command.key)

    def _work(
        self,
        tx: Connection,
        kind: ServiceType,
        record: Record,
        actor: Actor,
        now: datetime,
        correlation_id: str,
        causation_id: str | None = None,
    ) -> Work:
        return Work(tx, self._runtime, self._definition.name, kind, record, actor, now, correlation_id, causation_id)


def find_id(tx: Connection, text: str) -> str:
    """The id of the case that an id or a tracking code names. Raises Refused 404."""
    try:
        return str(UUID(text))
    except ValueError:
        code = tracking.normalise(text)
    if code is not None:
        found = tx.execute(select(cases.c.id).where(cases.c.tracking_code == code)).scalar_one_or_none()
        if found is not None:
            return str(found)
    raise not_found()


def _note(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise invalid(FieldError("note", "wrong_type"))
    if len(given) > NOTE_MAX:
        raise invalid(FieldError("note", "too_long"))
    return given.strip() or None


def _no_data(given: Any) -> None:
    if given:
        raise invalid(*(FieldError(f"data.{name}", "unknown_field") for name in given))
