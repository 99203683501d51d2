"""Moves: away with a letter (SKPWNI), here with the letter of another regency, and within the regency.

The NIK never changes. No child is left behind, and none goes, without an adult who is head, unless somebody takes it
in and says so in writing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from services.civil_registry.register import documents, families, households, people
from services.civil_registry.register.documents import Held
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.families import HEAD, Card
from services.civil_registry.register.locks import take
from services.civil_registry.register.people import ALIVE, ELEMENTS, MOVED_OUT, Person

LETTER = "skpwni"


@dataclass(frozen=True)
class Leaving:
    """Who moves to another regency, with which letter (SKPWNI).

    `accepted` names by NIK of a child that goes without an adult the letter of who takes it in. `heirs` as in
    `households.NewFamily`.
    """

    niks: tuple[str, ...]
    letter: str
    case: str | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)
    heirs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Arriving:
    """Who comes from another regency, with a NIK of their own and a relation to the head of `card`.

    `card` is new, or the id of a card that is there.
    """

    people: tuple[Person, ...]
    card: Card | str


@dataclass(frozen=True)
class Address:
    """Where a family lives; `number` is the new number of its card, where the move changes it."""

    region: str
    address: str | None = None
    rt: str | None = None
    rw: str | None = None
    number: str | None = None


def leave(tx: Connection, leaving: Leaving, by: Recorded) -> tuple[str, ...]:
    """They have left and are in transit; the ids of the cards that they have left.

    They keep the card on which they stood last, and their KTP and KIA: the destination withdraws those. Raises
    Refused: `not_in_register`, `person_deceased`, `not_living_here`, `child_without_adult`, `children_left_alone`,
    `document_taken`.
    """
    if not leaving.niks:
        raise ValueError("nobody moves")
    taken = take(tx, leaving.niks)
    gone = [taken.alive(nik) for nik in leaving.niks]
    adults = [row for row in gone if families.may_head(row.birth_date, row.marital_status, by.since)]
    if not adults and any(row.nik not in leaving.accepted for row in gone):
        raise Refused(409, "child_without_adult")
    for row in gone:
        people.change(tx, row.nik, by, status=MOVED_OUT)
    holder = (adults or gone)[0].nik
    documents.give(tx, Held(LETTER, leaving.letter, nik=holder, case=leaving.case), by)
    left = {row.family_card for row in gone if row.family_card is not None}
    return households.settle(tx, left, leaving.heirs, by)


def arrive(tx: Connection, arriving: Arriving, by: Recorded) -> str:
    """They live here; the id of their card. Who has lived here before is the same person again.

    Raises Refused: `already_here`, `person_deceased`, `not_living_here` (a NIK that was merged), `family_card_gone`,
    `card_has_head`, `head_missing`, `head_too_young`.
    """
    new = isinstance(arriving.card, Card)
    card = arriving.card.id if isinstance(arriving.card, Card) else arriving.card
    taken = take(tx, [who.nik for who in arriving.people], [] if new else [card])
    if isinstance(arriving.card, Card):
        families.add(tx, arriving.card, by)
    else:
        taken.active(card)
    heads = [who for who in arriving.people if who.relation == HEAD]
    if len(heads) + any(row.relation == HEAD for row in families.members(tx, card)) > 1:
        raise Refused(409, "card_has_head")
    if any(not families.may_head(who.birth_date, who.marital_status, by.since) for who in heads):
        raise Refused(409, "head_too_young")
    for who in arriving.people:
        before = taken.people.get(who.nik)
        if before is None:
            people.add(tx, replace(who, family_card=card, status=ALIVE), by)
            continue
        if before.status == ALIVE:
            raise Refused(409, "already_here")
        if before.status != MOVED_OUT:
            taken.alive(who.nik)  # says why not
        told = {name: value for name, value in asdict(who).items() if name in ELEMENTS and value is not None}
        people.change(tx, who.nik, by, **{**told, "family_card": card, "status": ALIVE})
    if families.headless(tx, card):
        raise Refused(409, "head_missing")
    return card


def move_within(tx: Connection, card: str, to: Address, by: Recorded) -> None:
    """The whole family (id of its card) lives elsewhere in the regency.

    Part of a family is `households.found` or `households.join`. Raises Refused `family_card_gone`.
    """
    take(tx, (), [card]).active(card)
    said = {"region": to.region, "address": to.address, "rt": to.rt, "rw": to.rw}
    families.change(tx, card, by, **(said if to.number is None else {**said, "number": to.number}))
