"""Cases in any number, for a load test or a training mall: a few hundred real ones, copied under fresh ids.

The patterns are opened and walked by the service's own commands (`mpp.cases.seed_walks`), so their rows are what the
service writes, whatever its tables look like. A copy gets new ids, a new tracking code, and audit entries chained anew.
Rows go in by COPY. An event that retention would have pruned is not made; the others count as published.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import islice
from queue import Queue
from random import Random
from threading import Thread
from typing import Any

from mpp.audit import chain
from mpp.casework import tracking
from mpp.persistence.database import Database

CHUNK = 2000
FEWEST, MOST = 80, 400  # patterns: one for a hundred cases
OUTBOX_KEPT = timedelta(days=29)  # a little less than the default retention
PUBLISHED_AFTER = timedelta(milliseconds=80)
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_CODE = "@tracking@"
# Each with the condition that selects the rows of one case; in the order in which foreign keys want them.
_TABLES = {
    "cases": "id = %(id)s",
    "case_offices": "case_id = %(id)s",
    "tasks": "case_id = %(id)s",
    "timeline": "case_id = %(id)s",
    "outbox": "subject = %(id)s::text AND created_at > %(kept)s",
}
_AUDIT = ("at", "case_id", "actor", "office", "counter", "action", "reason", "details", "correlation_id")


@dataclass(frozen=True)
class _Text:
    """Text with holes; `slots` says which fresh value goes into each."""

    form: str
    slots: tuple[int, ...]

    def filled(self, values: Sequence[str]) -> str:
        return self.form % tuple([values[slot] for slot in self.slots])


@dataclass
class Pattern:
    """The rows of one case with holes for what is new in each copy."""

    letter: str
    submitted_at: datetime
    ids: list[str] = field(default_factory=list)  # the pattern's own; slot n + 1 is the fresh one for ids[n]
    tables: dict[str, _Text] = field(default_factory=dict)
    audit: list[tuple[_Text, _Text]] = field(default_factory=list)  # row, canonical form

    def holes(self, text: str) -> _Text:
        """Cut the ids and the tracking code out of a text."""
        slots: list[int] = []

        def cut(match: re.Match[str]) -> str:
            found = match.group()
            if found == _CODE:
                slots.append(0)
            else:
                if found not in self.ids:
                    self.ids.append(found)
                slots.append(self.ids.index(found) + 1)
            return "%s"

        form = re.sub(f"{_UUID.pattern}|{_CODE}", cut, text.replace("%", "%%"))
        return _Text(form, tuple(slots))

    def fresh(self) -> list[str]:
        """A tracking code, and a UUIDv7 of the day of filing for each of the pattern's ids."""
        bits = os.urandom(9 * len(self.ids)).hex()
        moment = f"{int(self.submitted_at.timestamp() * 1000):012x}"
        begin = f"{moment[:8]}-{moment[8:]}-7"
        values = [tracking.new_code(self.letter, _random.choice)]
        for n in range(0, 18 * len(self.ids), 18):
            values.append(f"{begin}{bits[n : n + 3]}-8{bits[n + 3 : n + 6]}-{bits[n + 6 : n + 18]}")
        return values


_random = Random(secrets.randbits(64))


