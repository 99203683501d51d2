"""The one order in which rows of the register are taken: persons by NIK, then cards by id, then marriages.

A change of one person may touch others of the family (another head, a spouse who is widowed). They are taken from the
beginning: two changes of one family wait for each other, and never for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, union

from mpp.casework.refusals import Refused
from services.civil_registry.register import families, people
from services.civil_registry.register.people import ALIVE, DECEASED
from services.civil_registry.tables import residents


@dataclass(frozen=True)
class Taken:
    """Rows that nobody else changes until the transaction ends: persons by NIK, cards by id."""

    people: Mapping[str, Row[Any]]
    cards: Mapping[str, Row[Any]]

    def alive(self, nik: str) -> Row[Any]:
        """The living resident. Raises Refused `not_in_register`, `person_deceased`, `not_living_here`."""
        found = self.people.get(nik)
        if found is None:
            raise Refused(409, "not_in_register")
        if found.status == DECEASED:
            raise Refused(409, "person_deceased")
        if found.status != ALIVE:
            raise Refused(409, "not_living_here")
        return found

    def active(self, card: str) -> Row[Any]:
        """The card that is in use. Raises Refused `family_card_gone`."""
        found = self.cards.get(card)
        if found is None or found.status != families.ACTIVE:
            raise Refused(409, "family_card_gone")
        return found


def take(tx: Connection, niks: Iterable[str | None], cards: Iterable[str] = ()) -> Taken:
    """These persons, all who live on their cards and on `cards` (ids), and those cards."""
    c = residents.c
    named, ids = {nik for nik in niks if nik is not None}, set(cards)
    theirs = select(c.family_card).where(c.nik.in_(named))
    everybody = union(
        select(c.nik).where(c.nik.in_(named)),
        select(c.nik).where(c.family_card.in_(theirs), c.status == ALIVE),
        select(c.nik).where(c.family_card.in_(ids), c.status == ALIVE),
    )
    query = select(residents).where(c.nik.in_(everybody)).order_by(c.nik).with_for_update()
    held = {row.nik: row for row in tx.execute(query)}
    ids |= {row.family_card for row in held.values() if row.nik in named and row.family_card is not None}
    locked = families.lock(tx, ids)
    # Who came to one of the cards while it was waited for; nobody comes to it from now on.
    came = {row.nik for id_ in locked for row in families.members(tx, id_)} - set(held)
    return Taken({**held, **people.lock(tx, came)}, locked)
