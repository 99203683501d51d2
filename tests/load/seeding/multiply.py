"""Cases in any number, for a load test or a training mall: a few hundred real ones, copied under fresh ids.

The patterns are opened and walked by the commands of the service (`walks`), so their rows are what the
service writes, whatever its tables look like. A copy gets new ids, codes and numbers, an applicant of its own, and
audit entries chained anew (`patterns`). Rows go in by COPY, in one transaction: all copies or none.
Until it ends whoever needs a number of the same books waits. An event that retention would have pruned is not made;
the others count as published.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import islice
from queue import Queue
from random import Random
from threading import Thread
from typing import Any

from mpp.audit import chain
from mpp.cases.storage import numbers
from mpp.casework.codes.series import NumberSeries
from mpp.casework.rules.service_type import ServiceType
from tests.load.seeding.patterns import AUDIT, Crowd, Pattern, Reader, Write, copies, tracking_code
from tests.load.seeding.walks import Walker

CHUNK = 1000
FEWEST, MOST = 80, 400  # patterns: one for a hundred cases
MANY = 20_000  # from so many copies on it pays to make the indexes afterwards
OUTBOX_KEPT = timedelta(days=29)  # a little less than the default retention
_BLOCK = 1 << 20  # bytes that are handed to the server at once
Say = Callable[[int], None]


def multiply(walker: Walker, count: int, say: Say = lambda done: None) -> int:
    """Bring `count` more cases into the walker's database; how many there are now by this call (exactly `count`).

    The patterns count. `say(done)` is told the progress.
    """
    now = walker.clock.now()
    connection: Any = walker.runtime.databases[walker.definition.name].engine.raw_connection()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT NOT EXISTS (SELECT FROM cases)")
            (empty,) = cursor.fetchone()
        connection.commit()
        wanted = list(islice(walker.walk(now), min(count, max(FEWEST, min(MOST, count // 100)))))
        with connection.cursor() as cursor:
            reader = _reader(cursor, walker, now - OUTBOX_KEPT)
            patterns = [reader.read(case_id) for case_id in wanted]
        connection.commit()
        left = count - len(patterns)
        if left:
            plan = list(copies(patterns, left))
            crowd = Crowd(count, walker.runtime.person_key)
            tables = [*reader.tables, "outbox", "audit"]
            with _hurry(connection, tables if empty and left >= MANY else []) as cursor:
                done = len(patterns)
                for chunk in _ahead(_chunks(plan, crowd, _Numbers(cursor, plan), _audit_ids(cursor, plan))):
                    for table, text in chunk.tables.items():
                        cursor.copy_expert(f"COPY {table} FROM STDIN", BytesIO(text), _BLOCK)
                    done += chunk.cases
                    say(done)
            connection.commit()
        _look_over(connection)
    finally:
        connection.detach()  # its settings are not for whoever comes next
        connection.close()
    return count


def _reader(cursor: Any, walker: Walker, kept: datetime) -> Reader:
    catalogue, offices, zone = walker.runtime.catalogue, walker.runtime.offices, walker.runtime.calendar.zone

    def writer(kind: ServiceType, series: NumberSeries, district: str) -> Write:
        return lambda office, issued_at, seq: numbers.written(
            kind, series, office, offices.region, district, issued_at.astimezone(zone).date(), seq
        )

    def writes(service: str, book: str) -> Write | None:
        kind = catalogue.get(service)
        for series in () if kind is None else kind.series:
            of = series.division(book)
            if kind is not None and of is not None:
                return writer(kind, series, of.district or "")
        return None

    def limited(service: str) -> bool:
        kind = catalogue.get(service)
        return kind is not None and kind.limit is not None

    codes = {"cases.tracking_code": tracking_code(walker.definition.tracking_letter or ""), **walker.codes}
    return Reader(cursor, codes, writes, limited, kept)


# ------------------------------------------------------------------------- what copies share


class _Numbers:
    """The next places in the books of legal numbers. They are taken for all copies at once, and their rows stay locked
    until the commit, so that there is no gap whatever happens."""

    def __init__(self, cursor: Any, plan: Sequence[tuple[Pattern, int]]) -> None:
        needed: Counter[tuple[str, str, int]] = Counter()
        for pattern, count in plan:
            for issued in pattern.numbers:
                needed[issued.book] += count
        self._next: dict[tuple[str, str, int], int] = {}
        for book, count in sorted(needed.items()):
            cursor.execute(
                "UPDATE number_series SET last = last + %s WHERE (office, series, year) = (%s, %s, %s) RETURNING last",
                (count, *book),
            )
            self._next[book] = cursor.fetchone()[0] - count + 1

    def give(self, pattern: Pattern, values: list[str]) -> None:
        """Put the next number of each book that the pattern draws from into a copy's values."""
        for issued in pattern.numbers:
            seq = self._next[issued.book]
            self._next[issued.book] = seq + 1
            values[issued.number], values[issued.seq] = issued.write(seq), str(seq)


