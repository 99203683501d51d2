"""What the population register tells of a person, and what a death does to permits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, select

from mpp.cases.commands.holding import hold_open_cases
from mpp.cases.recording.host import CaseHost
from mpp.cases.storage import case_rows, persons
from mpp.casework.access.actors import SYSTEM
from mpp.messaging.events.event import Event
from services.permits.domain.permit import HOLDER_DECEASED, IN_FORCE, LAPSED
from services.permits.tables import permits
from services.permits.use_cases import register
from services.permits.use_cases.register import RegisterStep


def person_changed(tx: Connection, event: Event, host: CaseHost) -> None:
    """A person was registered, moved or has died; a death holds the open applications and ends the permits."""
    deaths = persons.hear(tx, event)
    if not deaths:
        return
    now = host.clock.now()
    step = RegisterStep(SYSTEM, now, host.today(now), event.correlationid, event.id, reason=HOLDER_DECEASED)
    of_somebody = _with_cases(tx, [death.person for death in deaths])
    for death in deaths:
        if death.person in of_somebody:
            why = {"correlation_id": event.correlationid, "causation_id": event.id}
            hold_open_cases(host, tx, death.person, "applicant_deceased", **why)
            lapse_permits(tx, death.person, death.died_on, step)


def _with_cases(tx: Connection, people: Sequence[str]) -> set[str]:
    """Those of these people who have an open application or a permit in force: of a whole list of deaths, few."""
    holders = select(permits.c.person).where(permits.c.person.in_(people), permits.c.status.in_(IN_FORCE))
    return case_rows.with_open_cases(tx, people) | set(tx.execute(holders).scalars())


def lapse_permits(tx: Connection, person: str, died_on: date, step: RegisterStep) -> int:
    """End every permit in force of a person by law, each with its own event; how many there were.

    A SIP ends with the death of its holder (UU 17/2023 and Permenkes 13/2025). A suspended one ends, too.
    """
    query = select(permits.c.id, permits.c.case_id).where(permits.c.person == person, permits.c.status.in_(IN_FORCE))
    rows = tx.execute(query.order_by(permits.c.case_id, permits.c.id)).all()
    lapsed = 0
    for row in rows:
        permit = register.lock(tx, row.id)
        if permit is None or permit.status not in IN_FORCE:
            continue
        after = permit.changed(LAPSED, step.today)
        told = {"lapsed_on": died_on.isoformat(), "reason": HOLDER_DECEASED}
        register.change(tx, after, "lapsed", step, told, register.paper_of(tx, permit))
        lapsed += 1
    return lapsed
