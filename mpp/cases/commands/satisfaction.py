"""The nine questions after the end of a case: who is given the address, what is asked, and what was answered.

Asking and answering need no account and no secret of the case: the one-time code is all that there is to know, and what
is answered is kept without it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from mpp.cases.recording import once, satisfaction
from mpp.cases.recording.command import Command, Outcome, visible
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage import case_rows, satisfaction_rows
from mpp.cases.storage.satisfaction_rows import Address, Answer
from mpp.casework.access.jurisdiction import office_for
from mpp.casework.codes import one_time, verification
from mpp.casework.refusals import FieldError, Refused, invalid, wrong_role
from mpp.casework.rules.questionnaire import BEST, CHANNELS, FEE, OTHER, answers_of
from mpp.crashpoints import reach
from mpp.json_values import Json, JsonObject, mapping, optional_text, text
from mpp.persistence.audit import trail
from mpp.persistence.deadline import Deadline

ACTION = "satisfaction_address"


class Satisfaction:
    """The survey of one case service."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def address(self, command: Command, case_id: str) -> Outcome:
        """200 with the one-time `code` of a case that has ended, and until when it holds; the same again is the same.

        Who asked is on record, since whoever has the address can answer. Raises Refused: 404 for who does not see the
        case, 403 for who does not take such cases in there, and 409 `case_goes_on`, `satisfaction_not_asked`
        (withdrawn), `satisfaction_answered` or `satisfaction_expired`.
        """

        def do(tx: Connection, cause: Cause, id_: str) -> JsonObject:
            return self._address(tx, cause, id_)

        outcome = once.on_case(self._host, command, case_id, 200, do)
        code = satisfaction.code_of(self._host, text(outcome.body, "id"))  # never stored, with the answer neither
        return replace(outcome, body={**outcome.body, "code": code})

    def _address(self, tx: Connection, cause: Cause, case_id: str) -> JsonObject:
        host, actor = self._host, cause.actor
        record = visible(case_rows.find(tx, id_=case_id, lock=True), actor, host.offices)
        roles = host.service_type_of(tx, record.case).filed_by
        office = office_for(actor, roles, record.case.touching)
        if office is None and not actor.is_applicant:
            raise wrong_role(roles, action=ACTION)
        if record.finished_at is None:
            raise Refused(409, "case_goes_on")
        made = satisfaction.address_of_end(tx, host, record)
        if made is None:
            raise Refused(409, "satisfaction_not_asked")
        found = satisfaction_rows.find(tx, made.hash)
        if found is None:  # it has ended before there were questions, or longer ago than an address is remembered
            found = made
            satisfaction_rows.begin(tx, made)
        self._open(found, host.today(cause.now))
        trail.record(
            tx,
            at=cause.now,
            actor=actor,
            office=office,
            action=ACTION,
            case_id=case_id,
            details={},
            correlation_id=cause.correlation_id,
        )
        return {"id": case_id, "ends_on": found.ends_on.isoformat()}

    def form(self, code: str, deadline: Deadline) -> JsonObject:
        """What is asked by this code: `questions` in their order, the fee with a `preset` where nothing was to be paid.

        Raises Refused 404 for a code that there is not, 409 `satisfaction_answered` or `satisfaction_expired`.
        """
        with self._host.database.transaction(deadline) as tx:
            address = self._found(tx, code, lock=False)
            service = self._host.newest(address.service)
        asked = self._host.questionnaire
        questions = [
            {**q.to_json(), "preset": BEST if address.free and q.code == FEE else None} for q in asked.questions
        ]
        name = {"id": address.service, "en": address.service} if service is None else dict(service.name)
        return {
            "service": {"code": address.service, "name": name},
            "office": address.office,
            "office_name": self._host.offices.name_of(address.office),
            "ends_on": address.ends_on.isoformat(),
            "questionnaire": asked.version,
            "questions": questions,
        }

    def answer(self, code: str, body: JsonObject, deadline: Deadline) -> JsonObject:
        """Keep what was answered, and let nobody answer by this code again: of two at once one is kept.

        Raises Refused as `form` does, and 422 for answers that cannot stand. Nothing is kept then, and the code holds.
        """
        with self._host.database.transaction(deadline) as tx:
            address = self._found(tx, code, lock=True)
            answers = answers_of(mapping(body, "answers"), free=address.free)
            version = self._version(tx, body.get("questionnaire"))
            satisfaction_rows.spend(tx, address.hash)
            month = self._host.today(self._host.clock.now()).replace(day=1)
            put = Answer(month, address.service, address.office, _channel(body), version, address.free, answers)
            satisfaction_rows.put(tx, put)
            reach("command.before_commit")
        reach("command.after_commit")
        return {"kept": True}

    def counts(self, month: date, deadline: Deadline) -> JsonObject:
        """What was answered in a month; see `satisfaction_rows.counts`."""
        with self._host.database.transaction(deadline) as tx:
            return {"items": satisfaction_rows.counts(tx, month)}

    def _found(self, tx: Connection, code: str, *, lock: bool) -> Address:
        normal = verification.normalise(code)
        found = None if normal is None else satisfaction_rows.find(tx, one_time.hash_of(normal), lock=lock)
        if found is None:
            raise Refused(404, "satisfaction_unknown")
        self._open(found, self._host.today(self._host.clock.now()))
        return found

    def _open(self, address: Address, today: date) -> None:
        """Raises Refused 409 for an address by which nobody can answer any more."""
        if address.answered:
            raise Refused(409, "satisfaction_answered")
        if address.ends_on < today:
            raise Refused(409, "satisfaction_expired")

    def _version(self, tx: Connection, asked: Json) -> str:
        """The questions that were answered: those that were shown, where the mall has ever asked them."""
        if asked is None:
            return self._host.questionnaire.version
        if not isinstance(asked, str) or not satisfaction_rows.was_asked(tx, asked):
            raise invalid(FieldError("questionnaire", "unknown_questionnaire"))
        return asked


def _channel(body: JsonObject) -> str:
    """Where the address was handed out. Raises Refused 422."""
    channel = optional_text(body, "channel") or OTHER
    if channel not in CHANNELS:
        raise invalid(FieldError("channel", "unknown_choice", {"choices": ", ".join(CHANNELS)}))
    return channel