def multiply(
    database: Database,
    walk: Callable[[datetime], Iterator[str]],
    letter: str,
    count: int,
    say: Callable[[int], None] = lambda done: None,
) -> int:
    """Bring `count` more cases into the database; how many there are now by this call (exactly `count`).

    `walk(now)` opens the patterns with the service's commands and yields their ids; they count. `say(done)` is told
    the progress.
    """
    now = datetime.now(UTC)
    wanted = list(islice(walk(now), min(count, max(FEWEST, min(MOST, count // 100)))))
    connection: Any = database.engine.raw_connection()
    try:
        with connection.cursor() as cursor:
            patterns = [_read(cursor, case_id, letter, now - OUTBOX_KEPT) for case_id in wanted]
        connection.commit()
        done = len(patterns)
        _hurry(connection)
        for chunk in _ahead(_chunks(patterns, count - done)):
            with connection.cursor() as cursor:
                for table, text in chunk.tables.items():
                    cursor.copy_expert(f"COPY {table} FROM STDIN", StringIO(text))
                _copy_audit(cursor, chunk.cases)
            connection.commit()
            done += len(chunk.cases)
            say(done)
    finally:
        connection.detach()  # its settings are not for whoever comes next
        connection.close()
    return done


def _hurry(connection: Any) -> None:
    """Not to wait for the disk at each commit: who loses half of the demo cases in a power cut makes them again.
    An administrator need not have each foreign key looked up either: the copies hold together by themselves."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET session_replication_role = replica")
    connection.commit()


def _read(cursor: Any, case_id: str, letter: str, kept: datetime) -> Pattern:
    given = {"id": case_id, "kept": kept}
    cursor.execute(
        "UPDATE outbox SET published_at = created_at + %s WHERE subject = %s AND published_at IS NULL",
        (PUBLISHED_AFTER, case_id),
    )
    cursor.execute("SELECT tracking_code, submitted_at FROM cases WHERE id = %s", (case_id,))
    code, submitted_at = cursor.fetchone()
    pattern = Pattern(letter, submitted_at)
    for table, condition in _TABLES.items():
        columns = _columns(cursor, table)
        query = cursor.mogrify(f"SELECT {columns} FROM {table} WHERE {condition}", given).decode()  # noqa: S608
        rows = StringIO()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT", rows)
        if rows.getvalue():
            name = f"{table} ({columns})"
            pattern.tables[name] = pattern.holes(rows.getvalue().replace(code, _CODE))
    query = f"SELECT {', '.join(_AUDIT)} FROM audit WHERE case_id = %(id)s ORDER BY seq"  # noqa: S608
    query = cursor.mogrify(query, given).decode()
    rows = StringIO()
    cursor.copy_expert(f"COPY ({query}) TO STDOUT", rows)
    cursor.execute(query)
    for line, row in zip(rows.getvalue().splitlines(), cursor.fetchall(), strict=True):
        values = dict(zip(_AUDIT, row, strict=True))
        values |= {"at": chain.moment(values["at"]), "case_id": str(values["case_id"])}
        canonical = chain.canonical(chain.Content(**values)).decode()
        pattern.audit.append((pattern.holes(line), pattern.holes(canonical)))
    return pattern


def _columns(cursor: Any, table: str) -> str:
    """All columns but those that number themselves."""
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attidentity = '' ORDER BY attnum",
        (table,),
    )
    return ", ".join(name for (name,) in cursor.fetchall())


@dataclass(frozen=True)
class _Chunk:
    """Some copies: text for COPY by table, and each one's pattern with its fresh values."""

    tables: dict[str, str]
    cases: list[tuple[Pattern, list[str]]]


def _chunks(patterns: Sequence[Pattern], count: int) -> Iterator[_Chunk]:
    while count > 0:
        chosen = _random.choices(patterns, k=min(CHUNK, count))
        cases = [(pattern, pattern.fresh()) for pattern in chosen]
        tables: dict[str, list[str]] = {}
        for pattern, values in cases:
            for name, text in pattern.tables.items():
                tables.setdefault(name, []).append(text.filled(values))
        yield _Chunk({name: "".join(tables[name]) for name in sorted(tables, key=_order)}, cases)
        count -= len(cases)


def _order(table: str) -> int:
    return list(_TABLES).index(table.partition(" ")[0])


def _copy_audit(cursor: Any, cases: Sequence[tuple[Pattern, list[str]]]) -> None:
    """The audit entries. Their lock is taken before their ids are drawn: a sealer at work relies on that."""
    cursor.execute("LOCK TABLE audit IN ROW EXCLUSIVE MODE")
    needed = sum(len(pattern.audit) for pattern, _ in cases)
    cursor.execute("SELECT nextval('audit_id_seq') FROM generate_series(1, %s)", (needed,))
    ids = iter([id_ for (id_,) in cursor.fetchall()])
    lines = []
    for pattern, values in cases:
        previous = chain.GENESIS
        for seq, (row, canonical) in enumerate(pattern.audit, 1):
            id_ = next(ids)
            digest = hashlib.sha256(canonical.filled(values).encode()).digest()
            previous = chain.entry_hash(previous, id_, seq, digest)
            lines.append(f"{id_}\t{seq}\t\\\\x{previous.hex()}\t{row.filled(values)}\n")
    cursor.copy_expert(f"COPY audit (id, seq, hash, {', '.join(_AUDIT)}) FROM STDIN", StringIO("".join(lines)))


def _ahead(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """The same, made by a thread while the database is busy with the ones before."""
    made: Queue[Any] = Queue(maxsize=2)

    def make() -> None:
        try:
            for chunk in chunks:
                made.put(chunk)
            made.put(None)
        except Exception as error:
            made.put(error)

    Thread(target=make, daemon=True).start()
    while (found := made.get()) is not None:
        if isinstance(found, Exception):
            raise found
        yield found
