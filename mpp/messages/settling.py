"""What becomes of a message: it has arrived, or is known not to have, and whatever depends on that hears of it once.

Every function works in a transaction that holds the lock of the case (`rows.locked`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from mpp.jobs.queue import enqueue
from mpp.messages import rows
from mpp.messages.post import COUNTER, SEND, TRIES, Addressee, Contact, Post, Try
from mpp.messages.rows import Message
from mpp.messages.table import CALL_LIST, DELIVERED, WAITING, WITHHELD
from mpp.persistence.values import SqlValue


def deliver(post: Post, tx: Connection, message: Message, now: datetime, provider_id: str | None = None) -> None:
    """It has arrived."""
    known = {} if provider_id is None else {"provider_id": provider_id}
    rows.change(tx, message.id, state=DELIVERED, delivered_at=now, reason=None, **known)
    _settle(post, tx, message, now, delivered_at=now)


def withhold(post: Post, tx: Connection, message: Message, reason: str, now: datetime) -> None:
    """Nobody is told, for a reason with this code."""
    rows.change(tx, message.id, state=WITHHELD, reason=reason)
    _settle(post, tx, message, now)


def put_on_call_list(post: Post, tx: Connection, message: Message, reason: str, now: datetime) -> None:
    """The counter calls. Of a case the newest message alone stands on the list: it says where the case is now."""
    others = [each for each in rows.of_case(tx, message.case_id) if each.state == CALL_LIST and each.id != message.id]
    newer = next((each for each in others if each.id > message.id), None)
    if newer is not None:
        rows.merge(tx, message, newer.id, "newer")
    else:
        rows.change(tx, message.id, state=CALL_LIST, reason=reason)
        for older in others:
            rows.merge(tx, older, message.id, "newer")
    rows.change(tx, message.id, on_call_list_at=message.on_call_list_at or now)
    _settle(post, tx, message, now, on_call_list_at=now)


def try_again(tx: Connection, message: Message, attempt: int, due_at: datetime, now: datetime) -> None:
    """Another try, the next after `attempt`."""
    rows.change(tx, message.id, state=WAITING, due_at=due_at)
    following = Try(message.id, attempt + 1)
    key = f"{following.key}.{due_at:%Y%m%dT%H%M%S}"  # a message without a channel was not tried, and comes by again
    enqueue(tx, SEND, key, following, now, lane=message.channel or COUNTER, due_at=due_at)


def not_by(
    post: Post, tx: Connection, message: Message, addressee: Addressee | None, reason: str, now: datetime
) -> None:
    """Its channel does not reach this person: another one that they have is tried, or the counter calls."""
    refused = [*message.refused, *([message.channel] if message.channel else [])]
    rows.change(tx, message.id, refused=refused, reason=reason, unsure=False)
    left = None if addressee is None else choose(addressee, [n for n in post.order if n not in refused])
    if left is None or message.attempts % TRIES == 0:
        put_on_call_list(post, tx, message, reason, now)
    else:
        try_again(tx, message, message.attempts, post.not_before(now), now)


def choose(addressee: Addressee, order: list[str]) -> tuple[Contact, str, str] | None:
    """Who is told, by which channel, and where it reaches them."""
    for contact in addressee.contacts:
        for channel in order:
            to = contact.address(channel)
            if to is not None:
                return contact, channel, to
    return None


def _settle(
    post: Post,
    tx: Connection,
    message: Message,
    now: datetime,
    *,
    delivered_at: datetime | None = None,
    on_call_list_at: datetime | None = None,
) -> None:
    """The moments of the message, and of those in whose place it tells."""
    for each in [message, *rows.told_by(tx, message.id)]:
        values: dict[str, SqlValue] = {}
        if each is not message:
            values |= {"delivered_at": each.delivered_at or delivered_at}
            values |= {"on_call_list_at": each.on_call_list_at or on_call_list_at}
        if each.settled_at is None:
            values |= {"settled_at": now}
        if values:
            rows.change(tx, each.id, **values)
        if each.settled_at is None:
            post.settled(tx, each, now)
