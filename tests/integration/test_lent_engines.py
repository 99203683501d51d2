"""Tests share what SQLAlchemy has compiled, and nothing else: see `tests/support/engines.py`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, text

from tests.support.engines import LentDatabase


def lent(url: str) -> LentDatabase:
    return LentDatabase(url, "core", pool_size=4)


def pid(database: LentDatabase) -> int:
    with database.transaction() as tx:
        return int(tx.execute(text("SELECT pg_backend_pid()")).scalar_one())


def test_the_next_has_what_was_compiled_and_a_connection_of_its_own(core_database: str) -> None:
    first = lent(core_database)
    former = pid(first)
    first.give_back()
    second = lent(core_database)
    assert second.engine.dialect is first.engine.dialect
    assert pid(second) != former
    second.give_back()


def test_two_at_once_have_an_engine_each_also_after_one_was_given_back_twice(core_database: str) -> None:
    first = lent(core_database)
    first.give_back()
    first.give_back()
    second, third = lent(core_database), lent(core_database)
    assert second.engine.pool is not third.engine.pool
    for each in (second, third):
        each.give_back()


def test_what_one_listens_for_and_announces_the_next_does_not_hear(core_database: str) -> None:
    heard: list[Any] = []
    first = lent(core_database)
    first.on_commit("news", lambda: heard.append("news"))
    event.listen(first.engine, "before_cursor_execute", lambda *_: heard.append("a statement"))
    pid(first)
    assert heard == ["a statement"] * len(heard) != []
    first.give_back()
    heard.clear()
    second = lent(core_database)
    assert second.engine.dialect is first.engine.dialect
    pid(second)
    assert heard == []
    event.listen(second.engine, "connect", lambda *_: heard.append("a connection"))
    second.give_back()
    third = lent(core_database)
    pid(third)
    assert heard == []
    third.give_back()
