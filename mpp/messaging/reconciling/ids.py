"""The ids behind a digest that differs, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select

from mpp.json_values import Json, JsonObject, mapping, optional_text, text, texts
from mpp.messaging.calls.common import body_of, given
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.tables import inbox, outbox

PAGE = 2000


@dataclass(frozen=True)
class Wanted:
    """Which ids: of events of one type within a span, in the outbox (`subscription` None) or heard by a subscription.

    `after`: the last id of the page before.
    """

    span: Span
    type: str
    subscription: str | None = None
    after: str | None = None

    def to_json(self) -> JsonObject:
        asked = given(type=self.type, subscription=self.subscription, after=self.after)
        return {"body": {**self.span.to_json(), **asked}}

    @classmethod
    def from_json(cls, request: JsonObject) -> Wanted:
        body = body_of(request)
        subscription, after = optional_text(body, "subscription"), optional_text(body, "after")
        return cls(Span.from_json(body), text(body, "type"), subscription, after)


@dataclass(frozen=True)
class Ids:
    """A page of them, in order. Of an outbox `waiting` are those that were not published yet, or are sent again."""

    ids: Sequence[str]
    waiting: Sequence[str] = ()
    more: bool = False

    def to_json(self) -> JsonObject:
        found: dict[str, Json] = {"ids": list(self.ids), "waiting": list(self.waiting), "more": self.more}
        return {"status": 200, "body": found}

    @classmethod
    def from_json(cls, found: JsonObject) -> Ids:
        body = mapping(found, "body")
        return cls(texts(body, "ids"), texts(body, "waiting"), bool(body.get("more")))


def told_ids(tx: Connection, wanted: Wanted, limit: int = PAGE) -> Ids:
    """A page of the outbox."""
    waiting = outbox.c.published_at.is_(None).label("waiting")
    found = select(outbox.c.event_id, waiting).where(*_which(wanted, outbox.c.event_id, outbox.c.type))
    rows = tx.execute(found.order_by(outbox.c.event_id).limit(limit)).all()
    ids = [str(row.event_id) for row in rows]
    return Ids(ids, [str(row.event_id) for row in rows if row.waiting], len(ids) == limit)


def heard_ids(tx: Connection, wanted: Wanted, limit: int = PAGE) -> Ids:
    """A page of the inbox."""
    mine = inbox.c.subscription == wanted.subscription
    found = select(inbox.c.event_id).where(mine, *_which(wanted, inbox.c.event_id, inbox.c.type))
    ids = [str(id_) for id_ in tx.execute(found.order_by(inbox.c.event_id).limit(limit)).scalars()]
    return Ids(ids, (), len(ids) == limit)


def _which(
    wanted: Wanted, event_id: ColumnElement[str], kind: ColumnElement[str | None]
) -> tuple[ColumnElement[bool], ...]:
    conditions = (*wanted.span.covers(event_id), kind == wanted.type)
    return conditions if wanted.after is None else (*conditions, event_id > wanted.after)
