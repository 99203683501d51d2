"""The sealer: takes committed audit entries into the one chain of the service, and says outside how far it is.

Writers never meet it. It numbers the entries itself, in the order in which it finds them, so that an entry with a low
id that commits late is only sealed later.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, Select, insert, select, text

from mpp.audit import chain
from mpp.audit.checkpoints import Checkpoint
from mpp.clock import Clock
from mpp.persistence.database import Database
from mpp.persistence.tables import audit, audit_seals
from mpp.persistence.values import SqlValues

# Who is inserting: an INSERT takes this lock before it draws an id, and gives it up after its rows can be seen.
_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND relation = CAST('audit' AS regclass)"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND mode = 'RowExclusiveLock' AND granted"
)


# Up to which id entries were ever begun. Not max(id): a row forced in with a huge id would push the floor over all
# that follow.
_NEWEST = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM audit_id_seq")


@dataclass(frozen=True)
class Head:
    """The end of the service's chain. Up to the id `floor` nothing can turn up any more."""

    position: int = 0
    head: bytes = chain.GENESIS
    floor: int = 0


@dataclass
class _Candidate:
    """`floor` becomes true when every transaction of `writers` has ended."""

    floor: int
    writers: set[str]


class Sealer:
    """The sealer of one database; the lease that makes it the only one is the caller's.

    Two at once do no harm: a position and an entry can be sealed once only, so the second one's batch is refused.
    `publish` writes a checkpoint outside the database and returns when it is safe there.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        origin: str,
        publish: Callable[[Checkpoint], None] | None = None,
        batch: int = 500,
    ) -> None:
        self._database = database
        self._clock = clock
        self._origin = origin
        self._publish = publish
        self._batch = batch
        self._published = 0
        self._floor = 0
        self._end: Head | None = None  # of the chain, when last seen
        self._candidate: _Candidate | None = None

    def run_once(self) -> int:
        """Seal what is committed, and write a checkpoint if the chain grew; the number of entries sealed.

        Raises DatabaseAway, TooSlow, OSError (the checkpoint's file); all of it is tried again by the next call.
        """
        total = 0
        while True:
            sealed, end = self._seal()
            total += sealed
            if end.position != self._published and self._publish is not None:
                self._publish(Checkpoint(self._origin, end.position, end.head, self._clock.now()))
                self._published = end.position
            if sealed < self._batch:
                return total

    def _seal(self) -> tuple[int, Head]:
        if self._end is not None and self._nothing_new():
            return 0, self._end
        sealed, self._end = self._take_in()
        return sealed, self._end

    def _nothing_new(self) -> bool:
        """Whether no entry was begun since everything was sealed: one trip, most of the day."""
        with self._database.alone() as tx:
            newest: int = tx.execute(_NEWEST).scalar_one()
        return newest <= self._floor

    def _take_in(self) -> tuple[int, Head]:
        with self._database.transaction() as tx:
            end = last_head(tx)
            known = max(end.floor, self._floor)
            newest = tx.execute(_NEWEST).scalar_one()
            if newest <= known:
                self._floor = known
                return 0, end
            floor = self._final_up_to(tx, newest, known)
            rows = tx.execute(_unsealed(known, self._batch)).all()
            if len(rows) == self._batch:
                floor = min(floor, rows[-1].id)  # beyond the batch there may be more to seal
            end = _append(tx, rows, end, max(floor, known), self._clock.now())
        self._floor = max(floor, known)
        return len(rows), end

    def _final_up_to(self, tx: Connection, newest: int, known: int) -> int:
        """The highest id of which we know that no lower one can still be committed.

        Whoever has drawn an id up to `newest` held the lock by then. When all who hold it now have ended, every such
        entry can be seen by the next statement, or never will be.
        """
        writers = set(tx.execute(_WRITERS).scalars())
        if self._candidate is not None:
            self._candidate.writers &= writers
            if not self._candidate.writers:
                known = max(known, self._candidate.floor)
                self._candidate = None
        if self._candidate is None:
            if not writers:
                return newest
            self._candidate = _Candidate(newest, writers)
        return known


def last_head(tx: Connection) -> Head:
    """The end of the chain as it is stored."""
    columns = (audit_seals.c.position, audit_seals.c.head, audit_seals.c.floor)
    row = tx.execute(select(*columns).order_by(audit_seals.c.position.desc()).limit(1)).first()
    return Head() if row is None else Head(row.position, bytes(row.head), row.floor)


def _unsealed(above: int, limit: int) -> Select[tuple[int, bytes]]:
    return (
        select(audit.c.id, audit.c.hash)
        .outerjoin(audit_seals, audit_seals.c.audit_id == audit.c.id)
        .where(audit.c.id > above, audit_seals.c.audit_id.is_(None))
        .order_by(audit.c.id)
        .limit(limit)
    )


def _append(tx: Connection, rows: Sequence[Row[tuple[int, bytes]]], end: Head, floor: int, now: datetime) -> Head:
    values: list[SqlValues] = []
    position, head = end.position, end.head
    for row in rows:
        position += 1
        hash_ = bytes(row.hash)
        head = chain.head(head, position, row.id, hash_)
        values.append(
            {
                "position": position,
                "audit_id": row.id,
                "entry_hash": hash_,
                "head": head,
                "floor": floor,
                "sealed_at": now,
            }
        )
    if values:
        tx.execute(insert(audit_seals), values)
    return Head(position, head, floor)
