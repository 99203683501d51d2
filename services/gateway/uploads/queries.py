"""One row for each content in the folder: when it was last uploaded, and when a case first referred to it.

The row comes before the file and goes after it, so that a file without a row cannot be. Who places or removes the
file holds the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from services.gateway.tables import contents


def touch(tx: Connection, sha256: str, size: int, now: datetime) -> None:
    """Announce an upload: from now on nobody removes the content within the grace period. Waits for who removes it."""
    statement = insert(contents).values(sha256=sha256, size=size, touched_at=now)
    statement = statement.on_conflict_do_update(index_elements=[contents.c.sha256], set_={"touched_at": now})
    tx.execute(statement)


def hold(tx: Connection, sha256: str) -> bool:
    """Lock the row of an announced content; False when it is gone, a whole grace period later."""
    query = select(contents.c.sha256).where(contents.c.sha256 == sha256).with_for_update()
    return tx.execute(query).first() is not None


def refer(tx: Connection, hashes: Iterable[str], now: datetime) -> None:
    """Cases refer to these contents: they stay."""
    wanted = contents.c.sha256.in_(list(hashes))
    tx.execute(update(contents).where(wanted, contents.c.referenced_at.is_(None)).values(referenced_at=now))


def let_go(tx: Connection, sha256: str, now: datetime) -> None:
    """A case is about to let go of this content. Whether any other still refers to it, the sweep asks: after the grace
    period it goes, or is known as referred to again."""
    values = {"referenced_at": None, "touched_at": now}
    tx.execute(update(contents).where(contents.c.sha256 == sha256).values(**values))


def unreferenced(tx: Connection, before: datetime, limit: int) -> list[str]:
    """Contents that were last uploaded before this moment, and that no case is known to refer to."""
    query = (
        select(contents.c.sha256)
        .where(contents.c.referenced_at.is_(None), contents.c.touched_at < before)
        .order_by(contents.c.touched_at)
        .limit(limit)
    )
    return list(tx.execute(query).scalars())


def claim(tx: Connection, sha256: str, before: datetime) -> bool:
    """Lock the row for removal; False when the content was uploaded again, is referred to, or is in other hands."""
    query = (
        select(contents.c.sha256)
        .where(contents.c.sha256 == sha256, contents.c.referenced_at.is_(None), contents.c.touched_at < before)
        .with_for_update(skip_locked=True)
    )
    return tx.execute(query).first() is not None


def forget(tx: Connection, sha256: str) -> None:
    """Remove the row of a content whose file is gone; the caller holds it."""
    tx.execute(delete(contents).where(contents.c.sha256 == sha256))
