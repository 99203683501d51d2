"""Renewal, change and replacement: an application that builds on a permit which its applicant holds."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, select

from mpp.cases.commands.applicants import person_of, read_person
from mpp.cases.recording.holders import Holder
from mpp.cases.recording.work import Work
from mpp.casework.refusals import FieldError, Refused
from mpp.casework.rules.service_type import Previous, ServiceType
from mpp.hosting.runtime import Runtime
from mpp.json_values import JsonObject, mapping
from services.permits.domain.permit import EXPIRED, IN_FORCE, SUPERSEDED, VALID, Permit
from services.permits.domain.validity import valid_until
from services.permits.tables import permits
from services.permits.use_cases import register
from services.permits.use_cases.register import RegisterStep


def find(tx: Connection, service_type: ServiceType, number: str, holder: Holder) -> Permit | None:
    """The holder's permit of this service and number; None also for somebody else's: nobody learns of it."""
    row = tx.execute(select(permits).where(permits.c.number == number, permits.c.service == service_type.code)).first()
    permit = None if row is None else register.permit_of(row)
    return permit if permit is not None and holder.same(Holder.of(permit.holder, permit.person)) else None


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
    return {**{name: value for name, value in permit.data.items() if name in names}, **data}


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
    number = named(work.service_type, work.record.case.data)
    if number is None:
        return None
    return find(work.tx, work.service_type, number, Holder.of(work.record.applicant, work.record.person))


def replaced(work: Work) -> Permit | None:
    """The permit whose place the new one takes; None for a new application.

    Raises Refused 409 where it was revoked, replaced or suspended since the application was filed. One that has run
    out in the meantime may still be renewed.
    """
    rule, found = work.service_type.previous, _of(work)
    if rule is None or found is None:
        return None
    status = found.status_on(work.today)
    renews = work.record.case.data[rule.kind] == rule.renewal
    if status == VALID or (renews and status == EXPIRED):
        return found
    raise Refused(409, "previous_permit_changed", params={"status": status})


def end_of(work: Work, old: Permit | None) -> date | None:
    """The last day of the new permit: of a whole term, or of the earlier permit's where it is not prolonged."""
    service_type, rule = work.service_type, work.service_type.previous
    if old is not None and rule is not None and work.record.case.data[rule.kind] != rule.renewal:
        return old.valid_until
    return None if service_type.validity_years is None else valid_until(work.today, service_type.validity_years)


def supersede(work: Work, old: Permit, new: Permit, step: RegisterStep) -> None:
    """The earlier permit ends with the issue of the new one; each is linked with the other."""
    locked = register.lock(work.tx, old.id)
    if locked is None or locked.status not in IN_FORCE:
        return
    told = {"reason": _reason(work), "superseded_on": work.today.isoformat()}
    told |= {"superseded_by": new.id, "superseded_by_number": new.number}
    register.change(work.tx, locked.changed(SUPERSEDED, work.today, superseded_by=new.id), "superseded", step, told)


def _reason(work: Work) -> str:
    rule = work.service_type.previous
    return "" if rule is None else str(work.record.case.data[rule.kind])
