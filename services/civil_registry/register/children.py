"""Children after their birth: recognised by the father, legitimated by the marriage of the parents, adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from mpp.casework.refusals import Refused
from services.civil_registry.register import families, households, marriages, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.households import Joining
from services.civil_registry.register.locks import Taken, take


@dataclass(frozen=True)
class Recognition:
    """A father says that a child of an unmarried mother is his. Who is not in the register is a name and no NIK."""

    child: str
    father: str | None
    father_name: str | None = None


@dataclass(frozen=True)
class Adoption:
    """A child that a court has given to another family: the id of its card."""

    child: str
    card: str
    decision: str


def recognise(tx: Connection, what: Recognition, by: Recorded) -> None:
    """The child has a father; it stays on the card of its mother.

    Raises Refused: `not_in_register`, `person_deceased`, `not_living_here`, `father_known`, `wrong_sex`,
    `impossible_age`, `father_missing`.
    """
    taken = take(tx, [what.child, what.father])
    child = taken.alive(what.child)
    if child.father_nik is not None or child.father_name is not None:
        raise Refused(409, "father_known")
    if what.father is None:
        if what.father_name is None:
            raise Refused(409, "father_missing")
        people.change(tx, child.nik, by, father_name=what.father_name)
        return
    father = _father(taken, what.father, child)
    people.change(tx, child.nik, by, father_nik=father.nik, father_name=father.name)


def legitimate(tx: Connection, child: str, by: Recorded) -> None:
    """The parents have married after the birth: the child is a child of their marriage, on the card of its mother's
    family.

    The register says who they are: a father who has not recognised the child does so first. Raises Refused:
    `parents_unknown`, `parents_not_married`, and as `recognise` does.
    """
    known = people.find(tx, child)
    if known is None:
        raise Refused(409, "not_in_register")
    taken = take(tx, [child, known.mother_nik, known.father_nik])
    row = taken.alive(child)
    if row.mother_nik is None or row.father_nik is None:
        raise Refused(409, "parents_unknown")
    if row.father_nik not in marriages.spouses(tx, row.mother_nik):
        raise Refused(409, "parents_not_married")
    mother = taken.people[row.mother_nik]
    if mother.family_card in (None, row.family_card) or row.relation == families.HEAD:
        people.change(tx, child, by, relation=row.relation)
    else:
        households.join(tx, Joining(mother.family_card, {child: "child"}), by)


def adopt(tx: Connection, what: Adoption, by: Recorded) -> tuple[str, ...]:
    """The child stands on the card of who has adopted it; the cards that it has left.

    The parents by birth stay on record: an adoption does not cut that (PP 54/2007 art. 4, unverified). The history
    says which decision it rests on. Raises Refused as `households.join` does.
    """
    return households.join(tx, Joining(what.card, {what.child: "child"}), by)


def _father(taken: Taken, nik: str, child: Row[Any]) -> Row[Any]:
    found = taken.people.get(nik)
    if found is None:
        raise Refused(409, "not_in_register")
    if found.sex != "male":
        raise Refused(409, "wrong_sex")
    if found.birth_date >= child.birth_date:
        raise Refused(409, "impossible_age")
    return found
