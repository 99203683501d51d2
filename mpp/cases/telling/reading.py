"""What became of a case's messages, for who sees the case; and what an operator does about those that wait."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from mpp.casework.rules.moments import MOMENTS
from mpp.json_values import JsonObject, iso
from mpp.messages import rows, settling
from mpp.messages.post import NO_CHANNEL, NO_REPORT, Post
from mpp.messages.rows import Message
from mpp.messages.table import CALL_LIST

# Why a message that is on the call list may be tried again: its provider was the reason, or there was none.
RETRIED = (
    NO_CHANNEL, NO_REPORT, "provider_address", "provider_answer", "provider_away", "provider_busy",
    "provider_credentials", "provider_failed", "provider_silent",
)  # fmt: skip
PAGE = 200


def of_case(tx: Connection, post: Post, case_id: str) -> list[JsonObject]:
    """The messages of a case, oldest first: of what, by which way, and whether they have arrived. Nothing personal."""
    return [_body(post, each) for each in rows.of_case(tx, case_id)]


def in_state(tx: Connection, post: Post, state: str, after: str | None) -> list[JsonObject]:
    """A page of the messages in this state, of all cases; it goes on after the last id."""
    return [{**_body(post, each), "case": each.case_id} for each in rows.open_ones(tx, [state], after, PAGE)]


def retry(tx: Connection, post: Post, after: str | None, now: datetime) -> tuple[int, str | None]:
    """Let a page of what is on the call list because of its provider be tried again; how many, and where to go on.

    It stays known since when each could not be told. What nobody knows to have been sent is asked about first.
    """
    found = rows.open_ones(tx, [CALL_LIST], after, PAGE)
    tried = 0
    for each in found:
        message = rows.locked(tx, each.id)
        if message is not None and message.state == CALL_LIST and message.reason in RETRIED:
            due = post.not_before(now)
            settling.try_again(tx, message, message.attempts, due, now)
            tried += 1
    return tried, found[-1].id if len(found) == PAGE else None


def _body(post: Post, message: Message) -> JsonObject:
    return {
        "id": f"{post.letter}{message.id}",
        "moment": message.moment,
        "moment_label": dict(MOMENTS[message.moment]),
        "state": message.state,
        "reason": message.reason,
        "channel": message.channel,
        "language": message.language,
        "attempts": message.attempts,
        "maybe_twice": message.maybe_twice,
        "created_at": iso(message.created_at),
        "due_at": iso(message.due_at),
        "sent_at": iso(message.sent_at),
        "delivered_at": iso(message.delivered_at),
        "on_call_list_at": iso(message.on_call_list_at),
        "settled_at": iso(message.settled_at),
    }
