"""Whether somebody can stand in the role that a case gives them. Pure.

What cannot be is a mistake, and is refused. What is unlikely is a warning, which whoever decides answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

# The age at which a resident must have an identity card (Law 24/2013 art. 63). Who is younger and married has one as
# well, so somebody younger is only unlikely at a counter.
CARD_AGE = 17

DECEASED, SAME_PERSON, YOUNG = "person_deceased", "same_person", "person_young"


@dataclass(frozen=True)
class InRole:
    """Somebody with a NIK in a role (`applicant`, `proxy` ...): `person` is the pseudonym, `died_on` None while the
    register has announced no death."""

    role: str
    person: str
    born_on: date
    died_on: date | None


@dataclass(frozen=True)
class Finding:
    """What is wrong or unlikely with somebody in a role: `code` is a field's code of `mpp.web.texts`."""

    who: InRole
    code: str
    impossible: bool


def findings(people: Sequence[InRole], today: date) -> list[Finding]:
    """What the day shows of these people: the dead act for nobody, nobody acts for himself, children seldom act."""
    found: list[Finding] = []
    for place, who in enumerate(people):
        if who.died_on is not None:
            found.append(Finding(who, DECEASED, True))
        if any(who.person == other.person for other in people[:place]):
            found.append(Finding(who, SAME_PERSON, True))
        if _age(who.born_on, today) < CARD_AGE:
            found.append(Finding(who, YOUNG, False))
    return found


def _age(born_on: date, today: date) -> int:
    """In whole years; who was born on 29 February is a year older on 1 March."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