def _audit_ids(cursor: Any, plan: Sequence[tuple[Pattern, int]]) -> Iterator[int]:
    """The ids of the audit entries. Their lock is taken before they are drawn: a sealer at work relies on that."""
    cursor.execute("LOCK TABLE audit IN ROW EXCLUSIVE MODE")
    needed = sum(count * len(pattern.audit) for pattern, count in plan)
    cursor.execute(
        "SELECT array_agg(id) FILTER (WHERE id - place <> first), min(id), max(id) FROM"
        " (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, min(id) OVER () AS first FROM"
        " (SELECT nextval('audit_id_seq') AS id FROM generate_series(1, %s)) AS drawn) AS placed",
        (needed,),
    )
    others, first, last = cursor.fetchone()
    if not others:
        return iter(range(first, last + 1))
    near = range(first, first + needed - len(others))  # somebody wrote entries in between
    return iter([*near, *others])


# ------------------------------------------------------------------------- the copies


@dataclass(frozen=True)
class _Chunk:
    """Some copies as text for COPY, by table, in the order in which foreign keys want them."""

    tables: dict[str, bytes]
    cases: int


def _chunks(
    plan: Sequence[tuple[Pattern, int]], crowd: Crowd, books: _Numbers, audit_ids: Iterator[int]
) -> Iterator[_Chunk]:
    chance = Random().random

    def choice(alphabet: str) -> str:  # what random.choice does, at a third of the price
        return alphabet[int(chance() * len(alphabet))]

    for pattern, count in plan:
        for begin in range(0, count, CHUNK):
            made = []
            for _ in range(min(CHUNK, count - begin)):
                values = pattern.fresh(choice, crowd.one(pattern))
                books.give(pattern, values)
                made.append(values)
            tables = {
                name: "".join([text.form % text.pick(values) for values in made]).encode()
                for name, text in pattern.tables.items()
            }
            tables[f"audit (id, seq, hash, {', '.join(AUDIT)})"] = _audit(pattern, made, audit_ids).encode()
            yield _Chunk(tables, len(made))


def _audit(pattern: Pattern, made: Sequence[Sequence[str]], ids: Iterator[int]) -> str:
    lines = []
    for values in made:
        previous = chain.GENESIS
        for seq, (row, canonical) in enumerate(pattern.audit, 1):
            id_ = next(ids)
            digest = hashlib.sha256(canonical.filled(values).encode()).digest()
            previous = chain.entry_hash(previous, id_, seq, digest)
            lines.append(f"{id_}\t{seq}\t\\\\x{previous.hex()}\t{row.filled(values)}\n")
    return "".join(lines)


def _ahead(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """The same, made by a thread while the database is busy with the ones before."""
    made: Queue[Any] = Queue(maxsize=4)

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


# ------------------------------------------------------------------------- the server's part


@contextmanager
def _hurry(connection: Any, spared: Sequence[str]) -> Iterator[Any]:
    """A transaction without what costs most: an administrator need not have each foreign key looked up, since the
    copies hold together by themselves, and the indexes of the `spared` tables are made once, afterwards, by their
    owner. A seeding that fails leaves them as they were: dropping an index is part of the transaction, too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone()[0]:
            cursor.execute("SET LOCAL session_replication_role = replica")
        again = _drop_indexes(cursor, spared)
        yield cursor
        if again:
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for statement in again:
            cursor.execute(statement)


def _drop_indexes(cursor: Any, tables: Sequence[str]) -> list[str]:
    """Drop all indexes but primary keys (and what a foreign key points to); the statements that make them again."""
    cursor.execute(
        "SELECT format('%%I', i.relname), x.indrelid::regclass::text, k.conname IS NOT NULL,"
        " coalesce(pg_get_constraintdef(k.oid), pg_get_indexdef(i.oid))"
        " FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid"
        " LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.contype IN ('u', 'x')"
        " WHERE t.oid = ANY (%s::regclass[]) AND NOT x.indisprimary AND pg_has_role(current_user, t.relowner, 'USAGE')"
        " AND NOT EXISTS (SELECT FROM pg_constraint f WHERE f.contype = 'f' AND f.conindid = i.oid) ORDER BY 2, 1",
        (list(tables),),
    )
    again = []
    for name, table, constraint, definition in cursor.fetchall():
        if constraint:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        else:
            cursor.execute(f"DROP INDEX {name}")
            again.append(definition)
    return again


def _look_over(connection: Any) -> None:
    """Statistics and the visibility map, which plans and reads rest on, now rather than when autovacuum comes by."""
    connection.set_session(autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")  # what the role does not own is left out with a warning
