"""The newest results in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from services.gateway.reconciling.result import Reconciliation
from services.gateway.tables import reconciliations

KEPT = 20


@dataclass(frozen=True)
class Kept:
    """A result: under which name it was asked for, when it was found, and whether it is about everything there is."""

    asked: str
    whole: bool
    checked_at: datetime
    found: Reconciliation


def keep(tx: Connection, kept: Kept) -> None:
    """With the newest ones before it; and the newest whole one, whatever came since."""
    tx.execute(delete(reconciliations).where(reconciliations.c.asked == kept.asked))  # of a job that is done again
    values = {"whole": kept.whole, "checked_at": kept.checked_at, "found": kept.found.to_json()}
    tx.execute(insert(reconciliations).values(asked=kept.asked, **values))
    newest = select(reconciliations.c.ordinal).order_by(reconciliations.c.ordinal.desc())
    whole = newest.where(reconciliations.c.whole).limit(1)
    gone = reconciliations.c.ordinal.not_in(newest.limit(KEPT)), reconciliations.c.ordinal.not_in(whole)
    tx.execute(delete(reconciliations).where(*gone))


def find(tx: Connection, asked: str) -> Kept | None:
    """The one of this name; None while there is none."""
    return _one(tx, reconciliations.c.asked == asked)


def last(tx: Connection) -> Kept | None:
    """The newest whole one; None where there was none."""
    return _one(tx, reconciliations.c.whole)


def _one(tx: Connection, which: ColumnElement[bool]) -> Kept | None:
    found = select(reconciliations).where(which).order_by(reconciliations.c.ordinal.desc()).limit(1)
    row = tx.execute(found).first()
    return None if row is None else Kept(row.asked, row.whole, row.checked_at, Reconciliation.from_json(row.found))
