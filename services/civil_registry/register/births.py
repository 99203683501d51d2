"""A birth: the child enters the register, on the card of its family."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from services.civil_registry.register import families, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.people import Person


@dataclass(frozen=True)
class Birth:
    """A child that was born, with the NIK that it gets (`person` is its pseudonym). `family_card` is the card's
    number; of a parent who is not in the register only the name is known."""

    nik: str
    person: str
    name: str
    sex: str
    birth_date: date
    birth_place: str
    family_card: str
    relation: str = "child"
    mother_nik: str | None = None
    mother_name: str | None = None
    father_nik: str | None = None
    father_name: str | None = None


def lock(tx: Connection, family_card: str) -> Any:
    """The card of the family, its row taken: two children of one family are registered one after the other.

    Raises Refused `family_card_gone`.
    """
    card = families.find(tx, number=family_card, lock=True)
    if card is None or card.status != families.ACTIVE:
        raise Refused(409, "family_card_gone")
    return card


def register(tx: Connection, born: Birth, by: Recorded) -> Any:
    """The child is in the register; the card of its family."""
    card = lock(tx, born.family_card)
    child = Person(
        born.nik,
        born.person,
        born.name,
        born.sex,
        born.birth_date,
        born.birth_place,
        family_card=card.id,
        relation=born.relation,
        marital_status="single",
        mother_nik=born.mother_nik,
        mother_name=born.mother_name,
        father_nik=born.father_nik,
        father_name=born.father_name,
        source=card.source,
        demo=card.demo,
    )
    people.add(tx, child, by)
    return card
