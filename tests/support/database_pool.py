"""Databases that are lent to one test after another: cleaned, not made anew.

Making a database copies some five hundred files, which cost most of the suite's CPU. A lent one is given back to its
pool when it is again what it was when it was made: no session is connected, the schema is untouched, and every row and
sequence is as in the template. Whatever is not so, or cannot be put right cheaply, is dropped, and a fresh one made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from sqlalchemy import make_url

# What DDL changes, and ANALYZE: statistics that a test gathered would steer the plans of the next one.
_SCHEMA = """
SELECT (SELECT count(*) FROM pg_statistic),
       (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())),
       (SELECT datacl::text FROM pg_database WHERE datname = current_database()),
       (SELECT md5(string_agg(format('%s %s %s %s %s', oid, relname, relkind, relowner, relacl), ',' ORDER BY oid)) FROM pg_class),
       (SELECT md5(string_agg(format('%s %s %s %s %s %s', attrelid, attname, atttypid, attnotnull, atthasdef, attacl), ','
           ORDER BY attrelid, attnum)) FROM pg_attribute WHERE attrelid >= 16384),
       (SELECT md5(string_agg(format('%s %s', oid, pg_get_constraintdef(oid)), ',' ORDER BY oid)) FROM pg_constraint WHERE oid >= 16384),
       (SELECT md5(string_agg(format('%s %s %s', oid, tgname, tgenabled), ',' ORDER BY oid)) FROM pg_trigger),
       (SELECT md5(string_agg(format('%s %s', oid, md5(prosrc)), ',' ORDER BY oid)) FROM pg_proc WHERE oid >= 16384)
"""  # noqa: E501
_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1
"""
_SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences ORDER BY 1"
_LARGE = """
SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'i') AND oid >= 16384 AND pg_relation_size(oid) > 1048576
"""
_GONE = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
_KICK = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s"


@dataclass
class _Original:
    """What a database of one template holds when it is made."""

    schema: tuple[Any, ...]
    rows: dict[str, str]  # by table, as JSON; empty tables too
    sequences: dict[str, tuple[Any, ...]]


@dataclass
class DatabasePool:
    """`lend` and `give_back` databases by the key of their template. `url` names a database as its administrator."""

    url: Callable[[str], str]
    make: Callable[[str, Callable[[str], None]], str]
    drop: Callable[[str], None]
    _free: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _lent: dict[str, str] = field(default_factory=dict)
    _originals: dict[str, _Original] = field(default_factory=dict)

    def lend(self, key: str, fill: Callable[[str], None]) -> str:
        """The name of a database as `fill` left the template, for one test."""
        name = self._free[key].pop() if self._free[key] else self.make(key, fill)
        self._lent[name] = key
        if key not in self._originals:
            with self._connected(name) as cursor:
                self._originals[key] = _look(cursor)
        return name

    def give_back(self, name: str) -> None:
        """The test has ended. The database is cleaned and kept, or dropped."""
        key = self._lent.pop(name)
        try:
            with self._connected(name) as cursor:
                clean = _clean(cursor, self._originals[key], make_url(self.url(name)).database or "")
        except psycopg2.Error:
            clean = False
        if clean:
            self._free[key].append(name)
        else:
            self.drop(name)

    def close(self) -> None:
        """Drop what is kept."""
        for names in self._free.values():
            for name in names:
                self.drop(name)
        self._free.clear()

    @contextmanager
    def _connected(self, name: str) -> Iterator[Any]:
        url = make_url(self.url(name))
        given = {"host": url.query.get("host") or url.host, "port": url.port, "user": url.username}
        connection = psycopg2.connect(dbname=url.database, password=url.password, **given)
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


def _look(cursor: Any) -> _Original:
    return _Original(
        _schema(cursor),
        {table: _rows(cursor, table) for table in _names(cursor, _TABLES)},
        {sequence: _place(cursor, sequence) for sequence in _names(cursor, _SEQUENCES)},
    )


def _clean(cursor: Any, original: _Original, name: str) -> bool:
    """Whether the database is again what it was. All but this session are ended first."""
    cursor.execute("SELECT pg_backend_pid()")
    (own,) = cursor.fetchone()
    cursor.execute(_KICK + " AND pid <> %s", (name, own))
    cursor.execute(_GONE + " AND pid <> %s", (name, own))
    if cursor.fetchone() != (0,) or _schema(cursor) != original.schema:
        return False
    cursor.execute(_LARGE)
    if cursor.fetchone() != (0,):
        return False
    cursor.execute("SET session_replication_role = replica")  # what nobody may delete goes, too
    for table, rows in original.rows.items():
        if not rows:
            cursor.execute(f"DELETE FROM {table}")
        elif _rows(cursor, table) != rows:
            cursor.execute(f"DELETE FROM {table}")
            restored = f"SELECT * FROM json_populate_recordset(NULL::{table}, %s::json)"
            cursor.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE {restored}", (rows,))
    for sequence, (last, called) in original.sequences.items():
        if _place(cursor, sequence) != (last, called):
            cursor.execute("SELECT setval(%s, %s, %s)", (sequence, last, called))
    return True


def _schema(cursor: Any) -> tuple[Any, ...]:
    cursor.execute(_SCHEMA)
    found: tuple[Any, ...] = cursor.fetchone()
    return found


def _names(cursor: Any, query: str) -> list[str]:
    cursor.execute(query)
    return [name for (name,) in cursor.fetchall()]


def _rows(cursor: Any, table: str) -> str:
    """The rows as JSON; nothing for an empty table."""
    cursor.execute(f"SELECT coalesce(json_agg(t ORDER BY t::text)::text, '') FROM {table} AS t")
    (found,) = cursor.fetchone()
    return str(found)


def _place(cursor: Any, sequence: str) -> tuple[Any, ...]:
    cursor.execute(f"SELECT last_value, is_called FROM {sequence}")
    found: tuple[Any, ...] = cursor.fetchone()
    return found
