"""What the register knew, of which day, and since when: facts of two times.

A fact says which elements of a person, card, marriage or document hold from a day on (`valid_from`), and when that
was written down (`recorded_at`). It is never changed. What was written later is known better: it holds for every day
from its own on, whatever was written before, unless it says until when (`valid_until`, for what is put right about
the past alone). So the register can be read as it was on any day, and as anybody could have known it at any moment.

Example. Recorded in March: born on 2 May 1990, valid from birth. Recorded in June: a correction, valid from birth,
born on 3 May 1990. Asked in July the person was born on 3 May; asked for what was known in April, on 2 May.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import Connection, insert, select

from mpp.json_values import Json, JsonObject
from mpp.persistence import pipelined
from mpp.persistence.values import SqlValue
from services.civil_registry.tables import register_facts

Kind = Literal["person", "card", "marriage", "document"]

_NEW = insert(register_facts)


@dataclass(frozen=True)
class Recorded:
    """How something came into the register.

    `since` is the local day from which on it holds (`until` the day from which on it does not, where it is about the
    past alone), `at` when it is written down; `cause` a coded word (`birth`, `death`, `marriage`, `imported`,
    `correction` ...); `document` what it rests on (a certificate's number, a case, an import); `by` the account.
    """

    at: datetime
    since: date
    cause: str
    by: str
    document: str | None = None
    until: date | None = None


@dataclass(frozen=True)
class Fact:
    """One row of the history. `elements` are those that it sets; null ends an element."""

    kind: Kind
    subject: str
    elements: JsonObject
    valid_from: date
    valid_until: date | None
    recorded_at: datetime
    cause: str
    document: str | None
    recorded_by: str


def write(tx: Connection, kind: Kind, subject: str, elements: JsonObject, by: Recorded) -> None:
    """Write a fact down; it is sent with the next statement that is answered."""
    values: dict[str, SqlValue] = {
        "kind": kind,
        "subject": subject,
        "elements": elements,
        "valid_from": by.since,
        "valid_until": by.until,
        "recorded_at": by.at,
        "cause": by.cause,
        "document": by.document,
        "recorded_by": by.by,
    }
    pipelined.later(tx, _NEW, values)


def known(tx: Connection, kind: Kind, subject: str) -> bool:
    """Whether anything was ever written of the subject."""
    c = register_facts.c
    return tx.execute(select(c.id).where(c.kind == kind, c.subject == subject).limit(1)).first() is not None


def history(tx: Connection, kind: Kind, subject: str) -> list[Fact]:
    """All facts of one subject, in the order in which they were written."""
    c = register_facts.c
    columns = (
        c.kind,
        c.subject,
        c.elements,
        c.valid_from,
        c.valid_until,
        c.recorded_at,
        c.cause,
        c.document,
        c.recorded_by,
    )
    query = select(*columns).where(c.kind == kind, c.subject == subject).order_by(c.id)
    return [Fact(*row) for row in tx.execute(query)]


def state(facts: Iterable[Fact], on: date, known: datetime | None = None) -> JsonObject | None:
    """What held on a day, as it was known at a moment (None: as it is known now); None where nothing was known.

    The facts are those of one subject, in the order of `history`.
    """
    holding = [fact for fact in facts if _holds(fact, on) and (known is None or fact.recorded_at <= known)]
    if not holding:
        return None
    found: dict[str, Json] = {}
    for fact in holding:
        found.update(fact.elements)
    return {name: value for name, value in found.items() if value is not None}


def _holds(fact: Fact, on: date) -> bool:
    return fact.valid_from <= on and (fact.valid_until is None or on < fact.valid_until)


def as_of(tx: Connection, kind: Kind, subject: str, on: date, known: datetime | None = None) -> JsonObject | None:
    """`state` of what stands in the database."""
    return state(history(tx, kind, subject), on, known)
