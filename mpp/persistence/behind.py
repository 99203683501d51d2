"""Writes that nobody needs to hear from: they wait, and go to the server in one trip with the next statement.

A command writes seven or eight rows and reads three times. Sent one by one, each write costs a trip, and the greenlet
is put to sleep and woken for it. Nothing else changes: the order stays, everything is sent before the next read sees
the database and before the commit, and a write that fails fails the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Executable, event
from sqlalchemy.sql.compiler import SQLCompiler

_WAITING = "behind"
Processor = Callable[[Any], Any]
_compiled: dict[tuple[Executable, tuple[str, ...]], tuple[SQLCompiler, dict[str, Processor]]] = {}


def later(tx: Connection, statement: Executable, values: Mapping[str, Any]) -> None:
    """Queue an INSERT, an UPDATE or a SELECT whose answer is not wanted.

    `statement` is a constant of its module, without values of its own: it is compiled once for each set of names in
    `values`.
    """
    compiled, processors = _compile(tx, statement, tuple(values))
    parameters = compiled.construct_params(dict(values))
    for name, process in processors.items():
        parameters[name] = process(parameters[name])
    cursor = tx.connection.cursor()
    tx.info.setdefault(_WAITING, []).append(cursor.mogrify(str(compiled), parameters).decode())
    cursor.close()


def send(tx: Connection) -> None:
    """Send what waits, now."""
    if tx.info.get(_WAITING):
        # the listener puts it in front
        tx.exec_driver_sql("SELECT 1")


def forget(tx: Connection) -> None:
    """Nothing waits: a connection comes back from the pool with what its last, failed transaction left."""
    tx.info.pop(_WAITING, None)


def attach(engine: Engine) -> None:
    """Let the writes that wait ride in front of each statement of this engine."""
    event.listen(engine, "before_cursor_execute", _ride, retval=True)


def _ride(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    waiting = connection.info.pop(_WAITING, None)
    if not waiting:
        return statement, parameters
    sent = ";\n".join(waiting)
    if executemany:  # psycopg2 would repeat them for each row
        cursor.execute(sent)
        return statement, parameters
    return f"{sent.replace('%', '%%')};\n{statement}", parameters


def _compile(tx: Connection, statement: Executable, names: tuple[str, ...]) -> tuple[SQLCompiler, dict[str, Processor]]:
    found = _compiled.get((statement, names))
    if found is None:
        compiled: Any = statement.compile(dialect=tx.dialect, column_keys=list(names))  # type: ignore[attr-defined]
        processors = {}
        for name, bind in compiled.binds.items():
            process = bind.type.dialect_impl(tx.dialect).bind_processor(tx.dialect)
            if process is not None:
                processors[name] = process
        found = _compiled[statement, names] = (compiled, processors)
    return found
