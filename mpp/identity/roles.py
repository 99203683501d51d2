"""Whether somebody can stand in the role that a case gives them. Pure.

What cannot be is a mistake, and is refused. What is unlikely is a warning, which whoever decides answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

# The age at which a resident must have an identity card (Law 24/2013 art. 63). Who is younger and married has one as
# well, so somebody younger is only unlikely at a counter.
CARD_AGE = 17

DECEASED, SAME_PERSON, YOUNG = "person_deceased", "same_person", "person_young"
WRONG_SEX, IMPOSSIBLE_AGE, UNUSUAL_AGE = "wrong_sex", "impossible_age", "unusual_age"
NOT_ON_CARD, FORM_DIFFERS, NIK_DIFFERS = "not_on_card", "form_differs", "nik_differs"


@dataclass(frozen=True)
class Role:
    """What a role asks of who stands in it, on the day that matters to it.

    - `alive`: nobody who is dead on that day; `after_death` days later it is still possible (a child is born after its
      father's death). `sex`: None where it does not matter.
    - `least`: whole years of age below which it cannot be; `usual`: the first and last age at which it is ordinary
      (None: no end). `card_age` warns of who is too young for an identity card.
    - `may_be`: the other roles in which the same person may stand; one of the two has to say so.
    """

    code: str
    sex: str | None = None
    alive: bool = True
    after_death: int = 0
    least: int | None = None
    usual: tuple[int | None, int | None] = (None, None)
    card_age: bool = False
    may_be: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """What a register says of a person; a value that it does not hold is None."""

    name: str | None = None
    sex: str | None = None
    born_on: date | None = None
    died_on: date | None = None
    family_card: str | None = None


@dataclass(frozen=True)
class InRole:
    """Somebody with a NIK in a role: `person` is the pseudonym, `died_on` None while no death is registered.

    `born_on` and `sex` are what the NIK says; `known` is what a register says, and counts before it. `day` is the day
    that matters (None: today). `told` is what the form says beside the NIK: any of `name`, `sex`, `birth_date`,
    `family_card`, names and cards in the normal form in which they are compared.
    """

    role: Role
    person: str
    born_on: date
    sex: str
    died_on: date | None = None
    day: date | None = None
    known: Known = Known()
    told: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What is wrong or unlikely with somebody in a role: `code` is a field's code of `mpp.web.texts`, `what` the
    details that differ where it speaks of several, `age` the age in whole years where it speaks of one."""

    who: InRole
    code: str
    impossible: bool
    what: tuple[str, ...] = ()
    age: int | None = None


def findings(people: Sequence[InRole], today: date) -> list[Finding]:
    """What the day shows of these people: the dead act for nobody, nobody stands in two roles that exclude each other,
    and age and sex fit the role. Of somebody whom a register knows, its word counts and not that of the NIK."""
    found: list[Finding] = []
    for place, who in enumerate(people):
        if _dead(who):
            found.append(Finding(who, DECEASED, True))
        if any(who.person == other.person and not _together(who.role, other.role) for other in people[:place]):
            found.append(Finding(who, SAME_PERSON, True))
        if who.role.sex is not None and who.role.sex != (who.known.sex or who.sex):
            found.append(Finding(who, WRONG_SEX, True))
        found += _of_age(who, today)
        found += _of_words(who)
    return found


def _dead(who: InRole) -> bool:
    died_on = who.known.died_on or who.died_on
    if died_on is None or not who.role.alive:
        return False
    return who.day is None or who.day > died_on + timedelta(days=who.role.after_death)


def _together(one: Role, other: Role) -> bool:
    return other.code in one.may_be or one.code in other.may_be


def _of_age(who: InRole, today: date) -> Iterable[Finding]:
    born_on, (first, last) = who.known.born_on or who.born_on, who.role.usual
    years = age(born_on, who.day or today)
    if who.role.least is not None and years < who.role.least:
        yield Finding(who, IMPOSSIBLE_AGE, True, age=years)
    elif (first is not None and years < first) or (last is not None and years > last):
        yield Finding(who, UNUSUAL_AGE, False, age=years)
    if who.role.card_age and age(born_on, today) < CARD_AGE:
        yield Finding(who, YOUNG, False)


def _of_words(who: InRole) -> Iterable[Finding]:
    """Where the form, the register and the NIK say different things of one person. None of the three is always right:
    a corrected birth date leaves the NIK as it was."""
    known = {"name": who.known.name, "sex": who.known.sex, "birth_date": who.known.born_on}
    by_nik = {"sex": who.sex, "birth_date": who.born_on}
    says = {**by_nik, **{name: value for name, value in known.items() if value is not None}}
    if what := tuple(name for name in says if name in who.told and who.told[name] != says[name]):
        yield Finding(who, FORM_DIFFERS, False, what)
    if what := tuple(name for name, value in by_nik.items() if known[name] not in (None, value)):
        yield Finding(who, NIK_DIFFERS, False, what)
    card = who.told.get("family_card")
    if card is not None and who.known.family_card not in (None, card):
        yield Finding(who, NOT_ON_CARD, False)


def age(born_on: date, day: date) -> int:
    """In whole years, negative before the birth; who was born on 29 February is a year older on 1 March."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
