"""Messages in the database. Every function works in the caller's transaction.

Whoever changes a message holds the lock of its case (`locked`), so that no two change messages of one case at once. The
case's own row comes first, as everywhere: a command holds it, and then may need this lock. Who changes messages only
keeps the row from going away; the database would do that anyway for a row that is changed twice, after the lock, and
then one would wait for the other in a circle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from mpp.json_values import JsonObject
from mpp.messages.filling import Facts
from mpp.messages.table import CALL_LIST, MERGED, SENDING, SENT, WAITING, contact_preferences, messages
from mpp.persistence import pipelined
from mpp.persistence.values import AnyRow, SqlValue, SqlValues

_NEW = insert(messages)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('messages ' || :of_case, 0))")
_CASE = text("SELECT FROM cases WHERE id = CAST(:of_case AS uuid) FOR KEY SHARE")
# of a case the newest alone stands on the list; those in whose place the others told are told by it as well
_NEWER = text(
    """
    UPDATE messages SET state = 'merged', merged_into = :newer,
        reason = CASE WHEN state = 'call_list' THEN 'newer' ELSE reason END
    WHERE case_id = :of_case AND id <> :newer AND (
        state = 'call_list'
        OR merged_into IN (SELECT id FROM messages WHERE case_id = :of_case AND state = 'call_list' AND id <> :newer)
    )
    """
)
_ONE = select(messages).where(messages.c.id == bindparam("of_id"))
_OF_CASE = select(messages).where(messages.c.case_id == bindparam("of_case")).order_by(messages.c.id)


@dataclass(frozen=True)
class Message:
    """One message as it is kept; what its fields mean is said at the table."""

    id: str
    case_id: str
    case_version: int
    moment: str
    facts: Facts
    office: str
    state: str
    attempts: int
    unsure: bool
    maybe_twice: bool
    refused: Sequence[str]
    recipient: str | None
    channel: str | None
    language: str | None
    reason: str | None
    provider_id: str | None
    merged_into: str | None
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    delivered_at: datetime | None
    on_call_list_at: datetime | None
    settled_at: datetime | None
    ticked_at: datetime | None
    ticked_by: str | None


def tell(
    tx: Connection, id_: str, case_id: str, case_version: int, moment: str, facts: Facts, office: str, at: datetime,
    due_at: datetime,
) -> None:  # fmt: skip
    """Queue a new message, which waits until it is due."""
    values = _new(id_, case_id, case_version, moment, facts, office, at)
    pipelined.later(tx, _NEW, {**values, "state": WAITING, "due_at": due_at})


def tell_at_the_counter(
    tx: Connection, id_: str, case_id: str, case_version: int, moment: str, facts: Facts, office: str, at: datetime,
    reason: str,
) -> None:  # fmt: skip
    """Queue a new message that stands on the call list at once, in the place of the older ones of its case. The caller
    holds the case's row, for which everybody waits who changes these."""
    values = _new(id_, case_id, case_version, moment, facts, office, at)
    listed: SqlValues = {"state": CALL_LIST, "reason": reason, "due_at": at, "on_call_list_at": at, "settled_at": at}
    pipelined.later(tx, _NEW, {**values, **listed})
    pipelined.later(tx, _NEWER, {"of_case": case_id, "newer": id_})


def _new(id_: str, case_id: str, case_version: int, moment: str, facts: Facts, office: str, at: datetime) -> SqlValues:
    return {
        "id": id_,
        "case_id": case_id,
        "case_version": case_version,
        "moment": moment,
        "facts": facts.to_json(),
        "office": office,
        "created_at": at,
    }


def find(tx: Connection, id_: str) -> Message | None:
    """The message of this id."""
    row = tx.execute(_ONE, {"of_id": id_}).first()
    return None if row is None else _message(row)


def lock(tx: Connection, case_id: str) -> None:
    """Nobody else changes messages of this case until the transaction ends. The caller holds the case's row."""
    pipelined.later(tx, _LOCK, {"of_case": case_id})


def locked(tx: Connection, id_: str) -> Message | None:
    """The message of this id, with the lock of its case."""
    found = find(tx, id_)
    if found is None:
        return None
    pipelined.later(tx, _CASE, {"of_case": found.case_id})
    lock(tx, found.case_id)
    return find(tx, id_)


