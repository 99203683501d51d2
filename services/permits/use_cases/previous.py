"""Renewal, change and replacement: an application that builds on a permit which its applicant holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import Connection, select

from mpp.cases.commands.applicants import read_person
from mpp.cases.papers.announcing import Known
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.work import Work
from mpp.cases.storage.case_rows import Record
from mpp.casework.case.changes import Change, DataCorrected, PersonCorrected
from mpp.casework.refusals import FieldError, Refused
from mpp.casework.rules.people import APPLICANT
from mpp.casework.rules.service_type import Previous, ServiceType
from mpp.hosting.runtime import Runtime
from mpp.identity.person import person_of
from mpp.json_values import Json, JsonObject, mapping
from services.permits.domain.permit import EXPIRED, IN_FORCE, SUPERSEDED, VALID, Permit, the_status
from services.permits.domain.validity import valid_until
from services.permits.tables import permits
from services.permits.use_cases import register
from services.permits.use_cases.register import RegisterStep


def find(tx: Connection, service_type: ServiceType, number: str, holder: Holder) -> Permit | None:
    """The holder's permit of this service and number, as it was corrected since; None also for somebody else's: nobody
    learns of it."""
    permit = _numbered(tx, service_type, number)
    permit = None if permit is None else corrected(tx, permit)
    return permit if permit is not None and holder.same(Holder.of(permit.holder, permit.person)) else None


def _numbered(tx: Connection, service_type: ServiceType, number: str) -> Permit | None:
    row = tx.execute(select(permits).where(permits.c.number == number, permits.c.service == service_type.code)).first()
    return None if row is None else register.permit_of(row)


def corrected(tx: Connection, permit: Permit) -> Permit:
    """What stands in the place of a permit that was corrected; the permit itself where it was not.

    A correction comes out of the same case. What another application put in its place is another permit.
    """
    while permit.superseded_by is not None:
        following = register.find(tx, permit.superseded_by)
        if following is None or following.case_id != permit.case_id:
            break
        permit = following
    return permit


def named(service_type: ServiceType, data: JsonObject) -> str | None:
    """The number that an application names; None where it builds on no permit."""
    rule = service_type.previous
    if rule is None or not rule.asked(data):
        return None
    return str(data.get(rule.number, "")).strip() or None


def carry_over(tx: Connection, runtime: Runtime, service_type: ServiceType, body: JsonObject) -> JsonObject:
    """The form data with what was left out taken from the earlier permit, so that nothing is typed twice."""
    data, rule = mapping(body, "data"), service_type.previous
    number = named(service_type, data)
    today = runtime.clock.now().astimezone(runtime.calendar.zone).date()
    applicant, wrong = read_person(body, "applicant", today)
    if rule is None or number is None or wrong:
        return data
    holder = Holder.of(applicant, person_of(applicant, runtime.person_key))
    permit = find(tx, service_type, number, holder)
    if permit is None:
        return data
    names = {field.name for field in service_type.form} - {rule.kind, rule.number}
    carried = {name: value for name, value in permit.data.items() if name in names}
    return {**carried, **data, rule.number: permit.number}


def follow(work: Work) -> list[Change]:
    """What an application under way takes over when the permit that it builds on was corrected.

    The number of the permit that stands there now; and each field and detail of the holder that the application has
    as the former permit had it, so that its issue does not bring the mistake back. What it asks to change, it keeps.
    The row of the permit is held from here on.
    """
    rule, record = work.service_type.previous, work.record
    number = named(work.service_type, record.case.data)
    former = None if number is None else _numbered(work.tx, work.service_type, number)
    former = None if former is None else register.lock(work.tx, former.id)
    if rule is None or former is None:
        return []
    mine = Holder.of(record.applicant, record.person).same(Holder.of(former.holder, former.person))
    now = corrected(work.tx, former)
    if now.id == former.id or not mine:
        return []
    names = {field.name for field in work.service_type.form} - work.service_type.fixed_fields
    moved = _moved(record.case.data, former.data, now.data, names)
    values = {name: value for name, value in moved.items() if value is not None}
    gone = tuple(name for name, value in moved.items() if value is None)
    changes: list[Change] = [DataCorrected({**values, rule.number: now.number}, gone)]
    applicant, was, holder = record.applicant or {}, former.holder or {}, now.holder or {}
    details = _moved(applicant, was, holder, was.keys() | holder.keys())
    if details:
        changes.append(PersonCorrected(APPLICANT, details, {name: applicant.get(name) for name in details}))
    return changes


def _moved(mine: JsonObject, former: JsonObject, now: JsonObject, names: Iterable[str]) -> dict[str, Json]:
    """The fields that were corrected, and that an application has as they were before; None for one that went."""
    return {
        name: now.get(name)
        for name in names
        if now.get(name) != former.get(name) and mine.get(name) == former.get(name)
    }


def objections(work: Work) -> list[FieldError]:
    """Why the application cannot be filed: no number, no such permit of this applicant, not in force, too early."""
    rule, data = work.service_type.previous, work.record.case.data
    if rule is None:
        return []
    number = named(work.service_type, data)
    if not rule.asked(data):
        return [FieldError(f"data.{rule.number}", "not_allowed_here")] if data.get(rule.number) else []
    if number is None:
        return [FieldError(f"data.{rule.number}", "required")]
    permit = _of(work)
    if permit is None:
        return [FieldError(f"data.{rule.number}", "unknown_permit")]
    if permit.status_on(work.today) != VALID:
        return [FieldError(f"data.{rule.number}", "permit_not_in_force")]
    opens = _opens(rule, data, permit)
    if opens is not None and work.today < opens:
        return [FieldError(f"data.{rule.kind}", "renewal_too_early", {"opens": opens.isoformat()})]
    return []


def _opens(rule: Previous, data: JsonObject, permit: Permit) -> date | None:
    if rule.opens is None or permit.valid_until is None or data[rule.kind] != rule.renewal:
        return None
    return permit.valid_until - timedelta(days=rule.opens.amount)


def _of(work: Work) -> Permit | None:
    return built_on(work.tx, work.service_type, work.record)


def built_on(tx: Connection, service_type: ServiceType, record: Record) -> Permit | None:
    """The applicant's permit that an application names, as it was corrected since; None where there is none."""
    number = named(service_type, record.case.data)
    return None if number is None else find(tx, service_type, number, Holder.of(record.applicant, record.person))


