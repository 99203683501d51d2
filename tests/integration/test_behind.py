"""Writes that go behind: in their order, before any read and before the commit, and all or none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, bindparam, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from mpp.persistence import behind
from mpp.persistence.database import Database

notes = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("words", Text, nullable=False))
NEW = insert(notes)
REWORD = update(notes).where(notes.c.id == bindparam("of_note"))


@pytest.fixture
def database(make_database: Callable[..., str]) -> Iterator[Database]:
    opened = Database(make_database(), name="notes", pool_size=1)
    with opened.transaction() as tx:
        tx.execute(text("CREATE TABLE notes (id integer PRIMARY KEY, words text NOT NULL)"))
    yield opened
    opened.dispose()


def words(tx: Connection) -> list[str]:
    return list(tx.execute(select(notes.c.words).order_by(notes.c.id)).scalars())


def test_a_read_sees_every_write_before_it_in_their_order(database: Database) -> None:
    with database.transaction() as tx:
        behind.later(tx, NEW, {"id": 1, "words": "one"})
        behind.later(tx, REWORD, {"of_note": 1, "words": "uno"})
        behind.later(tx, NEW, {"id": 2, "words": "two"})
        assert words(tx) == ["uno", "two"]


def test_the_commit_sends_what_still_waits(database: Database) -> None:
    with database.transaction() as tx:
        behind.later(tx, NEW, {"id": 1, "words": "last"})
    with database.transaction() as tx:
        assert words(tx) == ["last"]


def test_any_text_arrives_as_it_was(database: Database) -> None:
    odd = "100 % ; 'quoted' \\ %s %(id)s :x {} é"
    with database.transaction() as tx:
        behind.later(tx, NEW, {"id": 1, "words": odd})
        assert tx.execute(select(notes.c.words).where(notes.c.id == 1)).scalar_one() == odd
        behind.later(tx, NEW, {"id": 2, "words": odd})
    with database.transaction() as tx:
        assert words(tx) == [odd, odd]


def test_one_that_fails_takes_all_with_it(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as tx:
        behind.later(tx, NEW, {"id": 1, "words": "one"})
        behind.later(tx, NEW, {"id": 1, "words": "again"})
    with database.transaction() as tx:
        assert words(tx) == []


def test_what_a_failed_transaction_left_is_not_sent_by_the_next(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as tx:
        behind.later(tx, NEW, {"id": 1, "words": "one"})
        raise RuntimeError
    with database.transaction() as tx:
        assert words(tx) == []


def test_a_savepoint_takes_back_what_was_queued_within_it(database: Database) -> None:
    with database.transaction() as tx:
        behind.later(tx, NEW, {"id": 1, "words": "stays"})
        with pytest.raises(RuntimeError), tx.begin_nested():
            behind.later(tx, NEW, {"id": 2, "words": "goes"})
            raise RuntimeError
    with database.transaction() as tx:
        assert words(tx) == ["stays"]


def test_several_rows_at_once_do_not_repeat_what_rode_in_front(database: Database) -> None:
    with database.transaction() as tx:
        behind.later(tx, NEW, {"id": 1, "words": "one"})
        tx.execute(NEW, [{"id": 2, "words": "two"}, {"id": 3, "words": "three"}])
    with database.transaction() as tx:
        assert words(tx) == ["one", "two", "three"]
