"""Statements that go behind: in their order, before any read and before the commit, and all or none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import eventlet
import pytest
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, ProgrammingError

from mpp.persistence import pipelined
from mpp.persistence.database import Database, TooSlow
from mpp.persistence.deadline import Deadline

notes = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("words", Text, nullable=False))
NEW = insert(notes)
THAT = select(notes.c.words).where(notes.c.id == bindparam("of_note"))
REWORD_ALL = update(notes)
AGAIN = update(notes).where(notes.c.words.is_not(None))
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
        pipelined.later(tx, NEW, {"id": 1, "words": "one"})
        pipelined.later(tx, REWORD, {"of_note": 1, "words": "uno"})
        pipelined.later(tx, NEW, {"id": 2, "words": "two"})
        assert words(tx) == ["uno", "two"]


def test_the_commit_sends_what_still_waits(database: Database) -> None:
    with database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": "last"})
    with database.transaction() as tx:
        assert words(tx) == ["last"]


def test_any_text_arrives_as_it_was(database: Database) -> None:
    odd = "100 % ; 'quoted' \\ %s %(id)s :x {} é"
    with database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": odd})
        assert tx.execute(select(notes.c.words).where(notes.c.id == 1)).scalar_one() == odd
        pipelined.later(tx, NEW, {"id": 2, "words": odd})
    with database.transaction() as tx:
        assert words(tx) == [odd, odd]


def test_one_that_fails_takes_all_with_it(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": "one"})
        pipelined.later(tx, NEW, {"id": 1, "words": "again"})
    with database.transaction() as tx:
        assert words(tx) == []


def test_what_a_failed_transaction_left_is_not_sent_by_the_next(database: Database) -> None:
    with pytest.raises(RuntimeError), database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": "one"})
        raise RuntimeError
    with database.transaction() as tx:
        assert words(tx) == []


def test_a_savepoint_takes_back_what_was_queued_within_it(database: Database) -> None:
    with database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": "stays"})
        with pytest.raises(RuntimeError), tx.begin_nested():
            pipelined.later(tx, NEW, {"id": 2, "words": "goes"})
            raise RuntimeError
    with database.transaction() as tx:
        assert words(tx) == ["stays"]


def test_several_rows_at_once_do_not_repeat_what_rode_in_front(database: Database) -> None:
    with database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": "one"})
        tx.execute(NEW, [{"id": 2, "words": "two"}, {"id": 3, "words": "three"}])
    with database.transaction() as tx:
        assert words(tx) == ["one", "two", "three"]


def test_a_transaction_is_one_trip_where_nobody_waits_for_an_answer(database: Database) -> None:
    first = trips(database, lambda tx: pipelined.later(tx, NEW, {"id": 1, "words": "one"}))
    again = trips(database, lambda tx: pipelined.later(tx, NEW, {"id": 2, "words": "two"}))
    assert [len(first), len(again)] == [1, 1]
    assert [statement.split()[0] for statement in first[0].split(";\n")] == ["BEGIN", "PREPARE", "EXECUTE", "COMMIT"]
    assert [statement.split()[0] for statement in again[0].split(";\n")] == ["BEGIN", "EXECUTE", "COMMIT"]
    with database.transaction() as tx:
        assert words(tx) == ["one", "two"]


def test_what_a_session_has_prepared_is_known_after_an_error_and_after_a_new_connection(database: Database) -> None:
    def write(tx: Connection, id_: int) -> None:
        pipelined.later(tx, NEW, {"id": id_, "words": "w"})
        assert pipelined.now(tx, THAT, {"of_note": id_}).scalar_one() == "w"

    with database.transaction() as tx:
        write(tx, 1)
    for id_ in (1, 1, 2):
        try:
            with database.transaction() as tx:
                pipelined.later(tx, REWORD_ALL, {"words": "w"})  # new to the session, and lost with the error
                write(tx, id_)
        except IntegrityError:
            continue
    with pytest.raises(RuntimeError), database.transaction() as tx:  # prepared, and rolled back
        pipelined.later(tx, AGAIN, {"words": "x"})
        assert words(tx) == ["x", "x"]
        raise RuntimeError
    with database.transaction() as tx:
        pipelined.later(tx, AGAIN, {"words": "w"})
        with pytest.raises(IntegrityError), tx.begin_nested():
            write(tx, 1)
        write(tx, 3)
    database.dispose()
    with database.transaction() as tx:
        write(tx, 4)
        assert words(tx) == ["w"] * 4


def test_a_value_that_the_driver_cannot_send_leaves_the_connection_in_order(database: Database) -> None:
    with pytest.raises(ProgrammingError), database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": object()})
        words(tx)
    with database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": "one"})
        assert words(tx) == ["one"]


def test_a_transaction_that_asks_nothing_sends_nothing(database: Database) -> None:
    assert trips(database, lambda tx: None) == []


def test_begin_rides_in_front_of_the_first_statement_and_all_is_taken_back_together(database: Database) -> None:
    def fail(tx: Connection) -> None:
        tx.execute(NEW, {"id": 1, "words": "one"})
        assert in_transaction(tx)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        trips(database, fail)
    with database.transaction() as tx:
        assert words(tx) == []


def test_a_commit_that_is_refused_is_an_error_and_stores_nothing(database: Database) -> None:
    with database.transaction() as tx:
        tx.execute(text("ALTER TABLE notes ADD CONSTRAINT later UNIQUE (words) DEFERRABLE INITIALLY DEFERRED"))
    with pytest.raises(IntegrityError), database.transaction() as tx:
        pipelined.later(tx, NEW, {"id": 1, "words": "same"})
        pipelined.later(tx, NEW, {"id": 2, "words": "same"})
    with database.transaction() as tx:
        assert words(tx) == []


def test_a_statement_that_failed_and_was_passed_over_is_no_commit(database: Database) -> None:
    with pytest.raises(RuntimeError, match="rolled back"), database.transaction() as tx:
        tx.execute(NEW, {"id": 1, "words": "lost with it"})
        with suppress(ProgrammingError):
            tx.execute(text("SELECT nonsense"))
    with database.transaction() as tx:
        assert words(tx) == []


def test_a_connection_leaves_no_transaction_open_whatever_happened_in_it(database: Database) -> None:
    """The pool has one connection: each of these gets the one that the last one left."""

    def fails(tx: Connection) -> None:
        with pytest.raises(ProgrammingError):
            tx.execute(text("SELECT nonsense"))
        raise RuntimeError

    def is_cut_off(tx: Connection) -> None:
        tx.execute(NEW, {"id": 1, "words": "one"})
        with eventlet.Timeout(0.05, RuntimeError()):
            tx.execute(text("SELECT pg_sleep(10)"))

    def refuses(tx: Connection) -> None:
        pipelined.later(tx, NEW, {"id": 1, "words": "one"})
        raise RuntimeError

    for happening in (fails, is_cut_off, refuses):
        with pytest.raises(RuntimeError), database.transaction() as tx:
            happening(tx)
        with database.transaction() as tx:
            assert words(tx) == [], happening.__name__
        with database.engine.connect() as plain:  # outside of `transaction` the driver is as it always is
            plain.execute(NEW, {"id": 9, "words": "not committed"})
        with database.transaction() as tx:
            assert words(tx) == [], happening.__name__


def in_transaction(tx: Connection) -> bool:
    driver = tx.connection.dbapi_connection
    assert driver is not None
    return bool(driver.info.transaction_status == TRANSACTION_STATUS_INTRANS)


def trips(database: Database, work: Callable[[Connection], None]) -> list[str]:
    """What one transaction sent, trip by trip."""
    sent: list[str] = []

    def note(_connection: object, cursor: Any, *_: object) -> None:
        sent.append(cursor.query.decode())

    event.listen(database.engine, "after_cursor_execute", note)
    try:
        with database.transaction() as tx:
            work(tx)
    finally:
        event.remove(database.engine, "after_cursor_execute", note)
    return sent


def test_a_statement_alone_is_a_transaction_of_its_own_within_its_deadline(database: Database) -> None:
    with database.alone(Deadline.after(5)) as tx:
        tx.execute(NEW, {"id": 1, "words": "one"})
        assert not in_transaction(tx)
    with pytest.raises(TooSlow), database.alone(Deadline.after(0.2)) as tx:
        tx.execute(text("SELECT pg_sleep(10)"))
    with database.transaction() as tx:
        assert words(tx) == ["one"]
        assert tx.execute(text("SHOW statement_timeout")).scalar_one() == "0", "the limit was that statement's"
