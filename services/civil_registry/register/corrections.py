"""Corrections: what was written down wrongly, a certificate that holds no more, and one person with two NIK.

Nothing is erased. A correction is a later fact of the same day; a certificate that was replaced is found as such.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from mpp.casework.refusals import Refused
from services.civil_registry.register import facts, households, marriages, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.families import HEAD, may_head
from services.civil_registry.register.locks import Taken, take
from services.civil_registry.register.people import ALIVE, MERGED
from services.civil_registry.tables import certificates, residents
from services.civil_registry.tables import marriages as marriage_rows

CORRECTED = frozenset({"name", "sex", "birth_date", "birth_place", "mother_name", "father_name", "died_on"})
CANCELLED, SUPERSEDED = "cancelled", "superseded"


def correct(tx: Connection, nik: str, by: Recorded, **elements: str | date) -> None:
    """Elements of `CORRECTED` were written down wrongly: clerically (cause `correction`) or as a court says (`court`).

    `by.since` is the day from which the right value holds: the birth, mostly. The NIK stays, whatever it says of the
    birth date. The dead are corrected too. Raises Refused: `document_missing`, `not_in_register`, `merged`,
    `not_deceased`, `wrong_sex` (who is or was married, or a parent), `impossible_age` (parents would be younger than
    their child, or somebody dead before the birth), `head_too_young`.
    """
    if wrong := set(elements) - CORRECTED:
        raise ValueError(f"not corrected here: {sorted(wrong)}")
    if by.document is None:
        raise Refused(409, "document_missing")
    row = take(tx, [nik]).people.get(nik)
    if row is None:
        raise Refused(409, "not_in_register")
    if row.status == MERGED:
        raise Refused(409, "merged")
    if "died_on" in elements and row.died_on is None:
        raise Refused(409, "not_deceased")
    if elements.get("sex", row.sex) != row.sex and _bound_to_sex(tx, nik):
        raise Refused(409, "wrong_sex")
    born, died = elements.get("birth_date", row.birth_date), elements.get("died_on", row.died_on)
    if (died is not None and died < born) or ("birth_date" in elements and not _age_fits(tx, row, born)):
        raise Refused(409, "impossible_age")
    if row.relation == HEAD and row.status == ALIVE and not may_head(born, row.marital_status, by.at.date()):
        raise Refused(409, "head_too_young")
    people.change(tx, nik, by, **elements)


def _age_fits(tx: Connection, row: Row[Any], born: Any) -> bool:
    """Whether somebody born on that day is younger than the parents and older than the children."""
    c = residents.c
    older = select(c.nik).where(c.nik.in_([row.mother_nik, row.father_nik]), c.birth_date >= born).limit(1)
    mine = or_(c.mother_nik == row.nik, c.father_nik == row.nik)
    younger = select(c.nik).where(mine, c.birth_date <= born).limit(1)
    return tx.execute(older).first() is None and tx.execute(younger).first() is None


def _bound_to_sex(tx: Connection, nik: str) -> bool:
    """Whether somebody is or was a husband or wife, a mother or father."""
    m, r = marriage_rows.c, residents.c
    married = select(m.id).where(or_(m.husband == nik, m.wife == nik)).limit(1)
    children = select(r.nik).where(or_(r.mother_nik == nik, r.father_nik == nik)).limit(1)
    return tx.execute(married).first() is not None or tx.execute(children).first() is not None


def end_certificate(tx: Connection, number: str, status: str, by: Recorded) -> Row[Any]:
    """A certificate holds no more: `superseded` by another, or `cancelled`; the certificate as it was.

    Raises Refused: `not_in_register`, `not_in_force`.
    """
    if status not in (CANCELLED, SUPERSEDED):
        raise ValueError(f"no end of a certificate: {status}")
    c = certificates.c
    row = tx.execute(select(certificates).where(c.number == number).with_for_update()).first()
    if row is None:
        raise Refused(409, "not_in_register")
    if row.status != "in_force":
        raise Refused(409, "not_in_force")
    tx.execute(update(certificates).where(c.id == row.id).values(status=status, version=c.version + 1))
    facts.write(tx, "document", row.id, {"kind": row.kind, "number": number, "status": status}, by)
    return row


def merge(tx: Connection, kept: str, other: str, by: Recorded) -> tuple[str, ...]:
    """One person had two NIK: `kept` is the person's, `other` stays on record as merged into it.

    Marriages and children of the other become the kept one's. The ids of the cards that lose somebody. Raises Refused:
    `not_in_register`, `person_deceased`, `not_living_here`, `same_person`, `wrong_sex`, `already_married` (both are,
    and each marriage stands: one must be put right first), `children_left_alone`.
    """
    if kept == other:
        raise Refused(409, "same_person")
    r = residents.c
    found = select(r.nik).where(or_(r.mother_nik == other, r.father_nik == other, r.merged_into == other))
    children = [str(nik) for nik in tx.execute(found).scalars()]
    taken = take(tx, [kept, other, *children, *marriages.spouses(tx, other)])
    left, stays = taken.alive(other), taken.alive(kept)
    if left.sex != stays.sex:
        raise Refused(409, "wrong_sex")
    marry = marriages.inherit(tx, other, kept, by)
    people.change(tx, other, by, status=MERGED, merged_into=kept)
    if marry and stays.marital_status != left.marital_status:
        people.change(tx, kept, by, marital_status=left.marital_status)
    _children(tx, taken, children, other, stays, by)
    return households.settle(tx, [left.family_card] if left.family_card else [], {}, by)


def _children(tx: Connection, taken: Taken, children: list[str], other: str, stays: Row[Any], by: Recorded) -> None:
    for nik in children:
        row = taken.people[nik]
        if row.mother_nik == other:
            people.change(tx, nik, by, mother_nik=stays.nik, mother_name=stays.name)
        if row.father_nik == other:
            people.change(tx, nik, by, father_nik=stays.nik, father_name=stays.name)
        if row.merged_into == other:
            people.change(tx, nik, by, merged_into=stays.nik)
