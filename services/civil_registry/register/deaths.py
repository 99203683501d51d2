"""A death: the person is dead from that day on, the marriage has ended, and the card of the family has another head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from services.civil_registry.register import documents, families, locks, marriages, people
from services.civil_registry.register.facts import Recorded


@dataclass(frozen=True)
class Death:
    """Who has died, when, and who is head of the family from then on.

    `heir` is the NIK of the new head. None where the dead was not the head; without one the spouse follows, else the
    eldest who may be head. Where nobody may (only children are left) the card has no head until somebody takes them
    in, and the register's check names it.
    """

    nik: str
    died_on: date
    heir: str | None = None


def lock(tx: Connection, nik: str) -> Any:
    """The rows of the resident, of the spouses, of both families, and the cards. Raises Refused:
    `already_deceased`, `merged`."""
    held = locks.take(tx, [nik, *marriages.spouses(tx, nik)])
    found = held.people.get(nik)
    if found is None or found.status == people.DECEASED:
        raise Refused(409, "already_deceased")
    if found.status == people.MERGED:
        raise Refused(409, "merged")
    return found


def register(tx: Connection, death: Death, by: Recorded) -> Any:
    """The death is in the register; who has died, as it was before."""
    found = lock(tx, death.nik)
    people.change(tx, death.nik, by, status=people.DECEASED, died_on=death.died_on)
    marriages.end_by_death(tx, death.nik, by)
    documents.close_of_the_dead(tx, death.nik, by)
    card = found.family_card
    if card is not None and families.headless(tx, card):
        heir = death.heir or families.heir(tx, card, by.since)
        if heir is not None:
            families.succeed(tx, card, heir, by)
    return found
