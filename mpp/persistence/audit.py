"""The audit trail: who did what, where, when and why, in the transaction that did it (guarantee 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from mpp.casework.actors import Actor
from mpp.persistence.tables import audit


def record(
    tx: Connection,
    *,
    at: datetime,
    actor: Actor,
    office: str | None,
    action: str,
    case_id: str | None = None,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
    correlation_id: str | None = None,
) -> None:
    """Append one entry. `details` and `reason` are already masked: the trail holds no NIK, name or phone."""
    tx.execute(
        insert(audit).values(
            at=at,
            case_id=case_id,
            actor=actor.id,
            office=office,
            counter=actor.counter,
            action=action,
            reason=reason,
            details=dict(details or {}),
            correlation_id=correlation_id,
        )
    )
