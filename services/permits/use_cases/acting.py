"""What an official does to a permit: suspend, lift, revoke, correct. One transaction each, under the permit's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mpp.cases.commands.amending import lock_person
from mpp.cases.recording import once
from mpp.cases.recording.command import Command, Outcome, check_version, needed_note, read_id
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.casework.refusals import FieldError, invalid, not_found
from mpp.casework.rules.people import HOLDER
from mpp.json_values import JsonObject
from services.permits.domain.permit import DEEDS, Deed, Permit, allow
from services.permits.domain.sight import authorise, sight_of_register
from services.permits.use_cases import register
from services.permits.use_cases.correcting import Correcting, Wanted
from services.permits.use_cases.papers import CORRECT
from services.permits.use_cases.register import RegisterStep

if TYPE_CHECKING:
    from services.permits.queries import RegisterQueries

_DAY_OF = {"suspend": "suspended", "reinstate": "reinstated", "revoke": "revoked"}


@dataclass(frozen=True)
class _Request:
    """A deed as it was asked for, every field checked."""

    deed: Deed
    reason: str
    note: str
    data: JsonObject


class RegisterCommands:
    """The commands on permits."""

    def __init__(self, host: CaseHost, queries: RegisterQueries) -> None:
        self._host = host
        self._queries = queries
        self._correcting = Correcting(host)

    def act(self, command: Command, permit_id: str) -> Outcome:
        """200 with the permit as it is then; a corrected one names the permit that replaces it, or, where that makes a
        paper, that it is being signed.

        Raises Refused: 404 for a permit that the actor does not see, 428 and 412 by its version, 403 by role and
        office, 409 by its status, 422 naming each field. Nothing is stored then.
        """

        def do(tx: Connection, cause: Cause) -> JsonObject:
            step = RegisterStep(cause.actor, cause.now, self._host.today(cause.now), cause.correlation_id)
            lock_person(tx, command.body.get("data"), HOLDER, self._host.runtime.person_key, step.today)
            return self._act(tx, command, permit_id, step)

        return once.by_clerk(self._host, command, 200, do)

    def _act(self, tx: Connection, command: Command, permit_id: str, step: RegisterStep) -> JsonObject:
        offices = self._host.offices
        sight = sight_of_register(step.actor, offices)
        permit = register.lock(tx, read_id(permit_id))
        if permit is None or not sight.sees(permit.owner, permit.region):
            raise not_found()
        check_version(command.if_match, permit.version)
        deed = DEEDS.get(str(command.body.get("action")))
        if deed is None:
            raise invalid(FieldError("action", "unknown_action"))
        office = authorise(step.actor, permit, deed, offices)
        allow(permit, deed, step.today)
        asked = _request(deed, command.body)
        step = replace(step, office=office, reason=asked.reason, note=asked.note)
        if deed.code != CORRECT:
            return self._queries.full(tx, _change(tx, permit, asked, step), step.actor, sight)
        # read before a number is drawn
        beside = self._queries.look(tx, permit)
        after, beside = self._correcting.correct(tx, permit, beside, Wanted(asked.data, asked.reason), step)
        return self._queries.body(tx, after, beside, step.actor, sight)


def _change(tx: Connection, permit: Permit, asked: _Request, step: RegisterStep) -> Permit:
    """Suspend, lift or revoke."""
    event = _DAY_OF[asked.deed.code]
    after, paper = permit.changed(asked.deed.to, step.today), register.paper_of(tx, permit)
    register.change(tx, after, event, step, {f"{event}_on": step.today.isoformat(), "reason": asked.reason}, paper)
    return after


def _request(deed: Deed, body: JsonObject) -> _Request:
    """Every wrong field is named at once. A reason and a note are required for whatever is done to a permit."""
    errors: list[FieldError] = []
    reason, data = body.get("reason"), body.get("data")
    if reason is None:
        errors.append(FieldError("reason", "required"))
    elif reason not in deed.reasons:
        errors.append(FieldError("reason", "unknown_choice", {"choices": ", ".join(deed.reasons)}))
    said = needed_note(body.get("note"), errors)
    if deed.code == CORRECT:
        if not isinstance(data, Mapping):
            wrong = FieldError("data", "wrong_type", {"kind": "object"})
            errors.append(FieldError("data", "required") if data is None else wrong)
    elif data:
        errors.append(FieldError("data", "not_allowed_here"))
    if errors or said is None:
        raise invalid(*errors)
    return _Request(deed, str(reason), said, data if isinstance(data, Mapping) else {})
