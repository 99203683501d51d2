"""Wakes the relay of another process: coalesced NOTIFY on a connection of its own, and LISTEN.

Outside the commands' transactions, where NOTIFY would make all commits queue. A lost one costs a poll interval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

import eventlet
from eventlet.hubs import trampoline
from psycopg2 import Error as PostgresError

from mpp.jobs.loops import Loop, Pace
from mpp.persistence.database import Database

CHANNEL = "mpp_outbox"
COALESCE = 0.02
RECONNECT = 1.0
LISTENING = 30.0  # seconds of a pass in which nothing is heard


class Cursor(Protocol):
    """The part of a psycopg2 cursor that is used here; the driver has no types."""

    def execute(self, statement: str) -> None: ...


class DriverConnection(Protocol):
    """The part of a psycopg2 connection that is used here."""

    autocommit: bool
    notifies: list[str]

    def cursor(self) -> AbstractContextManager[Cursor]: ...

    def fileno(self) -> int: ...

    def poll(self) -> int: ...

    def close(self) -> None: ...


class Notifier:
    """`notify()` returns at once; one NOTIFY stands for all calls of the last 20 ms."""

    def __init__(self, database: Database) -> None:
        self._line = _Line(database, lambda connection: None)
        pace = Pace(every=None, spacing=COALESCE, at_start=False, back_off=RECONNECT, longest_back_off=RECONNECT)
        close = self._line.close
        self.loop = Loop(database.name, "notify", self._send, pace, patience=0.0, ended=close, killed=close)

    def notify(self) -> None:
        """Let the listeners know, soon."""
        self.loop.wake()

    def _send(self) -> None:
        with self._line.connection() as connection, connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")


class Listener:
    """Calls `on_notify` for each NOTIFY of the database, and after each (re)connection."""

    def __init__(self, database: Database, on_notify: Callable[[], None]) -> None:
        self._line = _Line(database, self._begin)
        self._on_notify = on_notify
        pace = Pace(every=0.0, back_off=RECONNECT, longest_back_off=RECONNECT)
        close = self._line.close
        self.loop = Loop(database.name, "listen", self._listen, pace, patience=0.0, ended=close, killed=close)

    def _begin(self, connection: DriverConnection) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")
        self._on_notify()  # for what was said while nobody listened

    def _listen(self) -> None:
        with self._line.connection() as connection:
            with eventlet.Timeout(LISTENING, False):
                trampoline(connection.fileno(), read=True)
            connection.poll()
            if connection.notifies:
                connection.notifies.clear()
                self._on_notify()


class _Line:
    """A connection outside the pool, in autocommit; made again after it broke, and begun by `begin`."""

    def __init__(self, database: Database, begin: Callable[[DriverConnection], None]) -> None:
        self._database = database
        self._begin = begin
        self._open: DriverConnection | None = None

    @contextmanager
    def connection(self) -> Iterator[DriverConnection]:
        """The connection; closed when what is done with it fails."""
        try:
            if self._open is None:
                self._open = self._connect()
                self._begin(self._open)
            yield self._open
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection, if there is one."""
        connection, self._open = self._open, None
        try:
            if connection is not None:
                connection.close()
        except PostgresError:
            pass

    def _connect(self) -> DriverConnection:
        pooled = self._database.engine.raw_connection()
        connection: DriverConnection = pooled.driver_connection  # type: ignore[assignment]
        pooled.detach()
        connection.autocommit = True
        return connection
