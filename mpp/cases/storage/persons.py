"""Each service's own small copy of who is alive, deceased or moved, from what the mall's events tell of persons.

Which events do is in the definitions of the services that register persons (`ServiceDefinition.person_events`): an
event about one person, or one that tells of many at once, as when a register was filled from a file. Each says the
version of the person that it is about, and what is not newer than what is known changes nothing: so the two may pass
each other, come twice, or come late.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select, text

from mpp import json_values
from mpp.cases.storage.tables import persons
from mpp.contracts.persons import Told, read
from mpp.hosting.definition import person_events
from mpp.messaging.events.event import Event
from mpp.persistence import pipelined

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:person, 0))")
# Both in one order, so that two of them never wait for each other.
_LOCK_ALL = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(person, 0))"
    " FROM (SELECT person FROM unnest(CAST(:people AS text[])) AS each (person) ORDER BY person) AS sorted"
)
_APPLY = text(
    "INSERT INTO persons AS known (person, status, region, since, version)"
    " SELECT person, CASE WHEN since IS NULL THEN 'alive' ELSE 'deceased' END, region, since, version"
    " FROM unnest(CAST(:people AS text[]), CAST(:regions AS text[]), CAST(:since AS date[]), CAST(:versions AS int[]))"
    " AS told (person, region, since, version) ORDER BY person"
    " ON CONFLICT (person) DO UPDATE SET status = excluded.status, version = excluded.version,"
    " region = coalesce(excluded.region, known.region), since = coalesce(excluded.since, known.since)"
    " WHERE known.version < excluded.version RETURNING person"
)


@dataclass(frozen=True)
class Death:
    """A death that was not known here; whoever is told lets it have its effects in the same transaction."""

    person: str
    died_on: date


def hear(tx: Connection, event: Event) -> list[Death]:
    """Take over what the event tells; the deaths in it that were new here, whose persons are locked (`lock`)."""
    told = _told(event)
    if len(told) == 1:
        lock(tx, told[0].person)
    else:
        _lock_all(tx, [each.person for each in told if each.died_on is not None])
    newer = _apply(tx, told)
    return [Death(each.person, each.died_on) for each in told if each.died_on is not None and each.person in newer]


def _told(event: Event) -> list[Told]:
    data = event.data
    if event.type in person_events().many:
        return read(json_values.texts(data, "persons"))
    died_on = json_values.day(data, "died_on") if event.type in person_events().deceased else None
    region = json_values.optional_text(data, "region")
    return [Told(json_values.text(data, "person"), event.subjectversion, region, died_on)]


def _apply(tx: Connection, told: Sequence[Told]) -> set[str]:
    """Store what is newer than what is known; about whom it was."""
    values = {
        "people": [each.person for each in told],
        "regions": [each.region for each in told],
        "since": [each.died_on for each in told],
        "versions": [each.version for each in told],
    }
    return set(tx.execute(_APPLY, values).scalars())


def lock(tx: Connection, person: str) -> None:
    """Nobody opens a case of this person, and no death of theirs takes effect, until this transaction ends.

    Without it a case filed while the death is being handled would be seen by neither side.
    """
    pipelined.later(tx, _LOCK, {"person": person})


def _lock_all(tx: Connection, people: Sequence[str]) -> None:
    if people:
        tx.execute(_LOCK_ALL, {"people": list(people)})


def deaths_of(tx: Connection, people: Sequence[str]) -> dict[str, date]:
    """The days of death that the registry announced, of those of these people who died."""
    if not people:
        return {}
    query = select(persons.c.person, persons.c.since).where(persons.c.person.in_(people))
    return {row.person: row.since for row in tx.execute(query.where(persons.c.status == "deceased"))}
