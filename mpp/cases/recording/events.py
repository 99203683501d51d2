"""Events of cases: each is checked against its contract and put into the outbox of the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from mpp.clock import new_id
from mpp.contracts import contract_of
from mpp.json_values import JsonObject
from mpp.messaging.events import outbox
from mpp.messaging.events.event import Event, source_of


def emit(
    tx: Connection,
    *,
    type_: str,
    source: str,
    subject: str,
    version: int,
    region: str,
    data: JsonObject,
    now: datetime,
    correlation_id: str,
    causation_id: str | None = None,
) -> None:
    """Write an event strictly: one without a contract, or against it, is a bug and raises."""
    contract = contract_of(type_)
    contract.check(data)
    event = Event(
        id=new_id(),
        type=type_,
        source=source_of(source),
        subject=subject,
        subjectversion=version,
        time=now,
        region=region,
        data=dict(data),
        correlationid=correlation_id,
        causationid=causation_id,
        dataclassification="internal" if contract.classification == "internal" else "public",
    )
    outbox.append(tx, event)
