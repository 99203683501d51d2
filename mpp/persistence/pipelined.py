"""Statements that nobody needs to hear from: they wait, and go to the server in one trip with the next one.

A command writes seven or eight rows and reads three times. Sent one by one, each write costs a trip, and the greenlet
is put to sleep and woken for it; so do BEGIN and COMMIT. Nothing else changes: the order stays, everything is sent
before the next read sees the database and before the commit, and a write that fails fails the transaction. The same few
statements come thousands of times an hour, so each session prepares them once, and the server keeps their plans.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import TRANSACTION_STATUS_ACTIVE, TRANSACTION_STATUS_IDLE
from sqlalchemy import Connection, CursorResult, Engine, ExceptionContext, Executable, event
from sqlalchemy.exc import DBAPIError

from mpp.persistence.values import AnyValues, SqlValue, SqlValues

_WAITING = "behind"
_PREPARED = "prepared"
_BIND = re.compile(r"%\((\w+)\)s|%%")
Processor = Callable[[SqlValue], SqlValue]


@dataclass(frozen=True)
class _Statement:
    """`prepare` is sent once in a session: the server then parses and plans it no more. `execute` is each call."""

    name: str
    prepare: str
    execute: str
    processors: Mapping[str, Processor]

    def values(self, given: SqlValues) -> dict[str, SqlValue]:
        """The values as the driver takes them."""
        found = dict(given)
        for name, process in self.processors.items():
            found[name] = process(found[name])
        return found


_Call = tuple[_Statement | None, SqlValues | None]  # without values: only prepared
_BEGIN: _Call = (None, None)
_statements: dict[tuple[Executable, tuple[str, ...]], _Statement] = {}


def later(tx: Connection, statement: Executable, values: SqlValues) -> None:
    """Queue an INSERT, an UPDATE or a SELECT whose answer is not wanted.

    `statement` is a constant of its module, without values of its own: it is compiled once for each set of names in
    `values`.
    """
    known = _statement(tx, statement, tuple(values))
    tx.info.setdefault(_WAITING, []).append((known, known.values(values)))


def now(tx: Connection, statement: Executable, values: SqlValues) -> CursorResult[AnyValues]:
    """The rows of such a statement, as the driver gives them: what waits rides in front."""
    known = _statement(tx, statement, tuple(values))
    tx.info.setdefault(_WAITING, []).append((known, None))
    return tx.exec_driver_sql(known.execute, known.values(values))


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """A transaction whose BEGIN and COMMIT ride along as well; rolled back by any exception.

    psycopg2 would send each of them alone, so it is told to send none.
    """
    with alone(engine) as tx:
        tx.info[_WAITING] = [_BEGIN]
        yield tx
        _commit(tx)


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A connection on which each statement is a transaction of its own, with what rides in front of it."""
    with engine.connect() as tx:
        driver: Any = tx.connection.dbapi_connection
        driver.autocommit = True
        # a connection comes back from the pool with what its last, failed transaction left
        tx.info[_WAITING] = []
        try:
            yield tx
        except BaseException:
            _roll_back(tx, driver)
            raise
        driver.autocommit = False


def attach(engine: Engine) -> None:
    """Let what waits ride in front of each statement of this engine."""
    event.listen(engine, "before_cursor_execute", _ride, retval=True)
    event.listen(engine, "handle_error", _forget)


def _commit(tx: Connection) -> None:
    if tx.info.get(_WAITING) == [_BEGIN]:
        tx.info.pop(_WAITING)  # nothing was asked of the server
        return
    done: Any = tx.exec_driver_sql("COMMIT")
    # The server answers COMMIT with ROLLBACK, and no error, where a statement failed and its error was caught.
    if done.context.cursor.statusmessage != "COMMIT":
        raise RuntimeError("the transaction was rolled back: a statement in it had failed")


def _roll_back(tx: Connection, driver: Any) -> None:
    if tx.invalidated:
        return
    tx.info.pop(_WAITING, None)
    status = TRANSACTION_STATUS_ACTIVE if driver.closed else driver.info.transaction_status
    if status == TRANSACTION_STATUS_ACTIVE:
        tx.invalidate()  # cut off in the middle of a statement: nobody knows what the server says next
        return
    try:
        if status != TRANSACTION_STATUS_IDLE:
            tx.exec_driver_sql("ROLLBACK")
        driver.autocommit = False
    except DBAPIError:
        if not tx.invalidated:
            tx.invalidate()
        raise  # a lost connection outdoes whatever the block failed with


def _ride(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    waiting = connection.info.pop(_WAITING, None)
    if not waiting:
        return statement, parameters
    try:
        sent = _written(cursor, connection.info, waiting)
        if executemany:  # psycopg2 would repeat them for each row
            cursor.execute(sent)
            return statement, parameters
    except BaseException:
        connection.info.pop(_PREPARED, None)
        raise
    return f"{sent.replace('%', '%%')};\n{statement}", parameters


def _written(cursor: Any, info: dict[Any, Any], waiting: list[_Call]) -> str:
    """What waits as one text. A statement is prepared where it is used first: there the deadline holds already."""
    known = info.get(_PREPARED)
    parts: list[bytes] = []
    if known is None:
        known = info[_PREPARED] = set()
        parts.append(b"DEALLOCATE ALL")
    for statement, values in waiting:
        if statement is None:
            parts.append(b"BEGIN")
            continue
        if statement.name not in known:
            parts.append(statement.prepare.encode())
            known.add(statement.name)
        if values is not None:
            parts.append(cursor.mogrify(statement.execute, values))
    return b";\n".join(parts).decode()


def _forget(context: ExceptionContext) -> None:
    """After an error nobody knows which statements the session has prepared."""
    if context.connection is not None and not context.connection.invalidated:
        context.connection.info.pop(_PREPARED, None)


def _statement(tx: Connection, statement: Executable, names: tuple[str, ...]) -> _Statement:
    found = _statements.get((statement, names))
    if found is None:
        compiled: Any = statement.compile(dialect=tx.dialect, column_keys=list(names))  # type: ignore[attr-defined]
        if missing := set(compiled.binds) - set(names):
            raise ValueError(f"no value for {', '.join(sorted(missing))}")
        processors = {}
        for name, bind in compiled.binds.items():
            process = bind.type.dialect_impl(tx.dialect).bind_processor(tx.dialect)
            if process is not None:
                processors[name] = process
        found = _statements[statement, names] = _made(f"mpp_{len(_statements)}", str(compiled), processors)
    return found


def _made(name: str, sql: str, processors: Mapping[str, Processor]) -> _Statement:
    order = list(dict.fromkeys(bind for bind in _BIND.findall(sql) if bind))
    numbered = _BIND.sub(lambda m: f"${order.index(m[1]) + 1}" if m[1] else "%", sql)
    arguments = ", ".join(f"%({bind})s" for bind in order)
    return _Statement(name, f"PREPARE {name} AS {numbered}", f"EXECUTE {name} ({arguments})", processors)