def of_case(tx: Connection, case_id: str) -> list[Message]:
    """Those of a case, the oldest first."""
    return [_message(row) for row in tx.execute(_OF_CASE, {"of_case": case_id})]


def told_by(tx: Connection, id_: str) -> list[Message]:
    """The messages in whose place this one tells, the oldest first."""
    query = select(messages).where(messages.c.merged_into == id_).order_by(messages.c.id)
    return [_message(row) for row in tx.execute(query)]


def change(tx: Connection, id_: str, **values: SqlValue) -> None:
    """Change a message whose row the caller holds."""
    tx.execute(update(messages).where(messages.c.id == id_).values(**values))


def merge(tx: Connection, message: Message, into: str, reason: str) -> None:
    """Another message tells in the place of this one, and of those in whose place this one told."""
    change(tx, message.id, state=MERGED, merged_into=into, reason=reason)
    tx.execute(update(messages).where(messages.c.merged_into == message.id).values(merged_into=into))


def doubt(tx: Connection) -> None:
    """The database was brought back from a backup: what it says is not sent yet may have been sent since. It is asked
    about, where the provider can tell, before it is sent."""
    tx.execute(update(messages).where(messages.c.state.in_((WAITING, SENDING))).values(unsure=True))


def call_list(
    tx: Connection, offices: Sequence[str] | None, after: tuple[datetime, str] | None, limit: int
) -> list[Message]:
    """What stands on the call list of these offices (None: of all), the oldest first."""
    query = select(messages).where(messages.c.state == CALL_LIST)
    if offices is not None:
        query = query.where(messages.c.office.in_(offices))
    if after is not None:
        since, id_ = after
        query = query.where(
            (messages.c.on_call_list_at > since) | ((messages.c.on_call_list_at == since) & (messages.c.id > id_))
        )
    found = tx.execute(query.order_by(messages.c.on_call_list_at, messages.c.id).limit(limit))
    return [_message(row) for row in found]


def open_ones(tx: Connection, states: Sequence[str], after: str | None, limit: int) -> list[Message]:
    """What is in these states, by id."""
    query = select(messages).where(messages.c.state.in_(states))
    if after is not None:
        query = query.where(messages.c.id > after)
    return [_message(row) for row in tx.execute(query.order_by(messages.c.id).limit(limit))]


def count(tx: Connection) -> dict[str, int]:
    """How many are under way or on the call list."""
    found = {}
    for state in (WAITING, SENDING, SENT, CALL_LIST):  # each by an index; what is settled is not looked at
        found[state] = tx.execute(select(func.count()).where(messages.c.state == state)).scalar_one()
    return found


@dataclass(frozen=True)
class Preference:
    """What somebody has said about being told."""

    do_not_contact: bool = False
    language: str | None = None


def preference(tx: Connection, holder: str) -> Preference:
    """What the person, or whoever has the case, has said; nothing where nobody has said anything."""
    table = contact_preferences
    row = tx.execute(select(table.c.do_not_contact, table.c.language).where(table.c.holder == holder)).first()
    return Preference() if row is None else Preference(row.do_not_contact, row.language)


def prefer(tx: Connection, holder: str, said: Preference, by: str, at: datetime) -> None:
    """Keep it, in the place of what was said before."""
    values = {"do_not_contact": said.do_not_contact, "language": said.language, "changed_at": at, "changed_by": by}
    statement = upsert(contact_preferences).values(holder=holder, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["holder"], set_=values))


def _message(row: AnyRow) -> Message:
    facts: JsonObject = row.facts
    merged_into = None if row.merged_into is None else str(row.merged_into)
    return Message(
        str(row.id), str(row.case_id), row.case_version, row.moment, Facts.from_json(facts), row.office, row.state,
        row.attempts, row.unsure, row.maybe_twice, tuple(row.refused), row.recipient, row.channel, row.language,
        row.reason, row.provider_id, merged_into, row.created_at, row.due_at, row.sent_at, row.delivered_at,
        row.on_call_list_at, row.settled_at, row.ticked_at, row.ticked_by,
    )  # fmt: skip
