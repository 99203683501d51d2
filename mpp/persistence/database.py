"""One service's own PostgreSQL database: transactions that end before the caller stops waiting."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from psycopg2.extensions import UNICODE, new_type, register_type
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from mpp import json_text
from mpp.persistence import pipelined
from mpp.persistence.deadline import Deadline

_LOCK_NOT_AVAILABLE = "55P03"
_QUERY_CANCELED = "57014"
_DEADLOCK = "40P01"
_GOING_AWAY = ("57P0", "08")  # shutdown, crash, starting up, connection exceptions
# It answers and does not write: read-only after a fail-over; no room, memory or connection left; its disk fails. The
# rest of class 25 are mistakes of ours, which would come again for ever.
_NOT_WRITING = ("25006", "53", "58")
# A waiter gives up this many seconds before the caller does, so that the caller still hears why.
_ANSWER_MARGIN = 0.5
_BESIDE_THE_POOL = 2  # one that notifies, one that listens (mpp/messaging/events/notify.py)
_ANNOUNCED = "announced"
_ID = new_type((2950,), "UUID", UNICODE)
_LIMITS = text("SELECT set_config('statement_timeout', :statement, true), set_config('lock_timeout', :lock, true)")


class DatabaseAway(Exception):
    """The database does not answer, or answers and cannot write: nobody's failure, and it passes.

    Whether a commit under way was stored is unknown. `refusal` is the SQLSTATE with which it said no, if it said so.
    """

    def __init__(self, name: str, refusal: str | None = None) -> None:
        super().__init__(name if refusal is None else f"{name}: {refusal}")
        self.refusal = refusal


class TooSlow(Exception):
    """A statement or a lock took longer than the caller waits; the transaction was rolled back."""


class Database:
    """The engine and transactions of one database.

    `url` is `postgresql+psycopg2://...` (any `postgresql://` is read as that). `pool_size` bounds the connections;
    a transaction that finds none free for `pool_timeout` seconds raises `TooSlow`. `durable=False` does not wait for
    the disk at a commit: for demo rows only, which who loses them in a power cut makes again.
    """

    def __init__(
        self, url: str, *, name: str, pool_size: int = 12, pool_timeout: float = 5.0, durable: bool = True
    ) -> None:
        if url.startswith("postgresql://"):
            url = "postgresql+psycopg2://" + url.removeprefix("postgresql://")
        self.name = name
        self.url = url
        self.most_connections = pool_size + _BESIDE_THE_POOL
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_timeout,
            pool_recycle=1800,
            json_serializer=json_text.write_text,
            use_native_hstore=False,  # nobody has one, and each new connection would ask the server for it
            connect_args={"connect_timeout": 3, "application_name": f"mpp-{name}"},
        )
        pipelined.attach(self.engine)
        event.listen(self.engine, "connect", _ids_are_text)
        if not durable:
            event.listen(self.engine, "connect", _do_not_wait)
        self._callbacks: list[tuple[str, Callable[[], None]]] = []
        self._refused: tuple[float, str] | None = None

    def on_commit(self, what: str, callback: Callable[[], None]) -> None:
        """Call back after each commit that announced `what` (`announce`); callbacks must be quick."""
        self._callbacks.append((what, callback))

    @contextmanager
    def transaction(self, deadline: Deadline | None = None) -> Iterator[Connection]:
        """One READ COMMITTED transaction, committed at the end of the block, rolled back by any exception.

        With a deadline no statement runs past it, and no lock is awaited until the last moment. Raises
        `DatabaseAway` and `TooSlow`; every other error passes through.
        """
        with self._translated():
            with pipelined.transaction(self.engine) as tx:
                tx.info.pop(_ANNOUNCED, None)
                if deadline is not None:
                    _limit(tx, deadline)
                yield tx
                announced = tx.info.pop(_ANNOUNCED, ())
            for what, callback in self._callbacks:
                if what in announced:
                    callback()

    @contextmanager
    def alone(self, deadline: Deadline | None = None) -> Iterator[Connection]:
        """For one statement that is a whole transaction, in one trip: committed when it has its answer.

        Raises what `transaction` does. The deadline holds for the first statement; nothing is announced from here.
        """
        with self._translated(), pipelined.alone(self.engine) as tx:
            if deadline is not None:
                _limit(tx, deadline)
            yield tx

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except PoolTimeout as error:
            raise TooSlow(f"{self.name}: no free connection") from error
        except DBAPIError as error:
            translated = _translate(self.name, error)
            if isinstance(translated, DatabaseAway) and translated.refusal is not None:
                self._refused = time.monotonic(), translated.refusal
            raise translated from error

    def refused_within(self, seconds: float) -> str | None:
        """The SQLSTATE with which it last refused to write in the last so many seconds; None where it did not."""
        if self._refused is None or time.monotonic() - self._refused[0] > seconds:
            return None
        return self._refused[1]

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def announce(tx: Connection, what: str) -> None:
    """There will be something new once this transaction has committed: `Database.on_commit` tells whom."""
    tx.info.setdefault(_ANNOUNCED, set()).add(what)


def _ids_are_text(connection: Any, _record: ConnectionPoolEntry) -> None:
    """Every id is text in the mall, so none is made a UUID first: rows of prepared statements come as they are."""
    register_type(_ID, connection)


def _do_not_wait(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("SET synchronous_commit = off")
    cursor.close()
    connection.commit()


def _limit(tx: Connection, deadline: Deadline) -> None:
    left = deadline.left()
    if left <= 0:
        raise TooSlow("the deadline was over before the first statement")
    statement = max(1, int(left * 1000))
    lock = max(1, int(max(left - _ANSWER_MARGIN, left / 2) * 1000))
    pipelined.later(tx, _LIMITS, {"statement": str(statement), "lock": str(lock)})


def _translate(name: str, error: DBAPIError) -> Exception:
    code = getattr(error.orig, "pgcode", None) or ""
    if code in (_LOCK_NOT_AVAILABLE, _QUERY_CANCELED, _DEADLOCK):
        return TooSlow(f"{name}: {code}")
    if code.startswith(_NOT_WRITING):
        return DatabaseAway(name, code)
    if error.connection_invalidated or code.startswith(_GOING_AWAY):
        return DatabaseAway(name)
    if isinstance(error, OperationalError | InterfaceError) and not code:
        return DatabaseAway(name)  # connecting failed, or the connection broke before the server said anything
    return error
