"""Correcting what was issued: a replacement with a number of its own, for its data and for its holder.

A holder whose NIK was mistyped is somebody else in every register: the replacement is the right person's, counts among
that person's permits, and ends with that person's death. The case that it came from follows.

Where the service type names a paper, the replacement enters the register when that is signed; until then the old permit
holds as it is, and may still be suspended or revoked (ADR 0019).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from mpp.cases.commands.action_data import of_amendment
from mpp.cases.commands.amending import read, with_people
from mpp.cases.commands.filing import region_of
from mpp.cases.papers import rows
from mpp.cases.papers.announcing import Known
from mpp.cases.papers.rows import PaperRow
from mpp.cases.recording import recorder, roles
from mpp.cases.recording.host import CaseHost
from mpp.cases.recording.names import names_within
from mpp.cases.recording.work import Cause, Work, work_on
from mpp.cases.storage import case_rows, numbers
from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.case.changes import PersonCorrected
from mpp.casework.codes import verification
from mpp.casework.refusals import FieldError, being_signed, invalid
from mpp.casework.rules.people import APPLICANT, HOLDER, Named, with_correction
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue.forms import FormContext
from mpp.clock import new_id
from mpp.identity.masking import mask_names
from mpp.identity.person import person_of
from mpp.json_values import JsonObject, mapping, optional_mapping, optional_text, text, texts
from services.permits.domain import limits
from services.permits.domain.permit import DEEDS, SUPERSEDED, Permit, allow, scheduled
from services.permits.present import Beside
from services.permits.use_cases import correction_papers, register
from services.permits.use_cases.issuing import awaited
from services.permits.use_cases.papers import CORRECT, in_place_of, signing_body
from services.permits.use_cases.register import RegisterStep


@dataclass(frozen=True)
class Wanted:
    """A correction as it was asked for: the fields that are given, and the coded reason."""

    data: JsonObject
    reason: str


@dataclass(frozen=True)
class Correction:
    """What a correction makes of a permit: `new` has no id, number and code yet; `holder` is what it corrects of who
    holds it."""

    old: Permit
    new: Permit
    reason: str
    holder: PersonCorrected | None = None


class Correcting:
    """The corrections of the register."""

    def __init__(self, host: CaseHost) -> None:
        self._host = host

    def correct(
        self, tx: Connection, old: Permit, beside: Beside, wanted: Wanted, step: RegisterStep
    ) -> tuple[Permit, Beside]:
        """Issue the replacement, or begin to; the old permit, whose row the caller holds, as it is then, with what is
        shown beside it.

        The replacement holds for the days that the old one did, and a suspension goes over to it. Raises Refused 422
        naming each field, 409 where its holder has as many permits as there may be, or where a replacement of the
        permit is being signed.
        """
        if rows.claimed(tx, in_place_of(old.id)):
            raise being_signed()
        service_type = self._host.versions.get(tx, old.service, old.service_version)
        made = self._corrected(tx, service_type, old, wanted, step)
        self._check_limit(tx, service_type, made, step)
        noted = _noted(made, step)
        spec = correction_papers.spec_of(self._host, old.service)
        local = step.now.astimezone(self._host.calendar.current.zone)
        book = (tx, service_type, old.case_id, old.owner, self._host.offices, made.new.region, local)
        code = verification.new_code(self._host.definition.tracking_letter or "")
        work = self._work(tx, old.case_id, step)
        if spec is None:
            paper = register.paper_of(tx, old)
            after, line = _replace(tx, made, numbers.allocate(*book), code, noted, paper)
            _correct_case(work, made, step)
            linked = {**beside.linked, str(after.superseded_by): line[0]}
            return after, replace(beside, history=[*beside.history, line[1]], linked=linked)
        number = numbers.allocate(*book)
        printed = correction_papers.paper(work, spec, made, noted, number, code)
        rows.add(tx, printed)
        correction_papers.audit(work, printed, noted)
        return old, replace(beside, signing=signing_body(printed))

    def settle(self, tx: Connection, made: Correction, paper: PaperRow, step: RegisterStep) -> None:
        """The paper of a correction was signed. Raises Refused 409 where the permit, or what its holder may hold, has
        changed since."""
        service_type = self._host.versions.get(tx, made.old.service, made.old.service_version)
        self._check_limit(tx, service_type, made, step, but=paper.id)
        work = self._work(tx, made.old.case_id, step)
        _replace(tx, made, str(paper.number), paper.code, _noted(made, step), None)
        _correct_case(work, made, step)
        for former in rows.of_case(tx, made.old.case_id):
            if former.code == made.old.verification and former.status == rows.ISSUED:
                rows.supersede(tx, former, paper.id)

    def with_data(
        self, tx: Connection, old: Permit, data: JsonObject, holder: PersonCorrected | None, step: RegisterStep
    ) -> Permit:
        """The permit with these data, and what is corrected of its holder, in place of the old ones."""
        service_type = self._host.versions.get(tx, old.service, old.service_version)
        new = replace(
            old,
            version=1,
            region=region_of(self._host.runtime, service_type, data, old.owner),
            data=data,
            place=None if service_type.limit is None else limits.place_of(service_type.limit, data),
            supersedes=old.id,
            changed_on=step.today,
        )
        if holder is None or old.holder is None:
            return new
        who, key = with_correction(old.holder, holder), self._host.runtime.person_key
        person = person_of(who, key)
        naming = roles.Naming({HOLDER: who})
        wrong = roles.impossible(tx, naming, key, step.today, [HOLDER]) if person != old.person else []
        if wrong:
            raise invalid(*wrong)
        return replace(new, holder=who, person=person)

    def _corrected(
        self, tx: Connection, service_type: ServiceType, old: Permit, wanted: Wanted, step: RegisterStep
    ) -> Correction:
        """The permit with the given data in place of the old ones, and what that corrects of its holder."""
        context, given = FormContext(step.today, self._host.offices), wanted.data
        own = {field.name for field in service_type.form}
        named = None if old.holder is None or HOLDER in own else Named(HOLDER, old.holder)
        rest = given if named is None else {name: value for name, value in given.items() if name != HOLDER}
        values, errors = of_amendment(service_type.form, rest, context, "data")
        holder = None if named is None or HOLDER not in given else read(named, given[HOLDER], context, errors)
        if errors:
            raise invalid(*errors)
        data = {name: value for name, value in {**old.data, **values}.items() if value is not None}
        if data == dict(old.data) and holder is None:
            raise invalid(FieldError("data", "nothing_changed"))
        return Correction(old, self.with_data(tx, old, data, holder, step), wanted.reason, holder)

    def _check_limit(
        self, tx: Connection, service_type: ServiceType, made: Correction, step: RegisterStep, but: str | None = None
    ) -> None:
        limit, new = service_type.limit, made.new
        if limit is None or new.person is None:
            return
        register.lock_limit(tx, new.person, limit)
        held = register.held_by(tx, self._host.versions, new.person, limit, step.today, but=made.old.id)
        limits.refuse(limit, held + awaited(tx, new.person, limit, but=but), new.place)

    def _work(self, tx: Connection, case_id: str, step: RegisterStep) -> Work:
        """The case of the permit, whose row is held with the permit's."""
        record = case_rows.find(tx, id_=case_id)
        if record is None:
            raise RuntimeError(f"case {case_id} has a permit and is not there")
        return work_on(self._host, tx, record, Cause(step.actor, step.now, step.correlation_id, step.causation_id))


