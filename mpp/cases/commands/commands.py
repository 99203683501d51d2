"""Opening a case and acting on it: one transaction for state, timeline, audit entry, number and event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from mpp.cases.commands.filing import Filing, read_filing, read_named, read_ticks, region_of, track_errors
from mpp.cases.prerequisites.finder import MallPapers, PaperRefused
from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.hooks import Hooks
from mpp.cases.recording.recorder import CaseWriter, Doing
from mpp.cases.storage import case_rows, persons
from mpp.cases.storage.case_rows import Record
from mpp.cases.storage.tables import cases
from mpp.casework.access.actors import SYSTEM, Actor, applicant_of
from mpp.casework.access.jurisdiction import sight_of
from mpp.casework.case.case import Case, evolve
from mpp.casework.case.papers import Paper
from mpp.casework.codes import tracking
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.casework.rules import attachments, prerequisites, workflow
from mpp.casework.rules import built_in as standing
from mpp.casework.rules.built_in import StandingAction
from mpp.casework.rules.service_type import Action, Requirement, ServiceType
from mpp.catalogue.forms import FormContext, validate_form
from mpp.clock import new_id
from mpp.crashpoints import reach
from mpp.hosting.definition import ServiceDefinition
from mpp.hosting.runtime import Runtime
from mpp.persistence import idempotency
from mpp.persistence.deadline import Deadline

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

    def __init__(
        self, definition: ServiceDefinition, runtime: Runtime, hooks: Hooks, writer: CaseWriter, papers: MallPapers
    ) -> None:
        self._definition = definition
        self._papers = papers
        self._runtime = runtime
        self._hooks = hooks
        self._writer = writer
        self._versions = writer.versions
        self._database = runtime.databases[definition.name]
        self._presenter = Presenter(definition, runtime, hooks)

    # ------------------------------------------------------------------ open

    def open(self, command: Command) -> Answer:
        """Open a case. 201 with the case, its tracking code and secret."""
        if command.actor is None:
            raise Refused(401, "token_missing")
        doing = Doing(command.actor, self._runtime.clock.now(), command.correlation_id)
        with self._database.transaction(command.deadline) as tx:
            answer = once(tx, command, doing.actor, 201, doing.now, lambda: self._file(tx, command, doing))
        reach("command.after_commit")
        secret = tracking.secret_of(answer.body["id"], self._runtime.person_key)
        return replace(answer, body={**answer.body, "secret": secret})

    def _file(self, tx: Connection, command: Command, doing: Doing) -> dict[str, Any]:
        context = self._writer.form_context(doing.now)
        body = self._carried_over(tx, command.body)
        filing = read_filing(self._runtime, self._definition.collection or "", doing.actor, body, context)
        return self._open(tx, filing, doing)

    def _carried_over(self, tx: Connection, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """The request with the data of the document that it builds on."""
        kind = self._runtime.catalogue.get(str(body.get("service")))
        if kind is None or kind.previous is None or not isinstance(body.get("data"), Mapping):
            return body
        return {**body, "data": self._hooks.carry_over(tx, self._runtime, kind, body)}

    def _open(self, tx: Connection, filing: Filing, doing: Doing) -> dict[str, Any]:
        kind = filing.kind
        if filing.person is not None:
            persons.lock(tx, filing.person)
            if persons.deceased_since(tx, filing.person) is not None:
                raise invalid(FieldError("applicant.nik", "person_deceased"))
        context = self._writer.context(doing)
        learned = self._learned(tx, kind, filing, doing)
        entry = workflow.open_case(kind, filing.office, doing.actor, filing.data, filing.ticks, context, learned)
        record = Record(
            case=evolve(Case(new_id(), kind.code, kind.version), entry),
            tracking_code=tracking.new_code(self._definition.tracking_letter or ""),
            region=filing.region,
            applicant=filing.applicant,
            proxy=filing.proxy,
            person=filing.person,
            submitted_at=doing.now,
            calendar=self._writer.calendar.name,
        )
        errors = self._hooks.check_open(self._writer.work(tx, kind, record, doing))
        if errors:
            raise invalid(*errors)
        self._writer.write_new(tx, kind, record, entry, doing)
        return self._presenter.full(tx, kind, record, [entry], doing.actor)

    def _learned(self, tx: Connection, kind: ServiceType, filing: Filing, doing: Doing) -> dict[str, Paper]:
        """What is known of the papers that were named instead of shown, by requirement."""
        if not filing.named:
            return {}
        today = self._writer.today(doing)
        self._papers.lock(tx, filing.named, today)
        return self._papers.learn(tx, kind, filing.named, Holder.of(filing.applicant, filing.person), today)

    # ------------------------------------------------------------------- act

    def act(self, command: Command, case_id: str) -> Answer:
        """Take an action on a case. 200 with the case as it is then."""
        now = self._runtime.clock.now()
        with self._database.transaction(command.deadline) as tx:
            actor, id_ = self._who(tx, command, case_id)
            doing = Doing(actor, now, command.correlation_id)
            answer = once(tx, command, actor, 200, now, lambda: self._act(tx, command, id_, doing))
        reach("command.after_commit")
        return answer

    def _who(self, tx: Connection, command: Command, case_id: str) -> tuple[Actor, str]:
        """The actor, and the id of the case; an applicant without its right secret sees nothing: 404."""
        id_ = find_id(tx, case_id)
        if command.actor is not None:
            return command.actor, id_
        if command.secret is None or not tracking.secret_matches(command.secret, id_, self._runtime.person_key):
            raise not_found()
        return applicant_of(id_), id_

    def _act(self, tx: Connection, command: Command, id_: str, doing: Doing) -> dict[str, Any]:
        if command.body.get("action") == prerequisites.CITE:
            self._papers.lock(tx, _cited(command.body.get("data")), self._writer.today(doing))
        record = case_rows.find_whole(tx, id_)
        if record is None:
            raise not_found()
        case, actor = record.case, doing.actor
        if not actor.is_applicant and not sight_of(actor, self._runtime.offices).sees(case.touching):
            raise not_found()
        check_version(command, record)
        kind = self._versions.get(tx, case.service, case.service_version)
        code, given = str(command.body.get("action")), command.body.get("data")
        note = _note(command.body.get("note"))
        built_in = standing.STANDING.get(code)
        if code == prerequisites.CITE:
            after = self._cite(tx, kind, record, given, doing)
        elif built_in is not None:
            after = self._standing(tx, kind, record, built_in, note, given, doing)
        else:
            action = workflow.find_action(kind, code)
            workflow.authorise(kind, case, actor, action)  # before the data: who may not, learns nothing of the form
            data, ticks = _action_data(kind, action, given, self._writer.form_context(doing.now))
            after = self._writer.declared(tx, kind, record, action, doing, note=note, data=data, ticks=ticks)
        return self._presenter.full(tx, kind, after, list(after.timeline or ()), actor)

    def _cite(self, tx: Connection, kind: ServiceType, record: Record, given: Any, doing: Doing) -> Record:
        """Somebody names a paper that the mall issues; a case that waited for nothing else goes on by itself."""
        attachments.authorise(kind, record.case, doing.actor, prerequisites.CITE)
        values = dict(given) if isinstance(given, Mapping) else {}
        data, wrong = validate_form(prerequisites.CITE_FIELDS, values, self._writer.form_context(doing.now), "data")
        if wrong:
            raise invalid(*wrong)
        holder = Holder.of(record.applicant, record.person)

        def find(requirement: Requirement) -> Paper:
            try:
                return self._papers.find(tx, requirement, data["paper"], holder, self._writer.today(doing))
            except PaperRefused as refused:
                raise invalid(FieldError("data.paper", refused.code)) from refused

        entry = prerequisites.cite(kind, record.case, doing.actor, data["requirement"], find, doing.now)
        after = self._writer.write(tx, kind, record, entry, "updated", doing)
        return self._papers.go_on(tx, kind, after, doing)

    def _standing(
        self,
        tx: Connection,
        kind: ServiceType,
        record: Record,
        action: StandingAction,
        note: str | None,
        given: Any,
        doing: Doing,
    ) -> Record:
        standing.authorise(kind, record.case, doing.actor, action)
        data = _standing_data(kind, action, given, self._writer.form_context(doing.now))
        context = self._writer.context(doing)
        entry = standing.act(kind, record.case, doing.actor, action, note=note, ctx=context, data=data)
        if action.code == "amend":
            record = self._amended(tx, kind, record, evolve(record.case, entry), doing)
        return self._writer.write(tx, kind, record, entry, action.event, doing)

    def _amended(self, tx: Connection, kind: ServiceType, record: Record, amended: Case, doing: Doing) -> Record:
        """The record with the region that the corrected data name; refused as if it were filed so."""
        region = region_of(self._runtime, kind, amended.data, amended.office_of_origin)
        errors = track_errors(kind, amended.data, record.applicant)
        errors += self._hooks.check_open(
            self._writer.work(tx, kind, replace(record, case=amended, region=region), doing)
        )
        if errors:
            raise invalid(*errors)
        return replace(record, region=region)

    # ---------------------------------------------------------------- system

    def hold_open_cases(
        self, tx: Connection, person: str, reason: str, *, correlation_id: str, causation_id: str
    ) -> int:
        """Put every open case of a person on hold, each with its own event; how many there were.

        The caller holds the person's lock (`persons.lock`).
        """
        held = 0
        doing = Doing(SYSTEM, self._runtime.clock.now(), correlation_id, causation_id)
        for case_id in case_rows.open_cases_of(tx, person):
            record = case_rows.find(tx, id_=case_id, lock=True)
            if record is None or record.finished_at is not None:
                continue
            kind = self._versions.get(tx, record.case.service, record.case.service_version)
            entry = standing.hold(kind, record.case, SYSTEM, reason, self._writer.context(doing))
            if entry is not None:
                self._writer.write(tx, kind, record, entry, "held", doing)
                held += 1
        return held


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


def check_version(command: Command, record: Record) -> None:
    """Raises Refused 428 without a version, 412 where the actor has seen another one."""
    if command.if_match is None:
        raise Refused(428, "if_match_missing")
    if command.if_match != record.case.version:
        raise Refused(412, "version_stale")


def scope_of(command: Command, actor: Actor) -> idempotency.Scope:
    """Within what a command's key names one command."""
    return idempotency.Scope(actor.id, command.method, command.path, command.key)


