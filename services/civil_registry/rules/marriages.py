"""Whether two people can marry, as far as the register knows. Pure; for the operation that registers a marriage.

The facts of law are arguments with the defaults that the region may change: an age of 19 for both, and a court's
permit for a further marriage of a man.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from mpp.identity.roles import age

MARRIAGE_AGE = 19  # below it, a court's dispensation (domain facts: marriage papers); a default

TOO_YOUNG, MARRIED, PERMIT_NEEDED, REGISTERED_ALREADY = (
    "dispensation_needed",
    "already_married",
    "court_permit_needed",
    "marriage_registered",
)


@dataclass(frozen=True)
class Spouse:
    """One of the two: `role` is `husband` or `wife`; `married_to` are those whose marriage with them is in force,
    and `dispensation` says that a court's dispensation was brought."""

    role: str
    person: str
    born_on: date
    married_to: Sequence[str] = ()
    dispensation: bool = False


@dataclass(frozen=True)
class Objection:
    """Why the marriage cannot be registered: in whom it lies, and the code of `mpp.web.texts`."""

    role: str
    code: str


def objections(
    husband: Spouse, wife: Spouse, day: date, *, court_permit: bool = False, least: int = MARRIAGE_AGE
) -> list[Objection]:
    """All that stands in the way of a marriage of these two on that day; empty where nothing does.

    `day` is the wedding's and not that of the report: who was of age then needs no dispensation, and who was not needs
    it still. A marriage of the two that is registered already is one objection, and not a second marriage as well.
    """
    found = [Objection(who.role, TOO_YOUNG) for who in (husband, wife) if _too_young(who, day, least)]
    if wife.person in husband.married_to or husband.person in wife.married_to:
        return [*found, Objection("husband", REGISTERED_ALREADY)]
    if wife.married_to:
        found.append(Objection("wife", MARRIED))
    if husband.married_to and not court_permit:
        found.append(Objection("husband", PERMIT_NEEDED))
    return found


def _too_young(who: Spouse, day: date, least: int) -> bool:
    return not who.dispensation and age(who.born_on, day) < least
