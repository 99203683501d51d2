"""The outbox: an event is a row of the transaction that made it true (guarantee 2)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert

from mpp.persistence import pipelined
from mpp.persistence.database import announce
from mpp.persistence.restores import versions_after
from mpp.persistence.tables import outbox
from mpp.persistence.values import SqlValues

if TYPE_CHECKING:
    from mpp.messaging.events.event import Event

ANNOUNCED = "outbox"  # what a commit that adds events calls back for
_INSERT = insert(outbox)


def append(tx: Connection, event: Event) -> None:
    """Store the event; the relay publishes it after this transaction commits.

    The caller holds the lock of the row that `subject` names, so that versions of a subject are stored in order. In a
    database that was brought back from a backup they go on beyond all that were told after it.
    """
    added = versions_after(tx)
    event = replace(event, subjectversion=event.subjectversion + added) if added else event
    headers, body = event.to_message()
    values: SqlValues = {
        "event_id": event.id,
        "type": event.type,
        "routing_key": event.routing_key,
        "subject": event.subject,
        "subject_version": event.subjectversion,
        "headers": headers,
        "body": body,
        "created_at": event.time,
    }
    pipelined.later(tx, _INSERT, values)
    announce(tx, ANNOUNCED)
