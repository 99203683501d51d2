"""A test that is lent a database sees nothing of the tests before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text

from tests.support.postgres import TestPostgres


def fill(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as tx:
        tx.execute(text("CREATE TABLE offices (name text PRIMARY KEY, since timestamptz, photo bytea, told jsonb)"))
        tx.execute(text("CREATE TABLE letters (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text)"))
        tx.execute(
            text(
                "INSERT INTO offices VALUES ('desa', '2026-11-26 08:00:00.123456+07', '\\x00ff', '{\"a\": [1, null]}')"
            )
        )
    engine.dispose()


@pytest.fixture
def lend(postgres_server: TestPostgres) -> Iterator[Callable[[], tuple[str, Engine]]]:
    """Lend a database; the one that was lent before is given back first, as at the end of its test."""
    lent: list[str] = []

    def again() -> tuple[str, Engine]:
        if lent:
            postgres_server.pool.give_back(lent.pop())
        lent.append(postgres_server.pool.lend("pool_itself", fill))
        return lent[0], create_engine(postgres_server.url(lent[0]), poolclass=NullPool)

    yield again
    for name in lent:
        postgres_server.pool.give_back(name)


def rows(engine: Engine) -> tuple[list[object], list[object], int]:
    with engine.begin() as tx:
        offices = [tuple(row) for row in tx.execute(text("SELECT * FROM offices"))]
        letters = [tuple(row) for row in tx.execute(text("SELECT * FROM letters"))]
        number = tx.execute(text("INSERT INTO letters (word) VALUES ('next') RETURNING id")).scalar_one()
        return list(offices), list(letters), int(number)


def test_rows_and_counters_are_as_at_first(lend: Callable[[], tuple[str, Engine]]) -> None:
    first, engine = lend()
    seen = rows(engine)
    with engine.begin() as tx:
        tx.execute(text("UPDATE offices SET photo = NULL, told = '1'"))
        tx.execute(text("INSERT INTO offices VALUES ('kecamatan')"))
    second, engine = lend()
    assert second == first
    assert rows(engine) == seen == (seen[0], [], 1)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE offices ADD COLUMN more text",
        "DROP TABLE letters",
        "CREATE INDEX one_more ON offices (since)",
        "CREATE FUNCTION one() RETURNS int LANGUAGE sql RETURN 1",
        "ALTER TABLE offices DISABLE TRIGGER ALL",
        "ANALYZE offices",
        "GRANT SELECT ON offices TO PUBLIC",
    ],
)
def test_a_changed_schema_is_not_lent_again(lend: Callable[[], tuple[str, Engine]], change: str) -> None:
    first, engine = lend()
    with engine.begin() as tx:
        if "TRIGGER" in change:
            tx.execute(text("ALTER TABLE letters ADD CONSTRAINT of_office FOREIGN KEY (word) REFERENCES offices"))
        tx.execute(text(change))
    second, _ = lend()
    assert second != first


def test_who_is_still_connected_is_gone_before_the_next_test(lend: Callable[[], tuple[str, Engine]]) -> None:
    _, engine = lend()
    holds = engine.connect()
    holds.execute(text("LOCK TABLE offices"))
    _, again = lend()
    assert rows(again)[2] == 1
    holds.invalidate()
    holds.close()