def replaced(work: Work) -> Permit | None:
    """The permit whose place the new one takes; None for a new application.

    Raises Refused 409 where it was revoked, suspended or replaced by another application since this one was filed, or
    is no longer the applicant's. One that has run out in the meantime may still be renewed.
    """
    rule = work.service_type.previous
    if rule is None or named(work.service_type, work.record.case.data) is None:
        return None
    found = _of(work)
    if found is None:
        raise Refused(409, "previous_permit_changed", params={"status": SUPERSEDED})
    status = found.status_on(work.today)
    renews = work.record.case.data[rule.kind] == rule.renewal
    if status == VALID or (renews and status == EXPIRED):
        return found
    raise Refused(409, "previous_permit_changed", params=the_status(status))


def end_of(work: Work, old: Permit | None) -> date | None:
    """The last day of the new permit: of a whole term, or of the earlier permit's where it is not prolonged."""
    service_type, rule = work.service_type, work.service_type.previous
    if old is not None and rule is not None and work.record.case.data[rule.kind] != rule.renewal:
        return old.valid_until
    return None if service_type.validity_years is None else valid_until(work.today, service_type.validity_years)


def supersede(work: Work, old: Permit, new: Permit, step: RegisterStep, paper: Known | None) -> None:
    """The earlier permit, whose row the caller holds, ends with the issue of the new one; each is linked with the
    other. `paper`: see `register.change`."""
    if old.status not in IN_FORCE:
        return
    told = {"reason": _reason(work), "superseded_on": work.today.isoformat()}
    told |= {"superseded_by": new.id, "superseded_by_number": new.number}
    after = old.changed(SUPERSEDED, work.today, superseded_by=new.id)
    register.change(work.tx, after, "superseded", step, told, paper)


def _reason(work: Work) -> str:
    rule = work.service_type.previous
    return "" if rule is None else str(work.record.case.data[rule.kind])
