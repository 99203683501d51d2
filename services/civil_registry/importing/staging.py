"""The rows of the files in the database: brought there by COPY, and looked at together."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from psycopg2.extensions import get_wait_callback, set_wait_callback
from sqlalchemy import Connection, text

from mpp.identity.person import person_key
from mpp.persistence.database import Database
from services.civil_registry.importing.checking import Row
from services.civil_registry.importing.tables import TOLD

_PIECE = 20_000  # rows in memory
_EMPTIED = 50_000  # rows that are deleted at once
_COLUMNS = ("file", "line", "key", "faults", "held", *TOLD)
_COPY = f"COPY resident_import_rows ({', '.join(_COLUMNS)}) FROM STDIN WITH (FORMAT csv)"
_EMPTY = text(
    "DELETE FROM resident_import_rows WHERE ctid = ANY (ARRAY(SELECT ctid FROM resident_import_rows LIMIT :most))"
)

# In this order: a family of which a row is refused waits as a whole, before its card is judged.
_TOGETHER = (
    "UPDATE resident_import_rows SET held = 'nik_twice' WHERE held IS NULL AND nik IN"
    " (SELECT nik FROM resident_import_rows WHERE nik IS NOT NULL GROUP BY nik HAVING count(*) > 1)",
    "UPDATE resident_import_rows SET held = 'family_held_back' WHERE held IS NULL AND key IN"
    " (SELECT key FROM resident_import_rows WHERE held IS NOT NULL)",
    "UPDATE resident_import_rows r SET held = why FROM ("
    "   SELECT key AS whose, CASE"
    "     WHEN count(*) FILTER (WHERE relation = 'head') = 0 THEN 'card_without_head'"
    "     WHEN count(*) FILTER (WHERE relation = 'head') > 1 THEN 'card_with_two_heads'"
    "     WHEN count(DISTINCT (region, address, rt, rw)) > 1 THEN 'card_at_two_places'"
    "     WHEN min(as_of) <> max(as_of) THEN 'card_of_two_days' END AS why"
    "   FROM resident_import_rows WHERE status = 'alive' AND held IS NULL GROUP BY key) AS cards"
    " WHERE why IS NOT NULL AND key = whose AND held IS NULL",
)
# Whoever goes from one card to another takes both with him: they are taken in one transaction.
_MOVES = (
    "UPDATE resident_import_rows SET moves = true WHERE held IS NULL AND key IN ("
    "   SELECT unnest(ARRAY[r.key, c.number]) FROM resident_import_rows r"
    "   JOIN residents x ON x.nik = r.nik JOIN family_cards c ON c.id = x.family_card"
    "   WHERE r.held IS NULL AND x.status = 'alive' AND c.number IS DISTINCT FROM r.card)"
)


def empty(database: Database) -> None:
    """Nothing waits any more."""
    gone = _EMPTIED
    while gone == _EMPTIED:
        with database.transaction() as tx:
            gone = tx.execute(_EMPTY, {"most": _EMPTIED}).rowcount


def fill(database: Database, rows: Iterable[Row], secret: bytes, say: Callable[[int], None]) -> int:
    """Bring the rows into the database, piece by piece; how many there were. Nothing waits there before."""
    total, left = 0, iter(rows)
    while piece := list(islice(left, _PIECE)):
        with database.transaction() as tx:
            _copy(tx, piece, secret)
        total += len(piece)
        say(total)
    with database.transaction() as tx:
        tx.execute(text("ANALYZE resident_import_rows"))
    return total


def judge_together(database: Database) -> None:
    """Hold back what the files themselves contradict, and mark who goes from card to card."""
    for statement in (*_TOGETHER, _MOVES):
        with database.transaction() as tx:
            tx.execute(text(statement))


def reasons(tx: Connection) -> Iterator[tuple[int, int, Sequence[str] | None, str | None]]:
    """File, line, faults and `held` of each row about which there is something to say, in their order."""
    after = (0, 0)
    query = text(
        "SELECT file, line, faults, held FROM resident_import_rows WHERE (faults IS NOT NULL OR held IS NOT NULL)"
        " AND (file, line) > (:file, :line) ORDER BY file, line LIMIT :most"
    )
    while found := tx.execute(query, {"file": after[0], "line": after[1], "most": _PIECE}).all():
        for row in found:
            yield row.file, row.line, row.faults, row.held
        after = found[-1].file, found[-1].line


def _copy(tx: Connection, rows: Sequence[Row], secret: bytes) -> None:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for row in rows:
        writer.writerow(_line(row, secret))
    written.seek(0)
    tx.execute(text("SELECT 1"))  # the transaction begins with a statement, and COPY is none
    driver: Any = tx.connection.dbapi_connection
    waits = get_wait_callback()  # of a process of greenlets; COPY cannot wait for others
    set_wait_callback(None)
    try:
        with driver.cursor() as cursor:
            cursor.copy_expert(_COPY, written)
    finally:
        set_wait_callback(waits)


def _line(row: Row, secret: bytes) -> list[object]:
    faults = "{" + ",".join(row.faults) + "}" if row.faults else None
    if row.told is None:
        return [row.file, row.line, row.card or f"{row.file}:{row.line}", faults, "refused", *([None] * len(TOLD))]
    told = {**row.told, "person": person_key(row.told["nik"] or "", secret)}
    key = told["card"] if told["status"] == "alive" else told["card"] or told["nik"]
    return [row.file, row.line, key, faults, None, *(told.get(name) for name in TOLD)]
