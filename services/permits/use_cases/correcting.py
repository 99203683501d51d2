"""Correcting what was issued: a replacement with a number of its own, for its data and for its holder.

A holder whose NIK was mistyped is somebody else in every register: the replacement is the right person's, counts among
that person's permits, and ends with that person's death. The case that it came from follows.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from mpp.cases.commands.action_data import of_amendment
from mpp.cases.commands.amending import read, with_people
from mpp.cases.commands.filing import region_of
from mpp.cases.recording import recorder, roles
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.names import names_within
from mpp.cases.recording.work import Cause, work_on
from mpp.cases.storage import case_rows, numbers
from mpp.casework.case.changes import PersonCorrected
from mpp.casework.codes import verification
from mpp.casework.refusals import FieldError, invalid
from mpp.casework.rules.people import APPLICANT, HOLDER, Named, with_correction
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue.forms import FormContext
from mpp.clock import new_id
from mpp.identity.masking import mask_names
from mpp.identity.person import person_of
from mpp.json_values import JsonObject
from services.permits.domain import limits
from services.permits.domain.permit import SUPERSEDED, Permit, scheduled
from services.permits.use_cases import register
from services.permits.use_cases.register import RegisterStep


class Correcting:
    """The corrections of the register."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def correct(self, tx: Connection, old: Permit, given: JsonObject, reason: str, step: RegisterStep) -> Permit:
        """Issue the replacement; the old permit, whose row the caller holds, is superseded. The old one as it is then.

        The replacement holds for the days that the old one did, and a suspension goes over to it. Raises Refused 422
        naming each field, 409 where its holder has as many permits as there may be.
        """
        service_type = self._host.versions.get(tx, old.service, old.service_version)
        corrected, holder = self._corrected(tx, service_type, old, given, step)
        self._check_limit(tx, service_type, old, corrected, step)
        changed = [f"data.{name}" for name in sorted(old.data.keys() | corrected.data.keys())
                   if old.data.get(name) != corrected.data.get(name)]  # fmt: skip
        named = () if holder is None else tuple(f"{HOLDER}.{name}" for name in sorted(holder.values))
        noted = replace(step, fields=(*changed, *named), note=_without_names(step.note, old, corrected))
        local = step.now.astimezone(self._host.runtime.calendar.zone)
        where = self._host.offices, corrected.region
        number = numbers.allocate(tx, service_type, old.case_id, old.owner, *where, local)
        code = verification.new_code(self._host.definition.tracking_letter or "")
        new = replace(corrected, id=new_id(), number=number, verification=code)
        told = {"reason": reason, "corrected_on": step.today.isoformat(), "case": old.case_id}
        told |= {"supersedes": old.id, "supersedes_number": old.number}
        register.add(tx, scheduled(new), "corrected", noted, told)
        after = old.changed(SUPERSEDED, step.today, superseded_by=new.id)
        told = {"reason": reason, "superseded_on": step.today.isoformat()}
        told |= {"superseded_by": new.id, "superseded_by_number": number}
        register.change(tx, after, "superseded", noted, told)
        if holder is not None:
            self._correct_case(tx, old.case_id, holder, step)
        return after

    def _corrected(
        self, tx: Connection, service_type: ServiceType, old: Permit, given: JsonObject, step: RegisterStep
    ) -> tuple[Permit, PersonCorrected | None]:
        """The permit with the given data in place of the old ones, and what that corrects of its holder."""
        context = FormContext(step.today, self._host.offices)
        own = {field.name for field in service_type.form}
        named = None if old.holder is None or HOLDER in own else Named(HOLDER, old.holder)
        rest = given if named is None else {name: value for name, value in given.items() if name != HOLDER}
        values, errors = of_amendment(service_type.form, rest, context, "data")
        correction = None if named is None or HOLDER not in given else read(named, given[HOLDER], context, errors)
        if errors:
            raise invalid(*errors)
        data = {name: value for name, value in {**old.data, **values}.items() if value is not None}
        if data == dict(old.data) and correction is None:
            raise invalid(FieldError("data", "nothing_changed"))
        new = replace(
            old,
            version=1,
            region=region_of(self._host.runtime, service_type, data, old.owner),
            data=data,
            place=None if service_type.limit is None else limits.place_of(service_type.limit, data),
            supersedes=old.id,
            changed_on=step.today,
        )
        if correction is None or old.holder is None:
            return new, None
        holder = with_correction(old.holder, correction)
        key = self._host.runtime.person_key
        person = person_of(holder, key)
        wrong = roles.impossible(tx, {HOLDER: holder}, key, step.today, [HOLDER]) if person != old.person else []
        if wrong:
            raise invalid(*wrong)
        return replace(new, holder=holder, person=person), correction

    def _check_limit(
        self, tx: Connection, service_type: ServiceType, old: Permit, new: Permit, step: RegisterStep
    ) -> None:
        if service_type.limit is None or new.person is None:
            return
        register.lock_limit(tx, new.person, service_type.limit)
        held = register.held_by(tx, self._host.versions, new.person, service_type.limit, step.today, but=old.id)
        limits.refuse(service_type.limit, held, new.place)

    def _correct_case(self, tx: Connection, case_id: str, holder: PersonCorrected, step: RegisterStep) -> None:
        """The applicant of the case, whose row is held with the permit's, is the holder."""
        record = case_rows.find(tx, id_=case_id)
        if record is None or record.applicant is None:
            return
        correction = replace(holder, role=APPLICANT)
        work = work_on(self._host, tx, record, Cause(step.actor, step.now, step.correlation_id, step.causation_id))
        entry = work.case.entry("correct", step.actor.id, step.now, (correction,), office=step.office, note=step.note)
        corrected = with_people(record, [correction], self._host.runtime.person_key)
        recorder.record(work.of(corrected), entry, "updated")
        case_rows.write_people(tx, corrected)


def _without_names(note: str | None, *holders: Permit) -> str | None:
    """The note as the register's history and the audit trail have it: a correction of a name says that name."""
    names = [name for permit in holders for name in names_within(permit.holder)]
    return None if note is None else mask_names(note, names)
