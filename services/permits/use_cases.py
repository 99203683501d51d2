"""What licensing adds to the common casework: issuing a permit, and what a death does to permits."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mpp.cases import persons
from mpp.cases.commands import CaseCommands
from mpp.cases.hooks import Effect, Hooks, Work, emit
from mpp.cases.store import Record
from mpp.clock import Clock, new_id
from mpp.contracts import contract_of
from mpp.messaging.events import Event
from services.permits.domain import HOLDER_DECEASED, LAPSED, VALID, valid_until
from services.permits.tables import permits

SOURCE = "permits"


def issue_permit(work: Work) -> None:
    """Enter the permit into the register, under the number that the case was given."""
    case = work.record.case
    years = work.kind.validity_years
    permit_id = new_id()
    until = None if years is None else valid_until(work.today, years)
    work.tx.execute(
        insert(permits).values(
            id=permit_id,
            number=case.number,
            service=case.service,
            case_id=case.id,
            person=work.record.person,
            region=work.record.region,
            status=VALID,
            valid_from=work.today,
            valid_until=until,
            version=1,
            changed_at=work.now,
        )
    )
    data = {
        "number": case.number,
        "service": case.service,
        "case": case.id,
        "region": work.record.region,
        "valid_from": work.today.isoformat(),
        "valid_until": None if until is None else until.isoformat(),
    }
    work.emit("permits.permit.issued.v1", permit_id, 1, data)


def person_changed(tx: Connection, event: Event, commands: CaseCommands, clock: Clock) -> None:
    """A person was registered, moved or has died; a death holds the open applications and ends the permits."""
    person = str(event.data["person"])
    persons.lock(tx, person)
    persons.apply(tx, event)
    if event.type != "civil_registry.person.deceased.v1":
        return
    data = contract_of(event.type).read(event.data)
    commands.hold_open_cases(
        tx, person, "applicant_deceased", correlation_id=event.correlationid, causation_id=event.id
    )
    lapse_permits(tx, person, data["died_on"], event, clock)


def lapse_permits(tx: Connection, person: str, died_on: date, cause: Event, clock: Clock) -> int:
    """End every valid permit of a person by law, each with its own event; how many there were.

    A SIP ends with the death of its holder (UU 17/2023 and Permenkes 13/2025).
    """
    query = select(permits).where(permits.c.person == person, permits.c.status == VALID)
    rows = tx.execute(query.order_by(permits.c.id).with_for_update()).all()
    for row in rows:
        version = row.version + 1
        now = clock.now()
        values = {"status": LAPSED, "version": version, "changed_at": now}
        tx.execute(update(permits).where(permits.c.id == row.id).values(**values))
        emit(
            tx,
            type_="permits.permit.lapsed.v1",
            source=SOURCE,
            subject=row.id,
            version=version,
            region=row.region,
            data={
                "number": row.number,
                "service": row.service,
                "region": row.region,
                "lapsed_on": died_on.isoformat(),
                "reason": HOLDER_DECEASED,
            },
            now=now,
            correlation_id=cause.correlationid,
            causation_id=cause.id,
        )
    return len(rows)


def permit_of_case(tx: Connection, record: Record) -> dict[str, Any]:
    """The permit that came out of the case, for its body."""
    row = tx.execute(select(permits).where(permits.c.case_id == record.case.id)).first()
    if row is None:
        return {"permit": None}
    until = row.valid_until
    return {
        "permit": {
            "id": row.id,
            "number": row.number,
            "status": row.status,
            "valid_from": row.valid_from.isoformat(),
            "valid_until": None if until is None else until.isoformat(),
        }
    }


HOOKS = Hooks(entity="application", effects={"issue_permit": Effect(issue_permit)}, extra=permit_of_case)
