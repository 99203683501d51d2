"""Events that could not be processed, as a list that a person can read and replay."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from mpp.json_values import Json, JsonObject
from mpp.messaging.events import inbox_rows as store
from mpp.messaging.events.inbox import Inbox


class DeadEvents:
    """The dead events of one service. An item's `id` is `<event id>:<subscription>`."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    def list(self, limit: int = 50, after: str | None = None) -> list[JsonObject]:
        """Dead letters, oldest first, without their bodies; `after` is the `cursor` of the last one seen.

        Raises ValueError for a cursor that is none.
        """
        cursor = _parse_cursor(after) if after else None
        with self._inbox.database.transaction() as tx:
            return [_item(row) for row in store.dead_rows(tx, limit, cursor)]

    def show(self, item_id: str) -> JsonObject | None:
        """One dead letter with headers and body; None when there is no such letter."""
        key = _parse_id(item_id)
        if key is None:
            return None
        with self._inbox.database.transaction() as tx:
            row = store.find(tx, *key)
        if row is None:
            return None
        body = bytes(row.body or b"").decode("utf-8", "backslashreplace")
        return {**_item(row), "status": row.status, "headers": row.headers or {}, "body": body}

    def replay(self, item_id: str) -> str | None:
        """Try a dead letter again, now; its status after that, or None when it is not dead (any more).

        If it fails it is retried as a fresh event is, and is dead again after the last attempt.
        """
        key = _parse_id(item_id)
        if key is None:
            return None
        with self._inbox.database.transaction() as tx:
            if not store.revive(tx, *key, self._inbox.clock.now()):
                return None
        self._inbox.retry_one(*key)
        with self._inbox.database.transaction() as tx:
            row = store.find(tx, *key)
        return None if row is None else str(row.status)

    def replay_some(self, reason: str | None, after: tuple[str, str], limit: int) -> Sequence[tuple[str, str]]:
        """Let the next dead letters after a key be tried again soon: keys of event and subscription, in order.

        `reason` is a text that stands in theirs. What fails again is retried as a fresh event is.
        """
        with self._inbox.database.transaction() as tx:
            return store.revive_some(tx, self._inbox.clock.now(), reason, after, limit)


def _item(row: Row[*tuple[Any, ...]]) -> JsonObject:
    item: dict[str, Json] = {
        "what": "event",
        "id": f"{row.event_id}:{row.subscription}",
        "subscription": row.subscription,
        "type": row.type,
        "subject": row.subject,
        "subjectversion": row.subject_version,
        "routing_key": row.routing_key,
        "attempts": row.attempts,
        "reason": row.reason,
        "received_at": row.received_at.isoformat(),
        "cursor": json.dumps([row.received_at.isoformat(), str(row.event_id), row.subscription]),
    }
    if "waiting" in row._fields:
        item["waiting"] = row.waiting
    return item


def _parse_id(item_id: str) -> tuple[str, str] | None:
    event_id, _, subscription = item_id.partition(":")
    try:
        return str(UUID(event_id)), subscription
    except ValueError:
        return None


def _parse_cursor(cursor: str) -> tuple[datetime, str, str]:
    try:
        at, event_id, subscription = json.loads(cursor)
        return datetime.fromisoformat(at), str(UUID(event_id)), str(subscription)
    except (TypeError, AttributeError, ValueError):
        raise ValueError("not a cursor") from None
