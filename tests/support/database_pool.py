"""Databases that are lent to one test after another: cleaned, not made anew.

Making a database copies some five hundred files, which cost most of the suite's CPU. A lent one is given back to its
pool when it is again what it was when it was made: no session is connected but ours, the schema is untouched, and every
row and sequence is as in the template. Whatever is not so, or cannot be put right cheaply, is dropped, and a fresh one
made. Each has a connection of the pool's that stays: the next look costs a tenth of the first.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from sqlalchemy import make_url

# What DDL changes, and ANALYZE: statistics that a test gathered would steer the plans of the next one.
_SCHEMA = """
SELECT concat_ws(' | ',
    (SELECT count(*) FROM pg_statistic),
    (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
        WHERE d.datname = current_database()),
    (SELECT datacl::text FROM pg_database WHERE datname = current_database()),
    (SELECT md5(string_agg(format('%s %s %s %s %s', oid, relname, relkind, relowner, relacl), ',' ORDER BY oid))
        FROM pg_class),
    (SELECT md5(string_agg(format('%s %s %s %s %s %s', attrelid, attname, atttypid, attnotnull, atthasdef, attacl), ','
        ORDER BY attrelid, attnum)) FROM pg_attribute WHERE attrelid >= 16384),
    (SELECT md5(string_agg(format('%s %s', oid, adbin), ',' ORDER BY oid)) FROM pg_attrdef),
    (SELECT md5(string_agg(format('%s %s %s %s', oid, condeferrable, condeferred, convalidated), ',' ORDER BY oid))
        FROM pg_constraint WHERE oid >= 16384),
    (SELECT md5(string_agg(format('%s %s %s', oid, tgname, tgenabled), ',' ORDER BY oid)) FROM pg_trigger),
    (SELECT md5(string_agg(format('%s %s', oid, md5(prosrc)), ',' ORDER BY oid)) FROM pg_proc WHERE oid >= 16384))
"""
_TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') ORDER BY 1
"""
_SEQUENCES = "SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences ORDER BY 1"
_LARGE = "SELECT coalesce(max(pg_relation_size(oid)), 0) FROM pg_class WHERE relkind IN ('r', 'i') AND oid >= 16384"
_OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_ENOUGH = 256 * 1024  # bytes of a table or an index: more would slow the next tests down
_PATIENCE = 5.0  # seconds for a session to end


@dataclass
class _Original:
    """What a database of one template holds when it is made."""

    schema: str
    rows: dict[str, str]  # of the tables that have any, as JSON
    state: str  # the query that tells rows and counters: one line each
    lines: list[tuple[str, str]]
    sequences: dict[str, tuple[int, bool]]
    empty: list[str]  # the other tables


@dataclass
class DatabasePool:
    """`lend` and `give_back` databases by the key of their template. `url` names a database as its administrator."""

    url: Callable[[str], str]
    make: Callable[[str, Callable[[str], None]], str]
    drop: Callable[[str], None]
    _free: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _lent: dict[str, str] = field(default_factory=dict)
    _originals: dict[str, _Original] = field(default_factory=dict)
    _connections: dict[str, Any] = field(default_factory=dict)

    def lend(self, key: str, fill: Callable[[str], None]) -> str:
        """The name of a database as `fill` left the template, for one test."""
        name = self._free[key].pop() if self._free[key] else self.make(key, fill)
        self._lent[name] = key
        if key not in self._originals:
            self._originals[key] = _look(self._cursor(name))
        return name

    def give_back(self, name: str) -> None:
        """The test has ended. The database is cleaned and kept, or dropped."""
        key = self._lent.pop(name)
        try:
            clean = _clean(self._cursor(name), self._originals[key])
        except psycopg2.Error:
            clean = False
        if clean:
            self._free[key].append(name)
        else:
            self._drop(name)

    def close(self) -> None:
        """Drop what is kept."""
        for names in self._free.values():
            for name in names:
                self._drop(name)
        self._free.clear()

    def _drop(self, name: str) -> None:
        if name in self._connections:
            self._connections.pop(name).close()
        self.drop(name)

    def _cursor(self, name: str) -> Any:
        """Of the pool's own connection; a test may have ended the one that was there."""
        try:
            cursor = self._connections[name].cursor()
            cursor.execute("SELECT 1")
        except (KeyError, psycopg2.Error):
            url = make_url(self.url(name))
            given = {"host": url.query.get("host") or url.host, "port": url.port, "user": url.username}
            connection = psycopg2.connect(dbname=url.database, password=url.password, **given)
            connection.autocommit = True
            self._connections[name] = connection
            cursor = connection.cursor()
        return cursor


