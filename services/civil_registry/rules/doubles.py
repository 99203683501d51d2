"""Whether a birth may have been reported, or a person registered, before. Pure.

Two births of one mother on one day are twins, or one birth filed at two counters: nobody can say which but who looks.
So nothing here refuses; what is alike is shown to whoever decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mpp.identity.names import name_words, names_agree

SAME_BIRTH, NEAR_BIRTH, KNOWN_PERSON = "birth_alike", "birth_near", "resident_alike"

# Twins are born on one day or on both sides of midnight. Eight months is what two births of one mother cannot well lie
# apart; nine can.
_TWINS, _NEAR, _YEAR = 1, 244, 366
_ALIKE = 0.5  # of the three-letter pieces of both names together, how many they have in common


@dataclass(frozen=True)
class Reported:
    """A birth that another case reports: `day` is when it happened."""

    case: str
    tracking_code: str
    day: date


@dataclass(frozen=True)
class Registered:
    """A resident whom a reported child may be."""

    nik: str
    name: str
    sex: str
    born_on: date
    family_card: str | None
    mother: str | None = None


def births_alike(born_on: date, others: Iterable[Reported]) -> list[tuple[str, Reported]]:
    """Of the other births of one mother those that may be this one, or that lie too near to it, each with its code."""
    apart = [(abs((born_on - other.day).days), other) for other in others]
    return [(SAME_BIRTH if days <= _TWINS else NEAR_BIRTH, other) for days, other in apart if days <= _NEAR]


@dataclass(frozen=True)
class Child:
    """Whose birth is reported, on which family card, and of which mother; None where the form does not say."""

    name: str
    born_on: date
    family_card: str | None = None
    mother: str | None = None


def persons_alike(child: Child, residents: Iterable[Registered]) -> list[Registered]:
    """The residents who may be this child: of a name like it, born on that day, or on its family card within a year;
    and whoever its mother bore less than eight months before or after.

    A date may have been typed wrong where the family is the same; nobody else is compared by name alone.
    """
    return [each for each in residents if _of_the_mother(child, each) or _of_the_name(child, each)]


def _of_the_mother(child: Child, each: Registered) -> bool:
    return child.mother is not None and child.mother == each.mother and _apart(child, each) <= _NEAR


def _of_the_name(child: Child, each: Registered) -> bool:
    one_family = child.family_card is not None and child.family_card == each.family_card
    return (_apart(child, each) == 0 or (one_family and _apart(child, each) <= _YEAR)) and names_alike(
        child.name, each.name
    )


def _apart(child: Child, each: Registered) -> int:
    return abs((child.born_on - each.born_on).days)


def names_alike(one: str, other: str) -> bool:
    """Whether two names may be one, spelled in two ways: by all words of the shorter one, or by pieces of three letters
    (as PostgreSQL's pg_trgm counts them, which not every server has)."""
    if names_agree(one, other):
        return True
    first, second = _pieces(one), _pieces(other)
    return bool(first and second) and len(first & second) >= _ALIKE * len(first | second)


def _pieces(name: str) -> set[str]:
    padded = [f"  {word} " for word in name_words(name)]
    return {word[place : place + 3] for word in padded for place in range(len(word) - 2)}
