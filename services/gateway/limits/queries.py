"""Counting attempts within fixed windows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, delete, literal_column, or_, select
from sqlalchemy.dialects.postgresql import insert

from mpp.persistence import pipelined
from mpp.persistence.values import AnyValues, SqlValues
from services.gateway.tables import attempts

_OVER = attempts.c.window_ends <= bindparam("now")
_ONE: ColumnElement[int] = literal_column("1")
_MORE = attempts.c.count + bindparam("amount")
_INSERT = insert(attempts).values(
    kind=bindparam("what"), subject=bindparam("who"), count=bindparam("amount"), window_ends=bindparam("ends")
)
_KEY = [attempts.c.kind, attempts.c.subject]
_COUNT = _INSERT.on_conflict_do_update(
    index_elements=_KEY,
    set_={
        # Once it is past the limit by two it stands: the number must not grow without end.
        "count": case(
            (_OVER, bindparam("amount")),
            (attempts.c.count > bindparam("most") + _ONE, attempts.c.count),
            else_=_MORE,
        ),
        "window_ends": case((_OVER, bindparam("ends")), else_=attempts.c.window_ends),
    },
).returning(attempts.c.count.label("tries"), attempts.c.window_ends)
_NOTE = _INSERT.on_conflict_do_update(
    index_elements=_KEY, set_={"count": bindparam("amount"), "window_ends": bindparam("ends")}
)


@dataclass(frozen=True)
class Limit:
    """At most `most` attempts of a kind in `window`, counted from the first one."""

    kind: str
    most: int
    window: timedelta


@dataclass(frozen=True)
class Count:
    """One count of attempts: by which limit, and whose."""

    limit: Limit
    who: str

    @property
    def key(self) -> tuple[str, str]:
        """The row that it stands in."""
        return self.limit.kind, _subject(self.who)


@dataclass(frozen=True)
class Tally:
    """How many attempts there were in the window: two past the limit and more are alike."""

    tries: int
    ends_in: int  # seconds
    late: bool  # one too many, counted or about to be

    @property
    def wait(self) -> int:
        """Seconds until another attempt is allowed; 0 where it is now."""
        return self.ends_in if self.late else 0


_NONE = Tally(0, 0, False)


def read(tx: Connection, counts: Sequence[Count], now: datetime) -> list[Tally]:
    """How each count stands, in one statement. Counts nothing: `late` says whether one more would be too many."""
    keys = [c.key for c in counts]
    values = {f"what{n}": kind for n, (kind, _) in enumerate(keys)} | {
        f"who{n}": who for n, (_, who) in enumerate(keys)
    }
    found = pipelined.now(tx, _read_of(len(keys)), {**values, "now": now})
    rows = {(row.kind, row.subject): row for row in found}
    return [
        Tally(row.tries, _seconds(row.window_ends, now), row.tries >= c.limit.most) if row else _NONE
        for c, row in ((c, rows.get(c.key)) for c in counts)
    ]


@cache
def _read_of(counts: int) -> Select[AnyValues]:
    """The statement that reads so many counts, each by the primary key."""
    these = (
        and_(attempts.c.kind == bindparam(f"what{n}"), attempts.c.subject == bindparam(f"who{n}"))
        for n in range(counts)
    )
    columns = (*_KEY, attempts.c.count.label("tries"), attempts.c.window_ends)
    return select(*columns).where(or_(*these), attempts.c.window_ends > bindparam("now"))


def wait_of(tx: Connection, limit: Limit, who: str, now: datetime, amount: int = 1) -> int:
    """Seconds that must still be waited; 0 when another attempt is allowed, or `amount` of them. Counts nothing."""
    (found,) = read(tx, [Count(limit, who)], now)
    return found.ends_in if found.tries + amount > limit.most else 0


def tally(tx: Connection, limit: Limit, who: str, now: datetime, amount: int = 1) -> Tally:
    """Count one attempt, or `amount` of them; `late` says whether it was one too many."""
    row = pipelined.now(tx, _COUNT, _values(Count(limit, who), now, amount)).one()
    return Tally(row.tries, _seconds(row.window_ends, now), row.tries > limit.most)


def count(tx: Connection, limit: Limit, who: str, now: datetime) -> int:
    """Count one attempt; seconds that must be waited when it was one too many, else 0."""
    return tally(tx, limit, who, now).wait


def count_along(tx: Connection, limit: Limit, who: str, now: datetime) -> None:
    """Count one attempt on the way of the next statement, before it."""
    pipelined.later(tx, _COUNT, _values(Count(limit, who), now, 1))


def note(tx: Connection, limit: Limit, who: str, now: datetime) -> None:
    """From now on, for the whole window of the limit, its count is full; on the way of the next statement."""
    pipelined.later(tx, _NOTE, _values(Count(limit, who), now, limit.most))


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


def _values(of: Count, now: datetime, amount: int) -> SqlValues:
    kind, subject = of.key
    limit = of.limit
    ends = now + limit.window
    return {"what": kind, "who": subject, "amount": amount, "most": limit.most, "now": now, "ends": ends}


def _seconds(until: datetime, now: datetime) -> int:
    return max(1, int((until - now).total_seconds()))


def _subject(who: str) -> str:
    # Digested: people type passwords into the name field, and addresses are personal data.
    return hashlib.sha256(who.encode("utf-8", "surrogatepass")).hexdigest()[:32]
