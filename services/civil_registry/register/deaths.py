"""A death: the person is dead from that day on, the marriage has ended, and the card of the family has another head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from services.civil_registry.register import families, marriages, people
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
    """The resident's row, those of the spouses, and the card's. Raises Refused `already_deceased`."""
    held = people.lock(tx, [nik, *marriages.spouses(tx, nik)])
    found = held.get(nik)
    if found is None or found.status == people.DECEASED:
        raise Refused(409, "already_deceased")
    if found.family_card is not None:
        families.find(tx, id_=found.family_card, lock=True)
    return found


def register(tx: Connection, death: Death, by: Recorded) -> Any:
    """The death is in the register; who has died, as it was before."""
    found = lock(tx, death.nik)
    people.change(tx, death.nik, by, status=people.DECEASED, died_on=death.died_on)
    marriages.end_by_death(tx, death.nik, by)
    card = found.family_card
    if card is not None and families.headless(tx, card):
        heir = death.heir or _heir(tx, card, by.since)
        if heir is not None:
            families.succeed(tx, card, heir, by)
    return found


def _heir(tx: Connection, card: str, on: date) -> str | None:
    """The spouse, else the eldest who may be head."""
    able = [row for row in families.members(tx, card) if families.may_head(row.birth_date, row.marital_status, on)]
    able.sort(key=lambda row: (row.relation not in ("husband", "wife"), row.birth_date, row.nik))
    return able[0].nik if able else None
