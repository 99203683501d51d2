"""Counting attempts within fixed windows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, select
from sqlalchemy.dialects.postgresql import insert

from services.gateway.tables import attempts


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts of a kind in `window`, counted from the first one."""

    kind: str
    most: int
    window: timedelta


def wait_of(tx: Connection, limit: Limit, who: str, now: datetime, amount: int = 1) -> int:
    """Seconds that must still be waited; 0 when another attempt is allowed, or `amount` of them. Counts nothing."""
    row = tx.execute(
        select(attempts.c.count.label("tries"), attempts.c.window_ends).where(
            attempts.c.kind == limit.kind, attempts.c.subject == _subject(who), attempts.c.window_ends > now
        )
    ).first()
    if row is None or row.tries + amount <= limit.most:
        return 0
    return max(1, int((row.window_ends - now).total_seconds()))


@dataclass(frozen=True)
class Tally:
    """Which attempt of the window it is (1..; two past the limit and all later ones are alike), and how it ends."""

    tries: int
    wait: int  # seconds; 0 while the attempt is one that is allowed


def count(tx: Connection, limit: Limit, who: str, now: datetime) -> int:
    """Count one attempt; seconds that must be waited when it was one too many, else 0."""
    return tally(tx, limit, who, now).wait


def tally(tx: Connection, limit: Limit, who: str, now: datetime, amount: int = 1) -> Tally:
    """Count one attempt, or `amount` of them."""
    ends = now + limit.window
    statement = insert(attempts).values(kind=limit.kind, subject=_subject(who), count=amount, window_ends=ends)
    over = attempts.c.window_ends <= now
    statement = statement.on_conflict_do_update(
        index_elements=[attempts.c.kind, attempts.c.subject],
        set_={
            # Once it is past the limit by two it stands: the number must not grow without end.
            "count": case(
                (over, amount),
                (attempts.c.count > limit.most + 1, attempts.c.count),
                else_=attempts.c.count + amount,
            ),
            "window_ends": case((over, ends), else_=attempts.c.window_ends),
        },
    )
    row = tx.execute(statement.returning(attempts.c.count.label("tries"), attempts.c.window_ends)).one()
    late = row.tries > limit.most
    return Tally(row.tries, max(1, int((row.window_ends - now).total_seconds())) if late else 0)


def forget(tx: Connection, limit: Limit, who: str) -> None:
    """The attempts were honest: start from nothing."""
    tx.execute(delete(attempts).where(attempts.c.kind == limit.kind, attempts.c.subject == _subject(who)))


def prune(tx: Connection, now: datetime, batch: int = 1000) -> int:
    """Remove counts whose window is over; how many went."""
    over = select(attempts.c.kind, attempts.c.subject).where(attempts.c.window_ends <= now).limit(batch)
    rows = tx.execute(over.with_for_update(skip_locked=True)).all()
    for row in rows:
        tx.execute(delete(attempts).where(attempts.c.kind == row.kind, attempts.c.subject == row.subject))
    return len(rows)


def _subject(who: str) -> str:
    # Digested: people type passwords into the name field, and addresses are personal data.
    return hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:32]
