"""Family cards (kartu keluarga): who stands on one, and who is its head.

A living person stands on one card at most, and an active card with living members has one head: the row of a person
names the card, and an index keeps the heads apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from mpp.casework.refusals import Refused
from mpp.identity.roles import age
from mpp.json_values import JsonObject
from services.civil_registry.register import facts, people
from services.civil_registry.register.facts import Recorded
from services.civil_registry.register.people import ALIVE
from services.civil_registry.tables import family_cards, residents

HEAD = "head"
ACTIVE, CLOSED = "active", "closed"
ADULT = 17  # or married: who may be head (Permendagri 108/2019 art. 10(4), by a secondary source)


@dataclass(frozen=True)
class Card:
    """A family card: `region` is the village's code."""

    id: str
    number: str
    region: str
    address: str | None = None
    rt: str | None = None
    rw: str | None = None
    status: str = ACTIVE
    source: str = "mall"
    demo: bool = False


def find(tx: Connection, *, number: str | None = None, id_: str | None = None, lock: bool = False) -> Any:
    """The family card of this number or id, or None; `lock` takes the row."""
    wanted = family_cards.c.number == number if number is not None else family_cards.c.id == id_
    query = select(family_cards).where(wanted)
    return tx.execute(query.with_for_update() if lock else query).first()


def lock(tx: Connection, ids: set[str]) -> dict[str, Row[Any]]:
    """The cards of these ids, their rows taken in one order."""
    query = select(family_cards).where(family_cards.c.id.in_(ids)).order_by(family_cards.c.id).with_for_update()
    return {row.id: row for row in tx.execute(query)}


def add(tx: Connection, card: Card, by: Recorded) -> None:
    """A new card; its number must be new."""
    given = {name: getattr(card, name) for name in Card.__dataclass_fields__}
    tx.execute(insert(family_cards).values(version=1, known_at=by.at, **given))
    said = {name: given[name] for name in ("number", "region", "address", "rt", "rw", "status")}
    facts.write(tx, "card", card.id, {name: value for name, value in said.items() if value is not None}, by)


def change(tx: Connection, id_: str, by: Recorded, **elements: str | None) -> None:
    """Set elements of a card: `number`, `region`, `address`, `rt`, `rw`, `status`. The caller holds its row."""
    tx.execute(update(family_cards).where(family_cards.c.id == id_).values(known_at=by.at, **elements))
    said: JsonObject = dict(elements)
    facts.write(tx, "card", id_, said, by)


def announced(tx: Connection, id_: str) -> int:
    """The version under which a change of the card is told: one more than the last."""
    following = update(family_cards).where(family_cards.c.id == id_).values(version=family_cards.c.version + 1)
    return int(tx.execute(following.returning(family_cards.c.version)).scalar_one())


def members(tx: Connection, id_: str) -> list[Row[Any]]:
    """The living on the card, the head first, then by age."""
    query = select(residents).where(residents.c.family_card == id_, residents.c.status == ALIVE)
    return list(tx.execute(query.order_by(residents.c.relation != HEAD, residents.c.birth_date, residents.c.nik)))


def living(tx: Connection, id_: str) -> int:
    """How many living people the card lists."""
    query = select(func.count()).where(residents.c.family_card == id_, residents.c.status == ALIVE)
    return int(tx.execute(query).scalar_one())


def headless(tx: Connection, id_: str) -> bool:
    """Whether living people stand on the card and none of them is its head."""
    there = members(tx, id_)
    return bool(there) and there[0].relation != HEAD


def succeed(tx: Connection, id_: str, heir: str, by: Recorded) -> None:
    """Another member becomes the head. The card has none at this moment (the head has died or left).

    Raises Refused `no_member` for somebody who does not stand on it, `head_too_young` for a child. The relations of
    the others were to the former head; each of them who does not say otherwise on the new card is `family`.
    """
    there = {row.nik: row for row in members(tx, id_)}
    if heir not in there:
        raise Refused(409, "no_member")
    if not may_head(there[heir].birth_date, there[heir].marital_status, by.since):
        raise Refused(409, "head_too_young")
    spouses = {"husband", "wife"}
    for nik, row in there.items():
        if nik == heir:
            people.change(tx, nik, by, relation=HEAD)
        elif row.relation == HEAD or (row.relation in spouses and there[heir].relation not in spouses):
            people.change(tx, nik, by, relation="family")


def heir(tx: Connection, id_: str, on: date) -> str | None:
    """Who is head next where nobody was named: the spouse, else the eldest who may be head; None: only children."""
    able = [row for row in members(tx, id_) if may_head(row.birth_date, row.marital_status, on)]
    able.sort(key=lambda row: (row.relation not in ("husband", "wife"), row.birth_date, row.nik))
    return able[0].nik if able else None


def may_head(birth_date: date, marital_status: str | None, on: date) -> bool:
    """Whether somebody may be head of a family: 17, or married now or before."""
    return age(birth_date, on) >= ADULT or marital_status in ("married", "divorced", "widowed")
