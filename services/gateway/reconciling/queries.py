"""The last result in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from services.gateway.reconciling.result import Reconciliation
from services.gateway.tables import reconciliations


@dataclass(frozen=True)
class Kept:
    """A result, when it was found, and who had asked for it."""

    asked: str
    checked_at: datetime
    found: Reconciliation


def keep(tx: Connection, kept: Kept) -> None:
    """In place of the one before."""
    row = insert(reconciliations).values(asked=kept.asked, checked_at=kept.checked_at, found=kept.found.to_json())
    new = {"asked": row.excluded.asked, "checked_at": row.excluded.checked_at, "found": row.excluded.found}
    tx.execute(row.on_conflict_do_update(index_elements=["singleton"], set_=new))


def last(tx: Connection) -> Kept | None:
    """The newest; None where there was none."""
    row = tx.execute(select(reconciliations)).first()
    return None if row is None else Kept(row.asked, row.checked_at, Reconciliation.from_json(row.found))
