"""Opening a case: read, checked, and written in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from mpp.cases.commands.filing import Filing, offered, office_of_clerk, read_filing
from mpp.cases.prerequisites.finder import Prerequisites
from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording import once, recorder, roles
from mpp.cases.recording.command import Command, Outcome, read_note
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work
from mpp.cases.storage import persons
from mpp.cases.storage.case_rows import Record
from mpp.casework.case.case import Case, evolve
from mpp.casework.case.papers import Paper
from mpp.casework.codes import tracking
from mpp.casework.refusals import invalid
from mpp.casework.rules import workflow
from mpp.casework.rules.people import APPLICANT, STAND_IN
from mpp.casework.rules.service_type import ServiceType
from mpp.clock import new_id
from mpp.json_values import JsonObject, text


@dataclass(frozen=True)
class Begun:
    """What a case already has that its applicant filed without a clerk: id and code, and the office that took it.

    With `public` no clerk has seen who it is. Then nobody is looked up, or a stranger would learn who has died, and the
    case is not found under the person who is named: anybody may have named anybody.
    """

    id: str
    tracking_code: str
    office: str
    public: bool = False
    note: str | None = None


class Opening:
    """Opens the cases of one case service."""

    def __init__(self, host: CaseHost, prerequisites: Prerequisites, presenter: Presenter) -> None:
        self._host = host
        self._prerequisites = prerequisites
        self._presenter = presenter

    def open(self, command: Command) -> Outcome:
        """Open a case. 201 with the case, its tracking code and secret. Raises Refused."""
        outcome = once.by_clerk(self._host, command, 201, lambda tx, cause: self.begin(tx, cause, command.body))
        return replace(outcome, body={**outcome.body, "secret": self._secret(outcome)})

    def _secret(self, outcome: Outcome) -> str:
        """That of the filing, which is no part of the answer that is stored: who repeats it gets what was given then,
        also where the applicant has another one by now."""
        case_id, secrets = text(outcome.body, "id"), self._host.secrets
        if not outcome.replayed:
            return secrets.of_new(case_id)
        with self._host.database.transaction() as tx:
            return secrets.of_filing(tx, case_id)

    def begin(self, tx: Connection, cause: Cause, body: JsonObject, begun: Begun | None = None) -> JsonObject:
        """Open a case in this transaction: by a clerk, or what an applicant has `begun`; the case. Raises Refused."""
        runtime, form = self._host.runtime, self._host.form_context(cause.now)
        service_type = offered(runtime, self._host.definition.collection or "", body)
        office = office_of_clerk(runtime, service_type, cause.actor) if begun is None else begun.office
        filing = read_filing(runtime, service_type, office, self._carried_over(tx, service_type, body), form)
        if begun is None or not begun.public:
            self._check_people(tx, filing, form.today)
        work = Work(tx, self._host, filing.service_type, self._blank(filing, cause, begun), cause)
        learned = self._learned(work, filing)
        entry = workflow.open_case(
            filing.service_type, filing.office, cause.actor, filing.data, filing.ticks, work.context(), learned
        )
        entry = replace(entry, note=read_note(body.get("note")) if begun is None else begun.note)
        opened = work.of(replace(work.record, case=evolve(work.case, entry)))
        errors = self._host.hooks.check_open(opened)
        if errors:
            raise invalid(*errors)
        after = recorder.open_case(opened, entry)
        self._host.hooks.keep(after)
        return self._presenter.full(tx, after.service_type, after.record, cause.actor)

    def _carried_over(self, tx: Connection, service_type: ServiceType, body: JsonObject) -> JsonObject:
        """The request with the data of the document that it builds on."""
        if service_type.previous is None or not isinstance(body.get("data"), Mapping):
            return body
        return {**body, "data": self._host.hooks.carry_over(tx, self._host.runtime, service_type, body)}

    def _blank(self, filing: Filing, cause: Cause, begun: Begun | None) -> Record:
        id_ = new_id() if begun is None else begun.id
        letter = self._host.definition.tracking_letter or ""
        return Record(
            case=Case(id_, filing.service_type.code, filing.service_type.version),
            tracking_code=tracking.new_code(letter) if begun is None else begun.tracking_code,
            region=filing.region,
            applicant=filing.applicant,
            proxy=filing.proxy,
            person=filing.person if begun is None or not begun.public else None,
            submitted_at=cause.now,
            calendar=self._host.calendar.name,
        )

    def _learned(self, work: Work, filing: Filing) -> dict[str, Paper]:
        """What is known of the papers that were named instead of shown, by requirement."""
        if not filing.named:
            return {}
        self._prerequisites.lock(work.tx, filing.named, work.today)
        holder = Holder.of(filing.applicant, filing.person)
        return self._prerequisites.learn(work.tx, filing.service_type, filing.named, holder, work.today)

    def _check_people(self, tx: Connection, filing: Filing, today: date) -> None:
        """Nobody stands in a role that they cannot have; a death that is being handled at this moment goes first."""
        if filing.person is not None:
            persons.lock(tx, filing.person)
        people = {APPLICANT: filing.applicant, STAND_IN: filing.proxy}
        naming = roles.Naming(people, filing.service_type.form, filing.data, self._host.hooks.known)
        errors = roles.impossible(tx, naming, self._host.runtime.person_key, today)
        if errors:
            raise invalid(*errors)
