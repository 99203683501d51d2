"""The satisfaction survey in the database: its questions, its one-time addresses, and the answers.

What was answered shall not be traced to the case (ADR 0024). So an address names no case and an answer no address; an
answer has a month and no day; and neither the place of a row in its table nor the transaction that PostgreSQL notes
with it tells one answer of a service, an office and a month from another: `put` takes them out and puts all of them
back, in an order that is drawn by lot, with the new one among them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    case,
    cast,
    column,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as upsert

from mpp.cases.storage.satisfaction_tables import questionnaires, satisfaction_addresses, satisfaction_answers
from mpp.casework.rules.questionnaire import MOST_DAYS, Questionnaire
from mpp.json_values import JsonObject
from mpp.persistence import pipelined
from mpp.persistence.values import AnyRow

_KEPT = timedelta(days=MOST_DAYS)  # after its last day an address is still known to have been one
_MIXED = 200  # rows that one answer is mixed with at most: some milliseconds of a processor
_LOT = random.SystemRandom()
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")

_NEW = upsert(satisfaction_addresses).values(
    hash=bindparam("hash_"),
    service=bindparam("of_service"),
    office=bindparam("of_office"),
    free=bindparam("is_free"),
    ends_on=bindparam("last_day"),
)
# a case that was opened again and has ended anew: it may be answered until later, unless it was
_BEGIN = _NEW.on_conflict_do_update(
    index_elements=[satisfaction_addresses.c.hash],
    set_={
        "ends_on": case(
            (satisfaction_addresses.c.answered, satisfaction_addresses.c.ends_on), else_=bindparam("last_day")
        )
    },
)


@dataclass(frozen=True)
class Address:
    """A one-time address, without its code; `ends_on` is its last day. `free`: nothing was to be paid."""

    hash: str
    service: str
    office: str
    free: bool
    ends_on: date
    answered: bool = False


@dataclass(frozen=True)
class Answer:
    """What was answered: values by element code, under which version of the questions, and where from."""

    month: date
    service: str
    office: str
    channel: str
    questionnaire: str
    free: bool
    answers: Mapping[str, int]


def remember(tx: Connection, questionnaire: Questionnaire, now: datetime) -> None:
    """Keep the questions that are asked from now on, where they are new."""
    questions = [question.to_json() for question in questionnaire.questions]
    row = {"version": questionnaire.version, "questions": questions, "first_met_at": now}
    tx.execute(upsert(questionnaires).values(row).on_conflict_do_nothing())


def was_asked(tx: Connection, version: str) -> bool:
    """Whether these are questions that the service has asked."""
    return tx.execute(select(questionnaires.c.version).where(questionnaires.c.version == version)).first() is not None


def begin(tx: Connection, address: Address) -> None:
    """Queue a new address. One that is there already holds until the later day, unless it was answered."""
    pipelined.later(
        tx,
        _BEGIN,
        {
            "hash_": address.hash,
            "of_service": address.service,
            "of_office": address.office,
            "is_free": address.free,
            "last_day": address.ends_on,
        },
    )


def find(tx: Connection, hash_: str, *, lock: bool = False) -> Address | None:
    """The address of this hash; with `lock` nobody else answers by it until the transaction ends."""
    query = select(satisfaction_addresses).where(satisfaction_addresses.c.hash == hash_)
    row = tx.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _address(row)


def spend(tx: Connection, hash_: str) -> None:
    """Nobody answers by this address again. The caller has locked it."""
    tx.execute(update(satisfaction_addresses).where(satisfaction_addresses.c.hash == hash_).values(answered=True))


def put(tx: Connection, answer: Answer) -> None:
    """Keep an answer among those of the same service, office and month, so that nothing tells which one it is."""
    key = f"satisfaction:{answer.month}:{answer.service}:{answer.office}"
    tx.execute(_LOCK, {"key": key})  # one that is put in meanwhile would be mixed with nothing
    table = satisfaction_answers.c
    alike = (table.month == answer.month, table.service == answer.service, table.office == answer.office)
    place: ColumnElement[str] = column("ctid")  # where the row is now: they have no key
    some = select(place).select_from(satisfaction_answers).where(*alike).order_by(func.random()).limit(_MIXED)
    taken = tx.execute(delete(satisfaction_answers).where(place.in_(some)).returning(*satisfaction_answers.c)).all()
    rows = [dict(row._mapping) for row in taken]
    rows.append({**answer.__dict__, "answers": dict(answer.answers)})
    _LOT.shuffle(rows)
    tx.execute(insert(satisfaction_answers), rows)


def counts(tx: Connection, month: date) -> list[JsonObject]:
    """How often each value was answered in a month: a line for each service, office, version, channel, element and
    value, in that order. `preset`: by definition, since the service is free, and not by the citizen."""
    table = satisfaction_answers.c
    said = (
        func.jsonb_each(table.answers)
        .table_valued("key", column("value", JSONB), joins_implicitly=True)
        .render_derived()
    )
    value = cast(said.c.value, Integer)
    preset = table.free & (said.c.key == "fee")
    line = (table.service, table.office, table.questionnaire, table.channel, said.c.key, value, preset)
    query = select(
        table.service,
        table.office,
        table.questionnaire,
        table.channel,
        said.c.key.label("element"),
        value.label("value"),
        preset.label("preset"),
        func.count().label("count"),
    )
    rows = tx.execute(query.where(table.month == month).group_by(*line).order_by(*line))
    return [dict(row._mapping) for row in rows]


def prune(tx: Connection, today: date, batch: int) -> int:
    """Remove addresses that ended long ago: those that a region could still make hold again are kept. How many went."""
    old = select(satisfaction_addresses.c.hash).where(satisfaction_addresses.c.ends_on < today - _KEPT).limit(batch)
    some = old.with_for_update(skip_locked=True).scalar_subquery()
    return tx.execute(delete(satisfaction_addresses).where(satisfaction_addresses.c.hash.in_(some))).rowcount


def _address(row: AnyRow) -> Address:
    return Address(row.hash, row.service, row.office, row.free, row.ends_on, row.answered)