def _look(cursor: Any) -> _Original:
    tables, sequences = _column(cursor, _TABLES), _column(cursor, _SEQUENCES)
    rows = {table: _rows(cursor, table) for table in tables}
    kept = [f"SELECT '{table}', md5(coalesce(string_agg(t::text, ';' ORDER BY t::text), '')) FROM {table} AS t"
            for table in tables if rows[table]]  # fmt: skip
    counted = [f"SELECT '{name}', concat_ws(' ', last_value, is_called) FROM {name}" for name in sequences]
    state = " UNION ALL ".join(kept + counted) or "SELECT '', '' WHERE false"
    places = {name: _one(cursor, f"SELECT last_value, is_called FROM {name}") for name in sequences}
    cursor.execute(state)
    lines = sorted(cursor.fetchall())
    (schema,) = _one(cursor, _SCHEMA)
    empty = [table for table in tables if not rows[table]]
    return _Original(schema, {t: found for t, found in rows.items() if found}, state, lines, places, empty)


def _clean(cursor: Any, original: _Original) -> bool:
    """Whether the database is again what it was. All other sessions are ended first."""
    if not _left_alone(cursor) or _one(cursor, _SCHEMA) != (original.schema,):
        return False
    cursor.execute("SET session_replication_role = replica")  # what nobody may delete goes, too
    _empty(cursor, original.empty)
    if _one(cursor, _LARGE)[0] > _ENOUGH:
        return False
    cursor.execute(original.state)
    for name, _ in set(cursor.fetchall()) - set(original.lines):
        if name in original.rows:
            restored = f"SELECT * FROM json_populate_recordset(NULL::{name}, %s::json)"
            cursor.execute(f"DELETE FROM {name}")
            cursor.execute(f"INSERT INTO {name} OVERRIDING SYSTEM VALUE {restored}", (original.rows[name],))
        else:
            cursor.execute("SELECT setval(%s, %s, %s)", (name, *original.sequences[name]))
    cursor.execute("RESET session_replication_role")
    return True


def _empty(cursor: Any, tables: list[str]) -> None:
    """Deleting is quicker than truncating, which makes new files; but what was deleted stays in the old ones."""
    if not tables:
        return
    cursor.execute("; ".join(f"DELETE FROM {table}" for table in tables))
    if _one(cursor, _LARGE)[0] > _ENOUGH:
        cursor.execute(f"TRUNCATE {', '.join(tables)}")


def _left_alone(cursor: Any) -> bool:
    """End whoever else is connected; most have gone by themselves, or are about to."""
    deadline = time.monotonic() + _PATIENCE
    asked = False
    while _one(cursor, f"SELECT count(*) {_OTHERS}") != (0,):
        if time.monotonic() > deadline:
            return False
        if asked:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {_OTHERS}")
        asked = True
        time.sleep(0.002)
    return True


def _one(cursor: Any, query: str) -> tuple[Any, ...]:
    cursor.execute(query)
    found: tuple[Any, ...] = cursor.fetchone()
    return found


def _column(cursor: Any, query: str) -> list[str]:
    cursor.execute(query)
    return [name for (name,) in cursor.fetchall()]


def _rows(cursor: Any, table: str) -> str:
    """The rows as JSON; nothing for an empty table."""
    (found,) = _one(cursor, f"SELECT coalesce(json_agg(t)::text, '') FROM {table} AS t")
    return str(found)
