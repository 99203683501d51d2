"""Reading the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from mpp.cases.storage.case_rows import Record
from mpp.identity.roles import Known
from mpp.json_values import JsonObject
from services.civil_registry.register import families
from services.civil_registry.register.people import ALIVE
from services.civil_registry.rules.doubles import Child, Registered
from services.civil_registry.tables import certificates, family_cards, residents

_MOST = 1000  # residents born on one day, or of one card


def known(tx: Connection, niks: Sequence[str]) -> Mapping[str, Known]:
    """What the register says of these residents, by NIK; nothing of whom it does not hold."""
    query = (
        select(residents, family_cards.c.number)
        .outerjoin(family_cards, residents.c.family_card == family_cards.c.id)
        .where(residents.c.nik.in_(niks))
    )
    return {row.nik: Known(row.name, row.sex, row.birth_date, row.died_on, row.number) for row in tx.execute(query)}


def of_card(tx: Connection, card: str) -> list[Row[Any]]:
    """Everybody on a family card, the oldest first."""
    query = select(residents).where(residents.c.family_card == card)
    return list(tx.execute(query.order_by(residents.c.birth_date, residents.c.nik)))


def who_may_be(tx: Connection, child: Child) -> list[Registered]:
    """The residents with whom a reported child is compared: those born on that day, its mother's, and the living ones
    of its family card."""
    who = residents.c
    query = select(who.nik, who.name, who.sex, who.birth_date, family_cards.c.number, who.mother_nik).outerjoin(
        family_cards, who.family_card == family_cards.c.id
    )
    asked = (
        query.where(who.birth_date == child.born_on),
        query.where(family_cards.c.number == child.family_card, who.status == ALIVE),
        query.where(who.mother_nik == child.mother),
    )
    found = {row.nik: Registered(*row) for each in asked for row in tx.execute(each.limit(_MOST))}
    return [found[nik] for nik in sorted(found)]


def in_force(tx: Connection, number: str, today: date) -> bool | None:
    """Whether the certificate of this number holds: until it is corrected or cancelled."""
    found = tx.execute(select(certificates.c.status).where(certificates.c.number == number)).first()
    return None if found is None else found.status == "in_force"


@dataclass(frozen=True)
class Certificate:
    """A certificate of the register: of a birth or a death (`kind`), about whom (`nik`)."""

    id: str
    kind: str
    number: str
    nik: str
    late: bool
    registered_on: date


def certificate(tx: Connection, case_id: str) -> Certificate | None:
    """What came out of a registration; None where nothing has yet."""
    names = Certificate.__dataclass_fields__
    row = tx.execute(select(*(certificates.c[name] for name in names)).where(certificates.c.case_id == case_id)).first()
    return None if row is None else Certificate(*row)


def certificate_of_case(tx: Connection, record: Record) -> JsonObject:
    """The same for the body of the case."""
    found = certificate(tx, record.case.id)
    if found is None:
        return {"certificate": None}
    card = (
        select(family_cards.c.number, family_cards.c.id)
        .join(certificates, certificates.c.family_card == family_cards.c.id)
        .where(certificates.c.id == found.id)
    )
    row = tx.execute(card).one()
    return {"certificate": certificate_body(found, row.number, families.living(tx, row.id))}


def certificate_body(found: Certificate, card: str, members: int) -> JsonObject:
    """A certificate with the family card of whom it is about, as the case shows it."""
    return {
        "id": found.id,
        "kind": found.kind,
        "number": found.number,
        "nik": found.nik,
        "late": found.late,
        "registered_on": found.registered_on.isoformat(),
        "family_card": {"number": card, "members": members},
    }
