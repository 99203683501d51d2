"""Many persons and cards at once, from the rows of an import (`services.civil_registry.importing`).

It is the other way into the register: statements over a batch instead of an operation for each person. What an
operation leaves it leaves, too: the row, the fact with what has changed, and the version that others are told. Whoever
calls it holds the locks and has judged the rows (`importing.judging`): those that are not held are taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from services.civil_registry.importing.judging import (
    BATCH,
    CARD_DIFFERS,
    KNOWN,
    PERSON_DIFFERS,
    Batch,
)
from services.civil_registry.importing.tables import CHANGING, OF_CARD
from services.civil_registry.register.people import ELEMENTS

SOURCE = "siak"
CAUSE, BY = "imported", "system"


@dataclass(frozen=True)
class Taken:
    """What a batch has done: how many persons are new and changed, and whom the others must be told of."""

    added: int
    changed: int
    told: list[tuple[str, int, str | None, date | None]]  # pseudonym, version, region, day of death


def _made(statement: str) -> str:
    for name, part in _PARTS.items():
        statement = statement.replace(name, part)
    return statement


def _pairs(names: tuple[str, ...], value: str) -> str:
    return ", ".join(f"'{name}', {value.format(name)}" for name in names)


_AT = "(r.as_of::timestamp AT TIME ZONE :zone)"
_TAKEN = "r.held IS NULL AND r.nik IS NOT NULL"
_FACT = "INSERT INTO register_facts (kind, subject, elements, valid_from, recorded_at, cause, document, recorded_by)"
_WRITTEN = f":now, '{CAUSE}', :document, '{BY}'"
_FAMILIES = (
    "(SELECT r.key, r.card, min(r.region) AS region, min(r.address) AS address, min(r.rt) AS rt, min(r.rw) AS rw,"
    " max(r.as_of) AS as_of FROM resident_import_rows r WHERE <BATCH> AND <TAKEN> AND r.status = 'alive'"
    " GROUP BY r.key, r.card)"
)
_NEWER = "(x.known_at AT TIME ZONE :zone)::date < r.as_of"
# Whose relation was taken away a moment ago, and whose file says no other: the dead keep theirs.
_WAS_HEAD = ", CASE WHEN y.status = 'alive' THEN 'head' END"
_PARTS = {
    "<FAMILIES>": _FAMILIES,
    "<BATCH>": BATCH,
    "<TAKEN>": _TAKEN,
    "<KNOWN>": KNOWN,
    "<AT>": _AT,
    "<FACT>": _FACT,
    "<WRITTEN>": _WRITTEN,
    "<NEWER>": _NEWER,
    "<PERSON_DIFFERS>": PERSON_DIFFERS,
    "<CARD_DIFFERS>": CARD_DIFFERS,
    "<OF_CARD>": _pairs(OF_CARD, "{}"),
    "<CARD_CHANGES>": _pairs(OF_CARD, "CASE WHEN coalesce(r.{0}, n.{0}) IS DISTINCT FROM n.{0} THEN r.{0} END"),
    "<ELEMENTS>": _pairs(tuple(name for name in ELEMENTS if name != "merged_into"), "{}"),
    "<CHANGES>": _pairs(CHANGING, "CASE WHEN coalesce(r.{0}, x.{0}) IS DISTINCT FROM x.{0} THEN r.{0} END"),
    "<SET>": ", ".join(
        f"{name} = coalesce(r.{name}, y.{name}{_WAS_HEAD if name == 'relation' else ''})" for name in CHANGING
    ),
}

_NEW_CARDS = _made(
    """
    WITH added AS (
        INSERT INTO family_cards (id, number, region, address, rt, rw, status, source, demo, version, known_at)
        SELECT gen_random_uuid(), r.key, r.region, r.address, r.rt, r.rw, 'active', :source, :demo, 1, <AT>
        FROM <FAMILIES> AS r WHERE NOT EXISTS (SELECT FROM family_cards n WHERE n.number = r.card) ORDER BY r.key
        RETURNING id, number, region, address, rt, rw, status, (known_at AT TIME ZONE :zone)::date AS since)
    <FACT> SELECT 'card', id::text,
        jsonb_strip_nulls(jsonb_build_object('number', number, 'status', status, <OF_CARD>)), since, <WRITTEN>
    FROM added ORDER BY number
    """
)
_CARD_FACTS = _made(
    """
    <FACT> SELECT 'card', n.id::text, jsonb_strip_nulls(jsonb_build_object(
        'status', CASE WHEN n.status <> 'active' THEN 'active' END, <CARD_CHANGES>)), r.as_of, <WRITTEN>
    FROM <FAMILIES> AS r JOIN family_cards n ON n.number = r.card
    WHERE (n.known_at AT TIME ZONE :zone)::date < r.as_of AND <CARD_DIFFERS> ORDER BY n.id
    """
)
_CARDS = _made(
    """
    UPDATE family_cards n SET region = r.region, address = coalesce(r.address, n.address), rt = coalesce(r.rt, n.rt),
        rw = coalesce(r.rw, n.rw), status = 'active', source = :source, known_at = <AT>
    FROM <FAMILIES> AS r WHERE n.number = r.card AND (n.known_at AT TIME ZONE :zone)::date < r.as_of
    """
)
_LEFT = _made(
    """
    SELECT DISTINCT o.id FROM <KNOWN> WHERE <BATCH> AND <TAKEN> AND o.status = 'active'
    AND (r.status <> 'alive' OR o.number IS DISTINCT FROM r.card)
    """
)
_FACTS = _made(
    """
    <FACT> SELECT 'person', r.nik, jsonb_strip_nulls(jsonb_build_object('family_card',
        CASE WHEN r.status = 'alive' AND x.family_card IS DISTINCT FROM n.id THEN n.id END, <CHANGES>)),
        r.as_of, <WRITTEN>
    FROM <KNOWN> WHERE <BATCH> AND <TAKEN> AND <NEWER> AND <PERSON_DIFFERS> ORDER BY r.nik
    """
)
# A card has one head at any moment: who will be none any more goes first.
_FORMER_HEADS = _made(
    """
    UPDATE residents y SET relation = NULL FROM <KNOWN> WHERE <BATCH> AND <TAKEN> AND <NEWER> AND y.nik = r.nik
    AND x.relation = 'head' AND x.status = 'alive'
    AND (r.relation <> 'head' OR r.status <> 'alive' OR o.number IS DISTINCT FROM r.card)
    """
)
_CHANGED = _made(
    """
    UPDATE residents y SET <SET>, family_card = CASE WHEN r.status = 'alive' THEN r.card_id ELSE y.family_card END,
        version = y.version + CASE WHEN r.tells THEN 1 ELSE 0 END, source = :source, known_at = <AT>
    FROM (
        SELECT r.*, n.id AS card_id, <PERSON_DIFFERS> AS differs, x.status <> r.status
            OR x.died_on IS DISTINCT FROM r.died_on OR o.region IS DISTINCT FROM r.region AS tells
        FROM <KNOWN> WHERE <BATCH> AND <TAKEN> AND <NEWER>
    ) AS r WHERE y.nik = r.nik RETURNING y.person, y.version, r.region, y.died_on, r.tells, r.differs
    """
)
_ADDED = _made(
    """
    WITH added AS (
        INSERT INTO residents (nik, person, name, sex, birth_date, birth_place, family_card, relation, status, died_on,
            marital_status, citizenship, religion, education, occupation, blood_type, mother_nik, mother_name,
            father_nik, father_name, source, demo, version, known_at)
        SELECT r.nik, r.person, r.name, r.sex, r.birth_date, r.birth_place, n.id, r.relation, r.status, r.died_on,
            r.marital_status, r.citizenship, r.religion, r.education, r.occupation, r.blood_type, r.mother_nik,
            r.mother_name, r.father_nik, r.father_name, :source, :demo, 1, <AT>
        FROM <KNOWN> WHERE <BATCH> AND <TAKEN> AND x.nik IS NULL ORDER BY r.nik RETURNING *
    ), written AS (
        <FACT> SELECT 'person', nik, jsonb_strip_nulls(jsonb_build_object(<ELEMENTS>)),
            (known_at AT TIME ZONE :zone)::date, <WRITTEN> FROM added ORDER BY nik
    )
    SELECT a.person, a.version, r.region, a.died_on FROM added a JOIN resident_import_rows r ON r.nik = a.nik
    """
)
_CLOSED = _made(
    """
    WITH closed AS (
        UPDATE family_cards n SET status = 'closed' WHERE n.id = ANY (CAST(:left AS uuid[])) AND n.status = 'active'
        AND NOT EXISTS (SELECT FROM residents y WHERE y.family_card = n.id AND y.status = 'alive') RETURNING n.id
    )
    <FACT> SELECT 'card', id::text, jsonb_build_object('status', 'closed'), :today, <WRITTEN> FROM closed ORDER BY id
    """
)


def take(tx: Connection, batch: Batch, now: datetime, today: date, document: str) -> Taken:
    """The rows of the batch that are not held are in the register, with their facts."""
    values: dict[str, Any] = {**batch.values(), "now": now, "document": document, "source": SOURCE}
    left = list(tx.execute(text(_LEFT), values).scalars())
    for statement in (_NEW_CARDS, _CARD_FACTS, _CARDS, _FACTS, _FORMER_HEADS):
        tx.execute(text(statement), values)
    changed = tx.execute(text(_CHANGED), values).all()
    added = tx.execute(text(_ADDED), values).all()
    if left:
        tx.execute(text(_CLOSED), {**values, "left": left, "today": today})
    told = [tuple(row) for row in added]
    told += [tuple(row)[:4] for row in changed if row.tells]
    return Taken(len(added), sum(row.differs for row in changed), told)
