"""Persons of the register: read, added and changed, each time with the fact that says so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from mpp.casework.refusals import Refused
from mpp.json_values import Json, JsonObject
from services.civil_registry.register import facts
from services.civil_registry.register.facts import Recorded
from services.civil_registry.tables import residents

ALIVE, DECEASED, MOVED_OUT, MERGED = "alive", "deceased", "moved_out", "merged"
_DAYS = frozenset({"birth_date", "died_on"})


@dataclass(frozen=True)
class Person:
    """A person as the register has it. What it does not know is None.

    `person` is the pseudonym; `family_card` the id of the card on which the person stands, or stood last; `source`
    whose word it is (`mall`, or the register of the nation, `siak`).
    """

    nik: str
    person: str
    name: str
    sex: str
    birth_date: date
    birth_place: str
    family_card: str | None = None
    relation: str | None = None
    status: str = ALIVE
    died_on: date | None = None
    marital_status: str | None = None
    citizenship: str = "citizen"
    religion: str | None = None
    education: str | None = None
    occupation: str | None = None
    blood_type: str | None = None
    mother_nik: str | None = None
    mother_name: str | None = None
    father_nik: str | None = None
    father_name: str | None = None
    merged_into: str | None = None
    source: str = "mall"
    demo: bool = False


_NOT_IN_FACTS = frozenset({"nik", "person", "source", "demo"})
ELEMENTS = tuple(field.name for field in fields(Person) if field.name not in _NOT_IN_FACTS)


def find(tx: Connection, nik: str, *, lock: bool = False) -> Row[Any] | None:
    """The resident of this NIK, or None; `lock` takes the row."""
    query = select(residents).where(residents.c.nik == nik)
    return tx.execute(query.with_for_update() if lock else query).first()


def lock(tx: Connection, niks: Iterable[str | None]) -> dict[str, Row[Any]]:
    """The residents of these NIK, their rows taken in one order. Who is not in the register is left out."""
    wanted = sorted({nik for nik in niks if nik is not None})
    if not wanted:
        return {}
    query = select(residents).where(residents.c.nik.in_(wanted)).order_by(residents.c.nik).with_for_update()
    return {row.nik: row for row in tx.execute(query)}


def add(tx: Connection, who: Person, by: Recorded) -> None:
    """A person enters the register; nobody is announced. Raises Refused `nik_taken`."""
    new = (
        insert(residents)
        .values(version=1, known_at=by.at, **asdict(who))
        .on_conflict_do_nothing(index_elements=["nik"])
    )
    if tx.execute(new.returning(residents.c.nik)).first() is None:
        raise Refused(409, "nik_taken")
    elements = {name: value for name in ELEMENTS if (value := getattr(who, name)) is not None}
    facts.write(tx, "person", who.nik, _as_json(elements), by)


def change(tx: Connection, nik: str, by: Recorded, **elements: Any) -> None:
    """Set elements of a person (`ELEMENTS`; None ends one). Raises Refused for somebody who is not in the register.

    The caller holds the row, and announces what others must know (`announced`). What is put right about the past alone
    (`by.until`) is written down and changes nothing that holds now.
    """
    unknown = set(elements) - set(ELEMENTS)
    if unknown:
        raise ValueError(f"no elements of a person: {sorted(unknown)}")
    found = find(tx, nik)
    if found is None:
        raise Refused(409, "not_in_register")
    if not facts.known(tx, "person", nik):  # an older version of the mall has written the row, without its fact
        facts.write(tx, "person", nik, as_stored(found), replace(by, since=found.birth_date, until=None))
    now = elements if by.until is None else {}
    tx.execute(update(residents).where(residents.c.nik == nik).values(known_at=by.at, **now))
    facts.write(tx, "person", nik, _as_json(elements), by)


def announced(tx: Connection, nik: str) -> int:
    """The version under which what has changed of this person is told to the others: one more than the last."""
    following = update(residents).where(residents.c.nik == nik).values(version=residents.c.version + 1)
    return int(tx.execute(following.returning(residents.c.version)).scalar_one())


def as_stored(row: Row[Any]) -> JsonObject:
    """The elements of a resident's row as a fact would say them, those without a value left out."""
    named = row._mapping
    return _as_json({name: named[name] for name in ELEMENTS if named[name] is not None})


def _as_json(elements: dict[str, Any]) -> JsonObject:
    return {name: _value(name, value) for name, value in elements.items()}


def _value(name: str, value: Any) -> Json:
    plain: Json = value.isoformat() if name in _DAYS and value is not None else value
    return plain
