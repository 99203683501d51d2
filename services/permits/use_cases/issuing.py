"""Issuing: the permit enters the register under the number that its case was given."""

from __future__ import annotations

from sqlalchemy import Connection, select

from mpp.cases.recording.work import Work
from mpp.cases.storage.case_rows import Record
from mpp.casework.codes import verification
from mpp.casework.refusals import FieldError
from mpp.casework.rules.service_type import HoldingLimit
from mpp.clock import new_id
from mpp.json_values import JsonObject
from services.permits.domain import limits
from services.permits.domain.limits import Held
from services.permits.domain.permit import SUPERSEDED, VALID, Permit, scheduled
from services.permits.tables import permits
from services.permits.use_cases import previous, register
from services.permits.use_cases.register import RegisterStep

LETTER = "P"


def check_open(work: Work) -> list[FieldError]:
    """A person who holds as many permits as the catalogue allows, or one at this place, cannot ask for another."""
    errors = previous.objections(work)
    limit, person = work.service_type.limit, work.record.person
    if errors or limit is None or person is None:
        return errors
    old = previous.replaced(work)
    held = _held(work, person, limit, old)
    return limits.objections(limit, held, limits.place_of(limit, work.record.case.data))


def lock_holder(work: Work) -> None:
    """Before the number is drawn: the same rule again, with the holder's permits locked. Refused 409."""
    old = previous.replaced(work)
    if old is not None:
        # before the number, or an official who corrects the old permit and this signature would wait for each other
        register.lock(work.tx, old.id)
        old = previous.replaced(work)
    limit, person = work.service_type.limit, work.record.person
    if limit is None or person is None:
        return
    register.lock_limit(work.tx, person, limit)
    held = _held(work, person, limit, old)
    limits.refuse(limit, held, limits.place_of(limit, work.record.case.data))


def _held(work: Work, person: str, limit: HoldingLimit, old: Permit | None) -> list[Held]:
    but = None if old is None else old.id
    return register.held_by(work.tx, work.host.versions, person, limit, work.today, but=but)


def issue_permit(work: Work) -> None:
    """Enter the permit into the register."""
    case, service_type = work.record.case, work.service_type
    old = previous.replaced(work)
    until = previous.end_of(work, old)
    permit = Permit(
        id=new_id(),
        number=str(case.number),
        service=case.service,
        service_version=case.service_version,
        owner=service_type.owner,
        case_id=case.id,
        verification=verification.new_code(LETTER),
        region=work.record.region,
        status=VALID,
        version=1,
        valid_from=work.today,
        valid_until=until,
        holder=work.record.applicant,
        person=work.record.person,
        data={field.name: case.data[field.name] for field in service_type.form if field.name in case.data},
        limit_group=None if service_type.limit is None else service_type.limit.group,
        place=None if service_type.limit is None else limits.place_of(service_type.limit, case.data),
        supersedes=None if old is None else old.id,
        changed_on=work.today,
    )
    office = work.actor.office_for("signer") or service_type.owner
    step = RegisterStep(
        work.actor, work.now, work.today, work.cause.correlation_id, work.cause.causation_id, office=office
    )
    told = {"case": case.id}
    if old is not None:
        told |= {"supersedes": old.id, "supersedes_number": old.number}
    register.add(work.tx, scheduled(permit), "issued", step, told)
    if old is not None:
        previous.supersede(work, old, permit, step)


def permit_of_case(tx: Connection, record: Record) -> JsonObject:
    """The permit that came out of the case, for its body: the newest, where it was corrected."""
    query = select(permits).where(permits.c.case_id == record.case.id, permits.c.status != SUPERSEDED)
    row = tx.execute(query.order_by(permits.c.id.desc()).limit(1)).first()
    if row is None:
        return {"permit": None}
    permit = register.permit_of(row)
    until = permit.valid_until
    return {
        "permit": {
            "id": permit.id,
            "number": permit.number,
            "status": permit.status,
            "valid_from": permit.valid_from.isoformat(),
            "valid_until": None if until is None else until.isoformat(),
            "verification": {
                "code": verification.printed(permit.verification),
                "path": verification.path_of(permit.verification),
            },
        }
    }
