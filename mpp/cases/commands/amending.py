"""Correcting what was filed, before the decision: the form, and who is named as applicant or proxy.

A corrected NIK makes the case another person's: it is found under that person, and a death of that person holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from mpp.cases.commands import action_data
from mpp.cases.commands.filing import region_of, track_errors
from mpp.cases.prerequisites.elsewhere import PaperRefused
from mpp.cases.prerequisites.finder import Prerequisites
from mpp.cases.recording import recorder, roles
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.work import Work
from mpp.cases.storage import case_rows, persons
from mpp.cases.storage.case_rows import Record
from mpp.casework.case.case import evolve
from mpp.casework.case.changes import PersonCorrected
from mpp.casework.case.papers import AWAITED
from mpp.casework.refusals import FieldError, invalid
from mpp.casework.rules import built_in, people
from mpp.casework.rules.built_in import BuiltInAction
from mpp.casework.rules.people import APPLICANT, STAND_IN, Named
from mpp.catalogue.forms import FormContext
from mpp.identity.nik import parse_nik
from mpp.identity.person import person_key, person_of
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject


class Amending:
    """The amendments of one case service."""

    def __init__(self, host: CaseHost, prerequisites: Prerequisites) -> None:
        self._host = host
        self._prerequisites = prerequisites

    def amend(self, work: Work, action: BuiltInAction, note: str | None, given: Json) -> Work:
        """The case as it is with the corrections; refused as if it had been filed so. The actor may amend it."""
        service_type, context = work.service_type, work.form_context()
        values: JsonObject = given if isinstance(given, Mapping) else {}
        named = self._named(work)
        roles = {who.role for who in named}
        form = {name: value for name, value in values.items() if name not in roles}
        data, errors = action_data.of_amendment(service_type.form, form, context, "data")
        corrections = [read(who, values[who.role], context, errors) for who in named if who.role in values]
        if errors:
            raise invalid(*errors)
        made = [each for each in corrections if each is not None]
        entry = built_in.act(
            service_type, work.case, work.actor, action, note=note, context=work.context(), data=data, people=made
        )
        amended = self._amended(work, made)
        case = evolve(work.case, entry)
        region = region_of(self._host.runtime, service_type, case.data, case.office_of_origin)
        self._check(amended.of(replace(amended.record, case=case, region=region)), made, data)
        after = recorder.record(amended.of(replace(amended.record, region=region)), entry, action.event)
        if made:
            case_rows.write_people(work.tx, after.record)
        self._host.hooks.keep(after)
        return after

    def _named(self, work: Work) -> list[Named]:
        """Who is named, as far as the actor may know."""
        record = work.record
        hidden = self._host.hooks.hide_applicant(record, work.actor)
        return [] if hidden else people.named_in(record.applicant, record.proxy, work.service_type.form)

    def _amended(self, work: Work, made: list[PersonCorrected]) -> Work:
        return work.of(with_people(work.record, made, self._host.runtime.person_key))

    def _check(self, work: Work, made: list[PersonCorrected], data: JsonObject) -> None:
        record = work.record
        errors = track_errors(work.service_type, record.case.data, record.applicant)
        errors += self._host.hooks.check_open(work)
        errors = [_as_sent(error) for error in errors]
        corrected = {*(each.role for each in made), *data}
        if corrected:
            named = {APPLICANT: record.applicant, STAND_IN: record.proxy}
            naming = roles.Naming(named, work.service_type.form, record.case.data, self._host.hooks.known)
            errors += roles.impossible(work.tx, naming, work.runtime.person_key, work.today, corrected)
        if any(each.role == APPLICANT for each in made):
            errors += self._papers(work, work.today)
        if errors:
            raise invalid(*_once(errors))

    def _papers(self, work: Work, today: date) -> list[FieldError]:
        """The papers of the mall that the case named, and that are not the corrected applicant's."""
        holder = Holder.of(work.record.applicant, work.record.person)
        errors = []
        for requirement in (r for r in work.service_type.requirements if r.code in work.case.papers):
            known, code = work.case.papers[requirement.code], None
            try:
                found = self._prerequisites.find(work.tx, requirement, known.tracking_code, holder, today)
                if found.status == AWAITED and known.document is not None:
                    code = "unknown_paper"  # of another service, and somebody else's
            except PaperRefused as refused:
                code = refused.code
            if code == "unknown_paper":  # what became of it otherwise, the case is told by events
                errors.append(FieldError(f"data.requirements.{requirement.code}", code))
        return errors


def lock_person(tx: Connection, given: Json, role: str, key: bytes, today: date) -> None:
    """Before the row of the case: a death of the person whom a correction names waits, or is seen (`persons.lock`)."""
    details = given.get(role) if isinstance(given, Mapping) else None
    nik = details.get("nik") if isinstance(details, Mapping) else None
    if not isinstance(nik, str):
        return
    try:
        person = person_key(parse_nik(nik, today).number, key)
    except InvalidIdentity:
        return  # the correction is refused
    persons.lock(tx, person)


def read(who: Named, given: Json, context: FormContext, errors: list[FieldError]) -> PersonCorrected | None:
    """The correction of somebody who is named; None where nothing would change, or where `errors` say what is wrong."""
    path = f"data.{who.role}"
    if not isinstance(given, Mapping):
        errors.append(FieldError(path, "wrong_type", {"kind": "object"}))
        return None
    details, wrong = action_data.of_amendment(who.form, given, context, path)
    wrong += people.malformed(details, path)
    errors += wrong
    return None if wrong else who.corrected(details)


def with_people(record: Record, made: list[PersonCorrected], key: bytes) -> Record:
    """The record with the corrected people, and with the pseudonym of the applicant as corrected."""
    for correction in made:
        if correction.role == STAND_IN and record.proxy is not None:
            record = replace(record, proxy=people.with_correction(record.proxy, correction))
        elif correction.role == APPLICANT and record.applicant is not None:
            applicant = people.with_correction(record.applicant, correction)
            record = replace(record, applicant=applicant, person=person_of(applicant, key))
    return record


def _as_sent(error: FieldError) -> FieldError:
    """A filing has the applicant beside `data`, an amendment within it."""
    return replace(error, field=f"data.{error.field}") if error.field.split(".")[0] in people.ROLES else error


def _once(errors: list[FieldError]) -> list[FieldError]:
    return [error for position, error in enumerate(errors) if error not in errors[:position]]
