"""A database for a while, on a server where others live: made empty, dropped at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from mpp.persistence.servers.server_words import said_by_server
from mpp.persistence.servers.snapshots import SnapshotFailed


@contextmanager
def scratch_database(admin_url: str, name: str) -> Iterator[str]:
    """The URL of an empty database of this name, as the administrator. Raises SnapshotFailed when it cannot be made."""
    engine = create_engine(admin_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    quoted = engine.dialect.identifier_preparer.quote_identifier(name)
    drop = text(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
    try:
        with engine.connect() as connection:
            connection.execute(drop)
            connection.execute(text(f"CREATE DATABASE {quoted} TEMPLATE template0 ENCODING 'UTF8'"))
            connection.execute(text(f"REVOKE CONNECT ON DATABASE {quoted} FROM PUBLIC"))
        try:
            yield make_url(admin_url).set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(drop)
    except DBAPIError as error:
        raise SnapshotFailed(f"{name}: {said_by_server(error)}") from error
    finally:
        engine.dispose()
