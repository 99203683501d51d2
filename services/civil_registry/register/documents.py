"""What persons and families hold: family card, KTP, KIA, letters. Of a kind one is in force for a holder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.json_values import JsonObject
from services.civil_registry.register import facts
from services.civil_registry.register.facts import Recorded
from services.civil_registry.tables import documents_held

IN_FORCE, SUPERSEDED = "in_force", "superseded"
CLOSED_BY_DEATH = frozenset({"ktp", "kia"})


@dataclass(frozen=True)
class Held:
    """A document of a person (`nik`) or of a family (`card`, its id), valid until a day or without end.

    A KTP and a KIA carry the NIK and have no number of their own.
    """

    kind: str
    number: str | None = None
    nik: str | None = None
    card: str | None = None
    case: str | None = None
    until: date | None = None


def held(tx: Connection, *, nik: str | None = None, card: str | None = None) -> list[Row[Any]]:
    """What is in force of a person's, or of a family's."""
    c = documents_held.c
    whose = c.nik == nik if nik is not None else c.family_card == card
    return list(tx.execute(select(documents_held).where(whose, c.status == IN_FORCE).order_by(c.kind, c.id)))


def give(tx: Connection, what: Held, by: Recorded) -> str:
    """The document is in force and the former one of its kind is superseded; its id.

    The caller holds the holder's row. Raises Refused `document_taken` for a number that is given.
    """
    id_ = new_id()
    values = {
        "id": id_,
        "kind": what.kind,
        "number": what.number,
        "nik": what.nik,
        "family_card": what.card,
        "case_id": what.case,
        "valid_from": by.since,
        "until": what.until,
        "status": IN_FORCE,
    }
    former = [row for row in held(tx, nik=what.nik, card=what.card) if row.kind == what.kind]
    new = insert(documents_held).values(**values).on_conflict_do_nothing().returning(documents_held.c.id)
    if tx.execute(new).first() is None:
        raise Refused(409, "document_taken")
    said: JsonObject = {"kind": what.kind, "status": IN_FORCE, "valid_from": by.since.isoformat()}
    more = {"number": what.number, "nik": what.nik, "family_card": what.card, "case_id": what.case}
    until = {} if what.until is None else {"until": what.until.isoformat()}
    facts.write(tx, "document", id_, {**said, **{n: v for n, v in more.items() if v is not None}, **until}, by)
    for row in former:
        end(tx, row.id, SUPERSEDED, by, superseded_by=id_)
    return id_


def end(tx: Connection, id_: str, status: str, by: Recorded, superseded_by: str | None = None) -> None:
    """The document holds no more: `superseded`, `cancelled`, `lost`, `withdrawn`. Raises Refused `not_in_force`."""
    c = documents_held.c
    values = {"status": status, "superseded_by": superseded_by}
    done = update(documents_held).where(c.id == id_, c.status == IN_FORCE).values(**values).returning(c.id)
    if tx.execute(done).first() is None:
        raise Refused(409, "not_in_force")
    facts.write(tx, "document", id_, {n: v for n, v in values.items() if v is not None}, by)


def close_of_the_dead(tx: Connection, nik: str, by: Recorded) -> None:
    """A dead person holds no KTP and no KIA any more; letters and certificates stay."""
    for row in held(tx, nik=nik):
        if row.kind in CLOSED_BY_DEATH:
            end(tx, row.id, "withdrawn", by)