def once(
    tx: Connection, command: Command, actor: Actor, status: int, now: datetime, do: Callable[[], dict[str, Any]]
) -> Answer:
    """Do a command, unless it was done before under its key; the last thing in its transaction."""
    digest = idempotency.request_hash(command.body)
    body, replayed = idempotency.once(tx, scope_of(command, actor), digest, status, now, do)
    if not replayed:
        reach("command.before_commit")
    return Answer(status, body, replayed)


def _cited(given: Any) -> dict[str, str]:
    """The paper that an action names, before the action is checked."""
    paper = given.get("paper") if isinstance(given, Mapping) else None
    return {"paper": paper} if isinstance(paper, str) and len(paper) <= prerequisites.NAMED_MAX else {}


def _action_data(
    kind: ServiceType, action: Action, given: Any, context: FormContext
) -> tuple[dict[str, Any], dict[str, bool]]:
    """The action's data, and the papers that it brings where it must complete the file."""
    errors: list[FieldError] = []
    values = dict(given) if isinstance(given, Mapping) else {}
    ticks: dict[str, bool] = {}
    if action.documents or "requirements_complete" in action.guards:
        brought = values.pop("requirements", {})
        ticks = read_ticks(kind, brought, errors)
        # whoever completes a file has its papers; one that the mall issues is named by the action `cite`
        errors += [FieldError(f"data.requirements.{name}", "wrong_type") for name in read_named(kind, brought)]
    data, wrong = validate_form(action.data, values, context, "data")
    if errors or wrong:
        raise invalid(*errors, *wrong)
    return data, ticks


def _standing_data(kind: ServiceType, action: StandingAction, given: Any, context: FormContext) -> dict[str, Any]:
    """The data of a built-in action. In an amendment null takes an optional field out: it comes back as None."""
    values = dict(given) if isinstance(given, Mapping) else {}
    removed: dict[str, Any] = {}
    errors: list[FieldError] = []
    if action.code == "amend":
        required = {f.name for f in kind.form if f.required}
        removed = {f.name: None for f in kind.form if f.name in values and values[f.name] is None}
        errors = [FieldError(f"data.{name}", "required") for name in removed if name in required]
        values = {name: value for name, value in values.items() if name not in removed}
    data, wrong = validate_form(action.fields(kind), values, context, "data")
    if errors or wrong:
        raise invalid(*errors, *wrong)
    return {**data, **removed}


def _note(given: Any) -> str | None:
    if given is None:
        return None
    if not isinstance(given, str):
        raise invalid(FieldError("note", "wrong_type"))
    if len(given) > NOTE_MAX:
        raise invalid(FieldError("note", "too_long"))
    return given.strip() or None
