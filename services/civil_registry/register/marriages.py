"""Marriages: nobody is married twice, but a man whom a court has permitted it (UU 1/1974 art. 3 to 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.identity.roles import age
from services.civil_registry.register import facts, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.tables import marriages

DEATH, DIVORCE, ANNULMENT = "death", "divorce", "annulment"
AGE = 19  # UU 16/2019 art. 7: below it a court's dispensation


@dataclass(frozen=True)
class Marriage:
    """Two who marry. Who is not in the register is a name (`husband_name`, `wife_name`) and no NIK; one of the two
    has one.

    `court_permit` is the number of the decision that lets a married man marry again, `dispensation` of the one for
    somebody below `AGE`.
    """

    husband: str | None
    wife: str | None
    married_on: date
    certificate: str | None = None
    husband_name: str | None = None
    wife_name: str | None = None
    court_permit: str | None = None
    dispensation: str | None = None


def current(tx: Connection, nik: str) -> list[Row[Any]]:
    """The marriages in which somebody is."""
    c = marriages.c
    query = select(marriages).where(or_(c.husband == nik, c.wife == nik), c.ended_on.is_(None))
    return list(tx.execute(query.order_by(c.married_on, c.id)))


def spouses(tx: Connection, nik: str) -> list[str]:
    """The NIK of the husband or the wives, as far as they are in the register."""
    found = [row.wife if row.husband == nik else row.husband for row in current(tx, nik)]
    return [spouse for spouse in found if spouse is not None]


def lock(tx: Connection, husband: str | None, wife: str | None) -> dict[str, Row[Any]]:
    """The rows of both, as far as they are in the register; two marriages of one person are registered one after the
    other."""
    return people.lock(tx, [husband, wife])


def register(tx: Connection, what: Marriage, by: Recorded) -> str:
    """Both are married from that day on; the id of the marriage.

    Raises Refused: `not_in_register`, `person_deceased`, `wrong_sex`, `merged`, `already_married`, `too_young`.
    """
    held = lock(tx, what.husband, what.wife)
    for nik, sex in ((what.husband, "male"), (what.wife, "female")):
        if nik is not None:
            _can_marry(held.get(nik), sex, what)
    if what.wife is not None and current(tx, what.wife):
        raise Refused(409, "already_married")
    if what.husband is not None and current(tx, what.husband) and what.court_permit is None:
        raise Refused(409, "already_married")
    id_ = new_id()
    stored = {
        "husband": what.husband,
        "wife": what.wife,
        "husband_name": what.husband_name,
        "wife_name": what.wife_name,
        "certificate": what.certificate,
        "court_permit": what.court_permit,
    }
    tx.execute(insert(marriages).values(id=id_, married_on=what.married_on, **stored))
    said = {name: value for name, value in stored.items() if value is not None}
    facts.write(tx, "marriage", id_, {**said, "married_on": what.married_on.isoformat()}, by)
    for nik in held:
        people.change(tx, nik, by, marital_status="married")
    return id_


def _can_marry(who: Row[Any] | None, sex: str, what: Marriage) -> None:
    if who is None:
        raise Refused(409, "not_in_register")
    if who.status == people.DECEASED:
        raise Refused(409, "person_deceased")
    if who.status == people.MERGED:
        raise Refused(409, "merged")
    if who.sex != sex:
        raise Refused(409, "wrong_sex")
    if what.dispensation is None and age(who.birth_date, what.married_on) < AGE:
        raise Refused(409, "too_young")


def end(tx: Connection, id_: str, how: str, by: Recorded) -> None:
    """A divorce, or an annulment: the marriage has ended on `by.since`, and neither is married any more.

    Raises Refused: `not_married` for a marriage that has ended already, `before_marriage`.
    """
    both = tx.execute(select(marriages.c.husband, marriages.c.wife).where(marriages.c.id == id_)).first()
    if both is not None:
        lock(tx, both.husband, both.wife)
    row = tx.execute(select(marriages).where(marriages.c.id == id_).with_for_update()).first()
    if row is None or row.ended_on is not None:
        raise Refused(409, "not_married")
    _ended(tx, row, how, by)
    for nik in (row.husband, row.wife):
        if nik is not None and not current(tx, nik):
            people.change(tx, nik, by, marital_status="divorced" if how == DIVORCE else _before(tx, nik))


def _before(tx: Connection, nik: str) -> str:
    """What somebody was before a marriage that never was: what the register says of the former ones."""
    c = marriages.c
    query = select(c.ended_by).where(or_(c.husband == nik, c.wife == nik), c.ended_by != ANNULMENT)
    last = tx.execute(query.order_by(c.ended_on.desc(), c.id.desc()).limit(1)).scalar()
    return "single" if last is None else {DEATH: "widowed", DIVORCE: "divorced"}[last]


def end_by_death(tx: Connection, nik: str, by: Recorded) -> None:
    """The marriages of who has died have ended; the one who is left is widowed. The caller holds the rows of both."""
    for row in current(tx, nik):
        _ended(tx, row, DEATH, by)
        left = row.wife if row.husband == nik else row.husband
        if left is not None and not current(tx, left):
            people.change(tx, left, by, marital_status="widowed")


def _ended(tx: Connection, row: Row[Any], how: str, by: Recorded) -> None:
    if by.since < row.married_on:
        raise Refused(409, "before_marriage")
    done = update(marriages).where(marriages.c.id == row.id, marriages.c.ended_on.is_(None))
    tx.execute(done.values(ended_on=by.since, ended_by=how))
    facts.write(tx, "marriage", row.id, {"ended_on": by.since.isoformat(), "ended_by": how}, by)


def inherit(tx: Connection, other: str, kept: str, by: Recorded) -> bool:
    """The marriages of one NIK become those of another, of the same person; whether one of them stands.

    The caller holds the rows of both. Raises Refused `already_married` where both are in a marriage.
    """
    standing = current(tx, other)
    if standing and current(tx, kept):
        raise Refused(409, "already_married")
    c = marriages.c
    for row in tx.execute(select(marriages).where(or_(c.husband == other, c.wife == other)).order_by(c.id)).all():
        whose = "husband" if row.husband == other else "wife"
        tx.execute(update(marriages).where(c.id == row.id).values(**{whose: kept}))
        facts.write(tx, "marriage", row.id, {whose: kept}, by)
    return bool(standing)
