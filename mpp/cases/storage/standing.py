"""A database that stands where a backup is to be brought back: what it knows that the backup does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, inspect, select

from mpp.cases.storage import holdings
from mpp.cases.storage.holdings import Series
from mpp.persistence import restores
from mpp.persistence.audit.sealer import last_head
from mpp.persistence.tables import audit, audit_seals, outbox


@dataclass(frozen=True)
class Standing:
    """How far it is.

    `descends`: its audit trail goes on from that of the backup, so it is the same mall, later.
    """

    descends: bool
    sealed: int  # entries of its audit trail
    newest: datetime | None  # entry of it
    highest: int  # version that was told
    books: tuple[Series, ...]


def standing_of(tx: Connection, sealed: int, head: str, *, keeps_cases: bool) -> Standing | None:
    """What the database says; None where no mall is in it, or one from before there were audit trails.

    The trail of the backup had so many entries, and its chain this head (hexadecimal digits).
    """
    found = inspect(tx)
    if not found.has_table(outbox.name) or not found.has_table(audit_seals.name):
        return None
    there = tx.execute(select(audit_seals.c.head).where(audit_seals.c.position == sealed)).scalar_one_or_none()
    restored = restores.newest(tx)
    told = tx.execute(select(func.max(outbox.c.subject_version))).scalar_one() or 0
    return Standing(
        descends=sealed == 0 or (there is not None and bytes(there).hex() == head),
        sealed=last_head(tx).position,
        newest=tx.execute(select(func.max(audit.c.at))).scalar_one(),
        highest=max(told, 0 if restored is None else restored.versions_after),
        books=tuple(holdings.series(tx)) if keeps_cases else (),
    )
