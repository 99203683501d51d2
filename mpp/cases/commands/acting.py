"""Acting on a case: an action of the catalogue, a built-in one, or the naming of a paper that the mall issues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from mpp.cases.commands import action_data
from mpp.cases.commands.amending import Amending, lock_person
from mpp.cases.commands.following import follow
from mpp.cases.papers import taking
from mpp.cases.prerequisites.finder import Prerequisites
from mpp.cases.reading.presenter import Presenter
from mpp.cases.recording import case_warnings, once, recorder
from mpp.cases.recording.command import Command, Outcome, check_version, read_note, visible
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows
from mpp.casework.access.actors import Assignment
from mpp.casework.rules import another_person, built_in, workflow
from mpp.casework.rules.built_in import AMEND, BuiltInAction
from mpp.casework.rules.people import APPLICANT
from mpp.casework.rules.prerequisites import CITE
from mpp.json_values import Json, JsonObject


@dataclass(frozen=True)
class Asked:
    """An action as it was asked for; the data are checked when it is clear that the actor may take it."""

    action: str
    if_match: int | None
    note: Json
    data: Json
    answers: Json = None
    colleague: Sequence[Assignment] = ()  # what the account that gets a task may do where

    @classmethod
    def of(cls, command: Command, colleague: Sequence[Assignment] = ()) -> Asked:
        """What the command asks for."""
        body = command.body
        action, note, data, answers = (body.get(name) for name in ("action", "note", "data", "answers"))
        return cls(str(action), command.if_match, note, data, answers, colleague)


class Acting:
    """Acts on the cases of one case service."""

    def __init__(self, host: CaseHost, prerequisites: Prerequisites, presenter: Presenter) -> None:
        self._host = host
        self._prerequisites = prerequisites
        self._presenter = presenter
        self._amending = Amending(host, prerequisites)

    def act(self, command: Command, case_id: str, colleague: Sequence[Assignment] = ()) -> Outcome:
        """Take an action on a case. 200 with the case as it is then.

        Raises Refused: 404 for who does not see the case, 428 and 412 by its version, 403 by role and office, 409 by
        its state, 422 naming each field. Nothing is stored then.
        """
        asked = Asked.of(command, colleague)

        def do(tx: Connection, cause: Cause, id_: str) -> JsonObject:
            after = self.take(tx, cause, id_, asked)
            return self._presenter.full(tx, after.service_type, after.record, cause.actor, after.warnings, after.beside)

        return once.on_case(self._host, command, case_id, 200, do)

    def take(self, tx: Connection, cause: Cause, case_id: str, asked: Asked) -> Work:
        """The action, in a transaction that the caller commits; the work with the case as it is then."""
        if asked.action == AMEND:
            lock_person(tx, asked.data, APPLICANT, self._host.runtime.person_key, self._host.today(cause.now))
        if asked.action == CITE:
            self._prerequisites.lock(tx, action_data.cited(asked.data), self._host.today(cause.now))
        record = visible(case_rows.find_whole(tx, case_id), cause.actor, self._host.offices)
        check_version(asked.if_match, record.case.version)
        work, note = self._prerequisites.look_again(work_on(self._host, tx, record, cause)), read_note(asked.note)
        action = built_in.BUILT_IN.get(asked.action)
        if asked.action == CITE:
            return self._prerequisites.cite(work, asked.data)
        if action is not None:
            return self._built_in(work, action, note, asked)
        return _declared(work, asked, note)

    def _built_in(self, work: Work, action: BuiltInAction, note: str | None, asked: Asked) -> Work:
        built_in.authorise(work.service_type, work.case, work.actor, action)
        if action.code == AMEND:
            return self._amending.amend(follow(work), action, note, asked.data)
        data = action_data.of_built_in(work.service_type, action, asked.data, work.form_context())
        entry = built_in.act(
            work.service_type, work.case, work.actor, action, note=note, context=work.context(), data=data,
            colleague=asked.colleague,
        )  # fmt: skip
        return recorder.record(work, entry, action.event)


def _declared(work: Work, asked: Asked, note: str | None) -> Work:
    action = workflow.find_action(work.service_type, asked.action)
    workflow.authorise(work.service_type, work.case, work.actor, action)  # who may not, learns nothing of the form
    another_person.refuse(action, case_warnings.timeline_of(work.tx, work.record), work.actor)
    work = follow(work)
    data, ticks = action_data.of_declared(work.service_type, action, asked.data, work.form_context())
    work, answers = case_warnings.answered(work, action, asked.answers)
    return taking.take(work, action, note=note, data=data, ticks=ticks, answers=answers)
