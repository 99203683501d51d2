"""What an official does to a permit: suspend, lift, revoke, correct. One transaction each, under the permit's lock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mpp.cases.commands.filing import region_of
from mpp.cases.recording import once
from mpp.cases.recording.command import Command, Outcome, check_version
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Cause
from mpp.cases.storage import numbers
from mpp.casework.bounds import NOTE_MAX
from mpp.casework.codes import verification
from mpp.casework.refusals import FieldError, invalid, not_found
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue.forms import FormContext, validate_form
from mpp.clock import new_id
from mpp.json_values import JsonObject
from services.permits.domain import limits
from services.permits.domain.permit import DEEDS, Deed, Permit, allow, scheduled
from services.permits.domain.sight import authorise, sight_of_register
from services.permits.use_cases import register
from services.permits.use_cases.issuing import LETTER
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

    def act(self, command: Command, permit_id: str) -> Outcome:
        """200 with the permit as it is then; a corrected one names the permit that replaces it.

        Raises Refused: 404 for a permit that the actor does not see, 428 and 412 by its version, 403 by role and
        office, 409 by its status, 422 naming each field. Nothing is stored then.
        """

        def do(tx: Connection, cause: Cause) -> JsonObject:
            step = RegisterStep(cause.actor, cause.now, self._host.today(cause.now), cause.correlation_id)
            return self._act(tx, command, permit_id, step)

        return once.by_clerk(self._host, command, 200, do)

    def _act(self, tx: Connection, command: Command, permit_id: str, step: RegisterStep) -> JsonObject:
        offices = self._host.offices
        sight = sight_of_register(step.actor, offices)
        permit = register.lock(tx, register.read_id(permit_id))
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
        after = self._correct(tx, permit, asked, step) if deed.code == "correct" else _change(tx, permit, asked, step)
        return self._queries.full(tx, after, step.actor, sight)

    # ----------------------------------------------------------------- correct

    def _correct(self, tx: Connection, old: Permit, asked: _Request, step: RegisterStep) -> Permit:
        """Issue a replacement with a number of its own; the old permit is superseded. The old one as it is then.

        The replacement holds for the days that the old one did, and a suspension goes over to it.
        """
        service_type = self._host.versions.get(tx, old.service, old.service_version)
        data = self._corrected(service_type, old, asked.data, step)
        place = None if service_type.limit is None else limits.place_of(service_type.limit, data)
        if service_type.limit is not None and old.person is not None:
            register.lock_limit(tx, old.person, service_type.limit)
            held = register.held_by(tx, old.person, service_type.limit, step.today, but=old.id)
            limits.refuse(service_type.limit, held, place)
        local = step.now.astimezone(self._host.runtime.calendar.zone)
        number = numbers.allocate(tx, service_type, old.case_id, old.owner, self._host.offices, local)
        new = replace(
            old,
            id=new_id(),
            number=number,
            verification=verification.new_code(LETTER),
            version=1,
            region=region_of(self._host.runtime, service_type, data, old.owner),
            data=data,
            place=place,
            supersedes=old.id,
            changed_on=step.today,
        )
        told = {"reason": asked.reason, "corrected_on": step.today.isoformat(), "case": old.case_id}
        told |= {"supersedes": old.id, "supersedes_number": old.number}
        register.add(tx, scheduled(new), "corrected", step, told)
        after = old.changed(asked.deed.to, step.today, superseded_by=new.id)
        told = {"reason": asked.reason, "superseded_on": step.today.isoformat()}
        told |= {"superseded_by": new.id, "superseded_by_number": number}
        register.change(tx, after, "superseded", step, told)
        return after

    def _corrected(self, service_type: ServiceType, old: Permit, given: JsonObject, step: RegisterStep) -> JsonObject:
        """The permit's data with the given fields in place of the old ones; an optional field given as null goes."""
        optional = {field.name for field in service_type.form if not field.required}
        removed = {name for name, value in given.items() if value is None and name in optional}
        fields = [replace(field, required=False) for field in service_type.form]
        rest = {name: value for name, value in given.items() if name not in removed}
        data, wrong = validate_form(fields, rest, FormContext(step.today, self._host.offices), "data")
        if wrong:
            raise invalid(*wrong)
        found = {name: value for name, value in {**old.data, **data}.items() if name not in removed}
        if found == dict(old.data):
            raise invalid(FieldError("data", "nothing_changed"))
        return found


def _change(tx: Connection, permit: Permit, asked: _Request, step: RegisterStep) -> Permit:
    """Suspend, lift or revoke."""
    event = _DAY_OF[asked.deed.code]
    after = permit.changed(asked.deed.to, step.today)
    register.change(tx, after, event, step, {f"{event}_on": step.today.isoformat(), "reason": asked.reason})
    return after


def _request(deed: Deed, body: JsonObject) -> _Request:
    """Every wrong field is named at once. A reason and a note are required for whatever is done to a permit."""
    errors: list[FieldError] = []
    reason, note, data = body.get("reason"), body.get("note"), body.get("data")
    if reason is None:
        errors.append(FieldError("reason", "required"))
    elif reason not in deed.reasons:
        errors.append(FieldError("reason", "unknown_choice", {"choices": ", ".join(deed.reasons)}))
    if note is None or (isinstance(note, str) and not note.strip()):
        errors.append(FieldError("note", "required"))
    elif not isinstance(note, str):
        errors.append(FieldError("note", "wrong_type"))
    elif len(note) > NOTE_MAX:
        errors.append(FieldError("note", "too_long", {"max": NOTE_MAX}))
    if deed.code == "correct":
        if not isinstance(data, Mapping):
            errors.append(FieldError("data", "required" if data is None else "wrong_type"))
    elif data:
        errors.append(FieldError("data", "not_allowed_here"))
    if errors:
        raise invalid(*errors)
    return _Request(deed, str(reason), str(note).strip(), data if isinstance(data, Mapping) else {})
