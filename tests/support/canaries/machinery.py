"""The databases and the broker under a mall, reached by their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

import amqp
import kombu
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError


class _Session:
    def __init__(self, tx: Connection) -> None:
        self._tx = tx

    def also(self, statement: str) -> None:
        with suppress(DBAPIError):
            self._tx.execute(text(statement))


class Addresses:
    """As the administrator of the databases (`urls`, by name) and of the broker (None: the one in the process)."""

    def __init__(self, urls: Mapping[str, str], amqp_uri: str | None = None) -> None:
        self._urls = urls
        self._amqp_uri = amqp_uri

    def execute(self, database: str, *statements: str) -> None:
        engine = create_engine(self._urls[database], poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("%", "%%"))
        engine.dispose()

    def count(self, database: str, query: str) -> int:
        engine = create_engine(self._urls[database], poolclass=NullPool)
        with engine.connect() as connection:
            found = int(connection.execute(text(query)).scalar_one())
        engine.dispose()
        return found

    @contextmanager
    def within(self, database: str, statement: str) -> Iterator[_Session]:
        engine = create_engine(self._urls[database], poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))
            yield _Session(connection)
            connection.rollback()
        engine.dispose()

    def send(self, queue: str, body: bytes) -> None:
        assert self._amqp_uri is not None
        with kombu.Connection(self._amqp_uri) as connection:
            channel = connection.default_channel
            channel.confirm_select()
            channel.basic_publish_confirm(amqp.Message(body, content_type="application/json"), "", queue)
