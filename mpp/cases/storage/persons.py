"""Each service's own small copy of who is alive, deceased or moved, from what the mall's events tell of persons.

Which events do is in the definitions of the services that register persons (`ServiceDefinition.person_events`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, case, func, select, text
from sqlalchemy.dialects.postgresql import insert

from mpp import json_values
from mpp.cases.storage.tables import persons
from mpp.hosting.definition import person_events
from mpp.messaging.events.event import Event
from mpp.persistence import pipelined

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:person, 0))")


def apply(tx: Connection, event: Event) -> None:
    """Take over what the registry says of a person; the caller's subscription keeps to the latest version."""
    data = event.data
    deceased = event.type in person_events().deceased
    values = {
        "person": json_values.text(data, "person"),
        "status": "deceased" if deceased else "alive",
        "region": json_values.optional_text(data, "region"),
        "since": json_values.day(data, "died_on") if deceased else None,
        "version": event.subjectversion,
    }
    statement = insert(persons).values(values)
    new = statement.excluded
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["person"],
            set_={
                "status": new.status,
                "region": func.coalesce(new.region, persons.c.region),
                "since": case((new.status == "deceased", new.since), else_=persons.c.since),
                "version": new.version,
            },
            where=persons.c.version < new.version,
        )
    )


def lock(tx: Connection, person: str) -> None:
    """Nobody opens a case of this person, and no death of theirs takes effect, until this transaction ends.

    Without it a case filed while the death is being handled would be seen by neither side.
    """
    pipelined.later(tx, _LOCK, {"person": person})


def deaths_of(tx: Connection, people: Sequence[str]) -> dict[str, date]:
    """The days of death that the registry announced, of those of these people who died."""
    if not people:
        return {}
    query = select(persons.c.person, persons.c.since).where(persons.c.person.in_(people))
    return {row.person: row.since for row in tx.execute(query.where(persons.c.status == "deceased"))}
