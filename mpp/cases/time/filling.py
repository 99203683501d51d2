"""Names from before their words were kept get theirs, in small transactions, while the mall is at work.

Until the last of them has its words a search goes by the beginning of the whole name, as before. Afterwards it is
looked again and again for rows that a process of the version before has still written, which knows nothing of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog
from sqlalchemy import ARRAY, UUID, Connection, Text, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert

from mpp.cases.storage.names import NameIndex
from mpp.cases.storage.tables import name_fillings
from mpp.clock import id_of_before
from mpp.identity.names import name_words
from mpp.persistence.database import Database
from mpp.persistence.values import AnyRow

BATCH = 500
PAUSE = 0.05  # seconds between two batches: commands go on in between
EVERY = 60.0  # seconds between two looks when nothing is left to do
_LATE = timedelta(hours=1)  # no transaction of a process takes longer from the id of its row to its commit

log = structlog.get_logger(__name__)


class Filling:
    """The fillings of one case service. Copies of the service take turns."""

    def __init__(self, service: str, database: Database, indexes: Sequence[NameIndex]) -> None:
        self._service = service
        self._database = database
        self._indexes = indexes

    def run_once(self) -> bool:
        """A batch of each table; whether there is more to do at once."""
        more = [self._batch(index) for index in self._indexes]
        return any(more)

    def _batch(self, index: NameIndex) -> bool:
        with self._database.transaction() as tx:
            state = tx.execute(
                select(name_fillings).where(name_fillings.c.words == index.words.name).with_for_update(skip_locked=True)
            ).first()
            if state is None:
                return False  # another copy is at it
            rows, whole = _next(tx, index, state.after)
            _write(tx, index, rows)
            reached = rows[-1].id if rows else state.after
            ended = whole and len(rows) < BATCH
            if ended and reached is not None:
                reached = min(reached, id_of_before(_LATE))
            done = state.done or ended
            if (reached, done) != (state.after, state.done):
                here = update(name_fillings).where(name_fillings.c.words == index.words.name)
                tx.execute(here.values(after=reached, done=done))
        if done and not state.done:
            log.info("names.filled", service=self._service, words=index.words.name)
        return not ended


def _next(tx: Connection, index: NameIndex, after: str | None) -> tuple[list[AnyRow], bool]:
    """The next rows with their names, held so that none changes meanwhile, and whether these are all of a batch.

    A row that a command holds, and what comes after it, is left to the next look: nobody waits for anybody.
    """
    following = select(index.id).order_by(index.id).limit(BATCH)
    if after is not None:
        following = following.where(index.id > after)
    ids = list(tx.execute(following).scalars())
    query = select(index.id.label("id"), index.name.label("name")).where(index.id.in_(ids)).order_by(index.id)
    held = {row.id: row for row in tx.execute(query.with_for_update(read=True, key_share=True, skip_locked=True))}
    first_missing = next((place for place, id_ in enumerate(ids) if id_ not in held), len(ids))
    return [held[id_] for id_ in ids[:first_missing]], first_missing == len(ids)


def _write(tx: Connection, index: NameIndex, rows: Sequence[AnyRow]) -> None:
    """All words in one statement: sent one by one they would hold the rows for ten times as long."""
    words = [(str(row.id), word) for row in rows if row.name for word in name_words(row.name)]
    if words:
        ids, each = zip(*words, strict=True)
        made = select(func.unnest(cast(list(ids), ARRAY(UUID))), func.unnest(cast(list(each), ARRAY(Text))))
        tx.execute(insert(index.words).from_select([index.of.name, "word"], made).on_conflict_do_nothing())