def settle(work: Work, paper: PaperRow) -> None:
    """The replacement enters the register with the signature of its paper."""
    facts, host = paper.facts_of(CORRECT), work.host
    signer = Actor(str(paper.signer), (Assignment(paper.office, "signer"),))
    step = RegisterStep(
        signer,
        work.now,
        work.today,
        work.cause.correlation_id,
        work.cause.causation_id,
        office=optional_text(facts, "_office"),
        reason=text(facts, "_reason"),
        note=optional_text(facts, "_note"),
        fields=texts(facts, "_fields"),
    )
    old = register.lock(work.tx, text(facts, "_permit"))
    if old is None:
        raise RuntimeError(f"paper {paper.id} corrects a permit that is not there")
    allow(old, DEEDS[CORRECT], step.today)
    given = optional_mapping(facts, "_holder")
    holder = None if given is None else PersonCorrected(HOLDER, mapping(given, "set"), mapping(given, "former"))
    correcting = Correcting(host)
    new = correcting.with_data(work.tx, old, mapping(facts, "_data"), holder, step)
    correcting.settle(work.tx, Correction(old, new, text(facts, "_reason"), holder), paper, step)


def _correct_case(work: Work, made: Correction, step: RegisterStep) -> None:
    """The applicant of the case is the holder. It reads nothing."""
    if made.holder is None or work.record.applicant is None:
        return
    correction = replace(made.holder, role=APPLICANT)
    entry = work.case.entry("correct", step.actor.id, step.now, (correction,), office=step.office, note=step.note)
    corrected = with_people(work.record, [correction], work.runtime.person_key)
    recorder.record(work.of(corrected), entry, "updated")
    case_rows.write_people(work.tx, corrected)


def _replace(
    tx: Connection, made: Correction, number: str, code: str, step: RegisterStep, paper: Known | None
) -> tuple[Permit, tuple[str, JsonObject]]:
    """The replacement is in force and the old permit, which is given back, superseded; with the number of the one and
    the line of the other's history. It reads nothing."""
    old = made.old
    new = replace(made.new, id=new_id(), number=number, verification=code)
    told = {"reason": made.reason, "corrected_on": step.today.isoformat(), "case": old.case_id}
    told |= {"supersedes": old.id, "supersedes_number": old.number}
    register.add(tx, scheduled(new), "corrected", step, told)
    after = old.changed(SUPERSEDED, step.today, superseded_by=new.id)
    told = {"reason": made.reason, "superseded_on": step.today.isoformat()}
    told |= {"superseded_by": new.id, "superseded_by_number": number}
    return after, (number, register.change(tx, after, "superseded", step, told, paper))


def _noted(made: Correction, step: RegisterStep) -> RegisterStep:
    """The step with the names of what changes, and a note without names: a correction of a name says that name."""
    old, new = made.old, made.new
    changed = [f"data.{name}" for name in sorted(old.data.keys() | new.data.keys())
               if old.data.get(name) != new.data.get(name)]  # fmt: skip
    named = () if made.holder is None else tuple(f"{HOLDER}.{name}" for name in sorted(made.holder.values))
    names = [name for permit in (old, new) for name in names_within(permit.holder)]
    note = None if step.note is None else mask_names(step.note, names)
    return replace(step, fields=(*changed, *named), note=note)
