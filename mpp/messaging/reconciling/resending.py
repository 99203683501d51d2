"""Sending events again that were sent before, for who has lost them or has just come; who has them passes over them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, true, update

from mpp.messaging.events.outbox import ANNOUNCED
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.database import announce
from mpp.persistence.tables import outbox

BATCH = 1000


@dataclass(frozen=True)
class Resent:
    """How many will be sent again, and where to go on; None: that was all."""

    number: int
    next: int | None


def resend(tx: Connection, span: Span, kind: str | None = None, after: int = 0, limit: int = BATCH) -> Resent:
    """Let the relay send the next published events of the span once more, in the order of the outbox.

    `kind` is one type, or a prefix that ends in `*`. The caller sees to it that the span is no longer than inboxes
    remember (`Retention`).
    """
    some = (
        select(outbox.c.id)
        .where(outbox.c.published_at.is_not(None), outbox.c.id > after, *span.covers(outbox.c.event_id), _of(kind))
        .order_by(outbox.c.id)
        .limit(limit)
        .with_for_update()
    )
    again = update(outbox).where(outbox.c.id.in_(some)).values(published_at=None).returning(outbox.c.id)
    ids = sorted(tx.execute(again).scalars())
    if ids:
        announce(tx, ANNOUNCED)
    return Resent(len(ids), ids[-1] if len(ids) == limit else None)


def _of(kind: str | None) -> ColumnElement[bool]:
    if kind is None:
        return true()
    if kind.endswith("*"):
        return outbox.c.type.startswith(kind.removesuffix("*"), autoescape=True)
    return outbox.c.type == kind
