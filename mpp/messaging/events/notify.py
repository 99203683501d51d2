"""Wakes the relay of another process: coalesced NOTIFY on a connection of its own, and LISTEN.

Outside the commands' transactions, where NOTIFY would make all commits queue. A lost one costs a poll interval.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import eventlet
import structlog
from eventlet.event import Event as Signal
from eventlet.hubs import trampoline
from psycopg2 import Error as PostgresError
from sqlalchemy.exc import SQLAlchemyError

from mpp.persistence.database import Database

log = structlog.get_logger(__name__)

CHANNEL = "mpp_outbox"
COALESCE = 0.02
RECONNECT = 1.0


class Notifier:
    """`notify()` returns at once; one NOTIFY stands for all calls of the last 20 ms."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked = Signal()
        self._greenlet = eventlet.spawn(self._run)

    def notify(self) -> None:
        """Let the listeners know, soon."""
        if not self._asked.ready():
            self._asked.send(None)

    def stop(self) -> None:
        """Send nothing more."""
        self._greenlet.kill()

    def _run(self) -> None:
        connection: Any = None
        while True:
            self._asked.wait()
            self._asked = Signal()
            try:
                connection = connection or _connection(self._database)
                with connection.cursor() as cursor:
                    cursor.execute(f"NOTIFY {CHANNEL}")
            except (PostgresError, SQLAlchemyError) as error:
                log.debug("notify.failed", service=self._database.name, error=type(error).__name__)
                _close(connection)
                connection = None
                eventlet.sleep(RECONNECT)
            eventlet.sleep(COALESCE)


class Listener:
    """Calls `on_notify` for each NOTIFY of the database, and after each (re)connection."""

    def __init__(self, database: Database, on_notify: Callable[[], None]) -> None:
        self._database = database
        self._on_notify = on_notify
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """Listen no more."""
        self._greenlet.kill()

    def _run(self) -> None:
        while True:
            connection: Any = None
            try:
                connection = _connection(self._database)
                with connection.cursor() as cursor:
                    cursor.execute(f"LISTEN {CHANNEL}")
                self._on_notify()
                while True:
                    trampoline(connection.fileno(), read=True)
                    connection.poll()
                    if connection.notifies:
                        connection.notifies.clear()
                        self._on_notify()
            except (PostgresError, SQLAlchemyError, OSError) as error:
                log.debug("listen.failed", service=self._database.name, error=type(error).__name__)
            finally:
                _close(connection)
            eventlet.sleep(RECONNECT)


def _connection(database: Database) -> Any:
    """A psycopg2 connection outside the pool, in autocommit."""
    pooled = database.engine.raw_connection()
    connection: Any = pooled.driver_connection
    pooled.detach()
    connection.autocommit = True
    return connection


def _close(connection: Any) -> None:
    try:
        if connection is not None:
            connection.close()
    except PostgresError:
        pass
