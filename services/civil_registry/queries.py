"""Reading the register."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from mpp.cases.storage.case_rows import Record
from services.civil_registry.domain import ALIVE
from services.civil_registry.tables import certificates, family_cards, residents


def resident(tx: Connection, nik: str, *, lock: bool = False) -> Row[Any] | None:
    """The resident of this NIK, or None; `lock` takes the row."""
    query = select(residents).where(residents.c.nik == nik)
    return tx.execute(query.with_for_update() if lock else query).first()


def family_card(tx: Connection, *, number: str | None = None, id_: str | None = None, lock: bool = False) -> Any:
    """The family card of this number or id, or None; `lock` takes the row."""
    wanted = family_cards.c.number == number if number is not None else family_cards.c.id == id_
    query = select(family_cards).where(wanted)
    return tx.execute(query.with_for_update() if lock else query).first()


def living_members(tx: Connection, card_id: str) -> int:
    """How many living people the card lists."""
    query = select(func.count()).where(residents.c.family_card == card_id, residents.c.status == ALIVE)
    return int(tx.execute(query).scalar_one())


def in_force(tx: Connection, number: str, today: date) -> bool | None:
    """Whether the certificate of this number holds: nothing ends one yet."""
    found = tx.execute(select(certificates.c.id).where(certificates.c.number == number)).first()
    return None if found is None else True


def certificate_of_case(tx: Connection, record: Record) -> dict[str, Any]:
    """What came out of a registration, for its body."""
    query = (
        select(certificates, family_cards.c.number.label("card"), family_cards.c.id.label("card_id"))
        .join(residents, residents.c.nik == certificates.c.nik)
        .join(family_cards, family_cards.c.id == residents.c.family_card)
        .where(certificates.c.case_id == record.case.id)
    )
    row = tx.execute(query).first()
    if row is None:
        return {"certificate": None}
    return {
        "certificate": {
            "id": row.id,
            "kind": row.kind,
            "number": row.number,
            "nik": row.nik,
            "late": row.late,
            "registered_on": row.registered_on.isoformat(),
            "family_card": {"number": row.card, "members": living_members(tx, row.card_id)},
        }
    }
