"""A database that goes away, or stays and does not write, under whoever uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from mpp.persistence.database import Database
from tests.support.postgres import TestPostgres

_REFUSE = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '{code}'; END $$
"""


@contextmanager
def away(server: TestPostgres, database: Database) -> Iterator[None]:
    """Nobody can connect, and whoever was connected is not any more."""
    name = make_url(database.url).database
    server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    _end_sessions(server, database)
    yield
    server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def read_only(server: TestPostgres, database: Database) -> Iterator[None]:
    """It answers and takes no writes, as after a fail-over to a replica."""
    name = make_url(database.url).database
    server.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    _end_sessions(server, database)
    yield
    server.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    _end_sessions(server, database)


@contextmanager
def no_room(server: TestPostgres, database: Database, table: str, code: str = "53100") -> Iterator[None]:
    """A table takes no new rows, as where its file cannot grow any more; what is small still finds room."""
    name = make_url(database.url).database
    server.execute(
        _REFUSE.format(code=code),
        f"CREATE TRIGGER a_no_room BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION no_room()",
        database=name,
    )
    yield
    server.execute("DROP FUNCTION no_room CASCADE", database=name)


def _end_sessions(server: TestPostgres, database: Database) -> None:
    name = make_url(database.url).database
    server.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
