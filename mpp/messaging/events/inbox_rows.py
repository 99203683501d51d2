"""The inbox in the database: one row per (event, subscription), and one position per (subscription, subject).

Every function works in the caller's transaction. Locks are taken in one order: the inbox row, then the position.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, exists, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from mpp.messaging.events.event import Event
from mpp.messaging.events.subscription import Subscription
from mpp.persistence.restores import STEP
from mpp.persistence.tables import inbox, positions

Verdict = Literal["done", "ignored", "parked"]
WAITING = ("retry", "parked")
UNSETTLED = (*WAITING, "dead")
_INSERT = insert(inbox)
# A copy that nobody vouches for gives way to the true one: an earlier version took and kept those, too.
_ADD = _INSERT.on_conflict_do_update(
    index_elements=["event_id", "subscription"],
    set_={column.name: _INSERT.excluded[column.name] for column in inbox.c if not column.primary_key},
    where=text("inbox.publisher IS NULL AND inbox.status IN ('retry', 'parked', 'dead')"),
).returning(inbox.c.event_id)


@dataclass(frozen=True)
class Raw:
    """A message as it came, storable whatever it held."""

    routing_key: str
    headers: dict[str, Any]
    body: bytes
    publisher: str | None = None

    @classmethod
    def of(cls, routing_key: str, headers: Mapping[str, Any], body: bytes, publisher: str | None = None) -> Raw:
        """PostgreSQL stores no NUL and no lone surrogate: they are replaced, other values become text."""
        kept = {_text(name): _value(value) for name, value in headers.items() if str(name).startswith("ce-")}
        return cls(_text(routing_key), kept, body, None if publisher is None else _text(publisher))

    def synthetic_id(self) -> str:
        """An id for a message that has none, or whose own is not believed: the same bytes always get the same one."""
        digest = hashlib.sha256(self.routing_key.encode())
        for name, value in sorted(self.headers.items()):
            digest.update(f"\n{name}: {value}".encode())
        digest.update(b"\n\n" + self.body)
        return str(uuid.UUID(bytes=digest.digest()[:16], version=5))


def add(
    tx: Connection,
    event_id: str,
    subscription: str,
    now: datetime,
    *,
    status: str,
    event: Event | None = None,
    raw: Raw | None = None,
    attempts: int = 1,
    next_attempt_at: datetime | None = None,
    reason: str | None = None,
) -> bool:
    """Insert the row; False when there is one already (waits for a twin's open transaction to decide).

    One that waits or lies dead without a publisher is no hindrance: this takes its place.
    """
    values = {
        "event_id": event_id,
        "subscription": subscription,
        "type": event.type if event else None,
        "subject": event.subject if event else None,
        "subject_version": event.subjectversion if event else None,
        "routing_key": raw.routing_key if raw else None,
        "headers": raw.headers if raw else None,
        "body": raw.body if raw else None,
        "publisher": raw.publisher if raw else None,
        "status": status,
        "attempts": attempts,
        "next_attempt_at": next_attempt_at,
        "reason": reason,
        "received_at": now,
        "settled_at": now if status in ("done", "ignored") else None,
    }
    return tx.execute(_ADD, values).first() is not None


def add_done(tx: Connection, events: Sequence[Event], subscription: str, now: datetime) -> set[str]:
    """Insert a settled row for each event, in one statement; the ids of those that had none."""
    rows = [
        {
            "event_id": event.id,
            "subscription": subscription,
            "type": event.type,
            "subject": event.subject,
            "subject_version": event.subjectversion,
            "status": "done",
            "attempts": 1,
            "received_at": now,
            "settled_at": now,
        }
        # in the same order everywhere: two copies with the same events would wait for each other crosswise
        for event in sorted({event.id: event for event in events}.values(), key=lambda event: event.id)
    ]
    return {str(found) for found in tx.execute(_ADD, rows).scalars()}


def settle(tx: Connection, event_id: str, subscription: str, status: str, now: datetime) -> None:
    """The row is done or ignored; its bytes are no longer needed."""
    values = {"status": status, "settled_at": now, "next_attempt_at": None, "headers": None, "body": None}
    tx.execute(update(inbox).where(*_is(event_id, subscription)).values(values))


def park(tx: Connection, event_id: str, subscription: str, raw: Raw | None, attempts: int, again_at: datetime) -> None:
    """The row waits for its predecessor; with `raw` its bytes are stored as well."""
    values: dict[str, Any] = {
        "status": "parked",
        "attempts": attempts,
        "next_attempt_at": again_at,
        "settled_at": None,
        "reason": "waits for an earlier version of its subject",
    }
    if raw is not None:
        values |= {"routing_key": raw.routing_key, "headers": raw.headers, "body": raw.body}
        values |= {"publisher": raw.publisher}
    tx.execute(update(inbox).where(*_is(event_id, subscription)).values(values))


def take_turn(tx: Connection, subscription: Subscription, event: Event, may_begin: bool) -> Verdict:
    """Decide whether it is the event's turn, and if so make it the last one applied to its subject.

    Locks the position, so that two events of one subject are never judged at once. With `every` a subject without a
    position begins at this event only if `may_begin`; so it does where its producer was restored meanwhile, which goes
    on with higher versions.
    """
    if subscription.order == "any":
        return "done"
    every = subscription.order == "every"
    follows = positions.c.version == event.subjectversion - 1 if every else positions.c.version < event.subjectversion
    if every and may_begin:
        follows = or_(follows, positions.c.version // STEP < event.subjectversion // STEP)
    if every and not may_begin:
        move = update(positions).where(*_at(subscription.name, event.subject), follows)
        moved = tx.execute(move.values(version=event.subjectversion).returning(positions.c.version)).first()
    else:
        row = {"subscription": subscription.name, "subject": event.subject, "version": event.subjectversion}
        begin = (
            insert(positions)
            .values(row)
            .on_conflict_do_update(
                index_elements=["subscription", "subject"], set_={"version": event.subjectversion}, where=follows
            )
        )
        moved = tx.execute(begin.returning(positions.c.version)).first()
    if moved is not None:
        return "done"
    applied = select(positions.c.version).where(*_at(subscription.name, event.subject))
    version = tx.execute(applied).scalar_one_or_none()
    return "ignored" if version is not None and version >= event.subjectversion else "parked"


def begin_position(tx: Connection, subscription: str, subject: str, version: int) -> None:
    """Set the position of a subject that has none yet."""
    row = {"subscription": subscription, "subject": subject, "version": version}
    tx.execute(insert(positions).values(row).on_conflict_do_nothing())


def is_first_waiting(tx: Connection, subscription: str, event: Event) -> bool:
    """Whether no earlier event of the subject waits or lies dead."""
    earlier = (
        inbox.c.subscription == subscription,
        inbox.c.subject == event.subject,
        inbox.c.subject_version < event.subjectversion,
        inbox.c.status.in_(UNSETTLED),
    )
    return not tx.execute(select(exists().where(*earlier))).scalar_one()


def release(tx: Connection, now: datetime, subscription: Subscription | None = None, subject: str = "") -> None:
    """Make parked events due whose predecessor has been applied (of all subjects, or of one)."""
    where = [
        inbox.c.status == "parked",
        inbox.c.next_attempt_at > now,
        positions.c.subscription == inbox.c.subscription,
        positions.c.subject == inbox.c.subject,
        positions.c.version >= inbox.c.subject_version - 1,
    ]
    if subscription is not None:
        where += [inbox.c.subscription == subscription.name, inbox.c.subject == subject]
    tx.execute(update(inbox).where(*where).values(next_attempt_at=now))


def next_due(tx: Connection, now: datetime) -> Row[*tuple[Any, ...]] | None:
    """A row that is due, locked; rows that another copy has locked are passed over."""
    statement = (
        select(inbox)
        .where(inbox.c.status.in_(WAITING), inbox.c.next_attempt_at <= now)
        .order_by(inbox.c.next_attempt_at, inbox.c.subject_version)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return tx.execute(statement).first()


def relock(tx: Connection, event_id: str, subscription: str, attempts: int) -> bool:
    """Lock a claimed row again; False when it is no longer as we claimed it.

    It waits: another copy that looks for what is due may have locked the row in passing, for the length of its claim.
    """
    statement = select(inbox.c.event_id).where(*_is(event_id, subscription), *_claimed(attempts))
    return tx.execute(statement.with_for_update()).first() is not None


def change(tx: Connection, event_id: str, subscription: str, attempts: int, values: Mapping[str, Any]) -> bool:
    """Change a row that is still as we claimed it; whether it was."""
    statement = update(inbox).where(*_is(event_id, subscription), *_claimed(attempts)).values(dict(values))
    return tx.execute(statement.returning(inbox.c.event_id)).first() is not None


def dead_rows(tx: Connection, limit: int, after: tuple[datetime, str, str] | None) -> list[Row[*tuple[Any, ...]]]:
    """Dead rows, oldest first, without their bytes; `waiting` counts the parked events of the same subject."""
    other = inbox.alias()
    waiting = (
        select(func.count())
        .where(
            other.c.subscription == inbox.c.subscription,
            other.c.subject == inbox.c.subject,
            other.c.status == "parked",
        )
        .scalar_subquery()
    )
    columns = [c for c in inbox.c if c.name not in ("headers", "body")]
    key = (inbox.c.received_at, inbox.c.event_id, inbox.c.subscription)
    statement = select(*columns, waiting.label("waiting")).where(inbox.c.status == "dead")
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*after))
    return list(tx.execute(statement.order_by(*key).limit(limit)).all())


def find(tx: Connection, event_id: str, subscription: str) -> Row[*tuple[Any, ...]] | None:
    """The row, bytes included."""
    return tx.execute(select(inbox).where(*_is(event_id, subscription))).first()


def revive(tx: Connection, event_id: str, subscription: str, now: datetime) -> bool:
    """A dead row is due again, as if it had never been tried; False if it is not dead."""
    statement = (
        update(inbox)
        .where(*_is(event_id, subscription), inbox.c.status == "dead")
        .values(status="retry", attempts=0, next_attempt_at=now)
    )
    return tx.execute(statement.returning(inbox.c.event_id)).first() is not None


def revive_some(
    tx: Connection, now: datetime, reason: str | None, after: tuple[str, str], limit: int
) -> list[tuple[str, str]]:
    """The same for the next so many dead rows after a key, with this text in their reason; their keys, in order."""
    key = (inbox.c.event_id, inbox.c.subscription)
    found = select(*key).where(inbox.c.status == "dead", tuple_(*key) > tuple_(*after))
    if reason is not None:
        found = found.where(inbox.c.reason.contains(reason, autoescape=True))
    some = found.order_by(*key).limit(limit).with_for_update(skip_locked=True).subquery()
    again = update(inbox).where(inbox.c.event_id == some.c.event_id, inbox.c.subscription == some.c.subscription)
    again = again.values(status="retry", attempts=0, next_attempt_at=now)
    return sorted((str(row.event_id), row.subscription) for row in tx.execute(again.returning(*key)))


def has_dead(tx: Connection, reason: str) -> bool:
    """Whether anything is dead for this reason."""
    return tx.execute(select(exists().where(inbox.c.status == "dead", inbox.c.reason == reason))).scalar_one()


def settle_dead(tx: Connection, ids: Sequence[str], subscription: str, reason: str, now: datetime) -> None:
    """These that are dead for this reason are no longer needed."""
    values = {"status": "ignored", "settled_at": now, "headers": None, "body": None}
    which = (inbox.c.event_id.in_(ids), inbox.c.subscription == subscription, inbox.c.status == "dead")
    tx.execute(update(inbox).where(*which, inbox.c.reason == reason).values(values))


def _is(event_id: str, subscription: str) -> tuple[Any, Any]:
    return inbox.c.event_id == event_id, inbox.c.subscription == subscription


def _at(subscription: str, subject: str) -> tuple[Any, Any]:
    return positions.c.subscription == subscription, positions.c.subject == subject


def _claimed(attempts: int) -> tuple[Any, Any]:
    return inbox.c.status.in_(WAITING), inbox.c.attempts == attempts


def _text(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "\ufffd")


def _value(value: object) -> str | int:
    return value if isinstance(value, int) and not isinstance(value, bool) else _text(value)
