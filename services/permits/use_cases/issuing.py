"""Issuing: the permit enters the register under the number that its case was given."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from mpp.cases.hooks import Work
from mpp.cases.store import Record
from mpp.casework import verification
from mpp.casework.refusals import FieldError
from mpp.clock import new_id
from services.permits.domain import limits
from services.permits.domain.permit import SUPERSEDED, VALID, Permit, scheduled
from services.permits.domain.validity import valid_until
from services.permits.tables import permits
from services.permits.use_cases import register

LETTER = "P"


def check_open(work: Work) -> list[FieldError]:
    """A person who holds as many permits as the catalogue allows, or one at this place, cannot ask for another."""
    limit, person = work.kind.limit, work.record.person
    if limit is None or person is None:
        return []
    held = register.held_by(work.tx, person, limit, work.today)
    return limits.objections(limit, held, limits.place_of(limit, work.record.case.data))


def lock_holder(work: Work) -> None:
    """Before the number is drawn: the same rule again, with the holder's permits locked. Refused 409."""
    limit, person = work.kind.limit, work.record.person
    if limit is None or person is None:
        return
    register.lock_limit(work.tx, person, limit)
    held = register.held_by(work.tx, person, limit, work.today)
    limits.refuse(limit, held, limits.place_of(limit, work.record.case.data))


def issue_permit(work: Work) -> None:
    """Enter the permit into the register."""
    case, kind = work.record.case, work.kind
    until = None if kind.validity_years is None else valid_until(work.today, kind.validity_years)
    permit = Permit(
        id=new_id(),
        number=str(case.number),
        service=case.service,
        service_version=case.service_version,
        owner=kind.owner,
        case_id=case.id,
        verification=verification.new_code(LETTER),
        region=work.record.region,
        status=VALID,
        version=1,
        valid_from=work.today,
        valid_until=until,
        holder=work.record.applicant,
        person=work.record.person,
        data={field.name: case.data[field.name] for field in kind.form if field.name in case.data},
        limit_group=None if kind.limit is None else kind.limit.group,
        place=None if kind.limit is None else limits.place_of(kind.limit, case.data),
        changed_on=work.today,
    )
    office = work.actor.office_for("signer") or kind.owner
    doing = register.Doing(work.actor, work.now, work.today, work.correlation_id, work.causation_id, office=office)
    register.add(work.tx, scheduled(permit), "issued", doing, {"case": case.id})


def permit_of_case(tx: Connection, record: Record) -> dict[str, Any]:
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
