"""Databases that are brought back beside those that stand, and take their place all at once.

PostgreSQL renames databases in a transaction, so there is no moment at which one service has the old database and
another the new. It renames none that somebody is connected to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from mpp.persistence.servers.server_words import said_by_server

_LOCK = 7_267_915_003  # any number of ours: one restore at a time
_FRESH, _FORMER = "_pulih", "_lama_"
_EXISTING = text("SELECT datname FROM pg_database WHERE datname = ANY(:names)")
_SESSIONS = text(
    "SELECT datname, coalesce(usename, '-') AS account, count(*) AS number FROM pg_stat_activity"
    " WHERE datname = ANY(:names) AND pid <> pg_backend_pid() AND backend_type = 'client backend' GROUP BY 1, 2"
    " ORDER BY 1, 2"
)
_KEPT = text(
    "SELECT datname, pg_database_size(oid) AS size FROM pg_database WHERE starts_with(datname, :prefix) ORDER BY 1"
)
_IN_USE = "55006"


class SwapFailed(Exception):
    """The server refuses or does not answer; the text is its own, in one line."""


class InUse(SwapFailed):
    """Somebody has connected to one of the databases meanwhile."""


class AlreadyRunning(SwapFailed):
    """Another restore is at work on this server."""


@dataclass(frozen=True)
class Place:
    """The database of one service: `url` as the service itself has it."""

    service: str
    url: str

    @property
    def name(self) -> str:
        return str(make_url(self.url).database)

    @property
    def fresh(self) -> str:
        """What the database is called while it is brought back."""
        return self.name + _FRESH

    def former(self, stamp: str) -> str:
        """What the database that stood there is called after the restore of this stamp."""
        return f"{self.name}{_FORMER}{stamp.lower()}"

    @property
    def fresh_url(self) -> str:
        """The service's URL of the database that is brought back."""
        return make_url(self.url).set(database=self.fresh).render_as_string(hide_password=False)


@dataclass(frozen=True)
class Connected:
    """How many sessions an account has in a database."""

    database: str
    account: str
    number: int


@dataclass(frozen=True)
class Kept:
    """A database that a restore has put aside, and its size in bytes."""

    name: str
    size: int


class Server:
    """The server of the databases, as its administrator. Every method raises SwapFailed."""

    def __init__(self, admin_url: str) -> None:
        self._engine = create_engine(
            admin_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 10}
        )

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else restores until the block ends. Raises AlreadyRunning."""
        with _told():
            connection = self._engine.connect()
        with connection:
            with _told():
                taken = connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}).scalar_one()
            if not taken:
                raise AlreadyRunning
            yield

    def existing(self, names: Iterable[str]) -> set[str]:
        """Which of these databases there are."""
        with self._session() as tx:
            return set(tx.execute(_EXISTING, {"names": list(names)}).scalars())

    def connected(self, names: Iterable[str]) -> list[Connected]:
        """Who is connected to these databases."""
        with self._session() as tx:
            return [Connected(*row) for row in tx.execute(_SESSIONS, {"names": list(names)})]

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected; nothing where there is none."""
        with self._session() as tx:
            tx.execute(text(f"DROP DATABASE IF EXISTS {_quoted(tx, name)} WITH (FORCE)"))

    def kept(self, places: Iterable[Place]) -> list[Kept]:
        """The databases that stood in these places."""
        with self._session() as tx:
            rows = [row for place in places for row in tx.execute(_KEPT, {"prefix": place.name + _FORMER})]
        return [Kept(*row) for row in rows]

    def swap(self, places: Sequence[Place], stamp: str) -> None:
        """Put every fresh database in its place, and what stood there aside, in one transaction. Raises InUse."""
        standing = self.existing(place.name for place in places)
        with _told(), self._engine.execution_options(isolation_level="READ COMMITTED").begin() as tx:
            for place in places:
                if place.name in standing:
                    _rename(tx, place.name, place.former(stamp))
                    account = _quoted(tx, str(make_url(place.url).username))
                    former = _quoted(tx, place.former(stamp))
                    tx.execute(text(f"REVOKE CONNECT ON DATABASE {former} FROM {account}"))
                _rename(tx, place.fresh, place.name)

    def dispose(self) -> None:
        """Close the connections."""
        self._engine.dispose()

    @contextmanager
    def _session(self) -> Iterator[Connection]:
        with _told(), self._engine.connect() as tx:
            yield tx


@contextmanager
def reading(admin_url: str, database: str) -> Iterator[Connection]:
    """A transaction in one of the databases, as the administrator. Raises SwapFailed."""
    with _in(admin_url, database) as engine, _told(), engine.connect() as tx:
        yield tx


@contextmanager
def writing(admin_url: str, database: str) -> Iterator[Connection]:
    """The same, committed at the end of the block."""
    with _in(admin_url, database) as engine, _told(), engine.begin() as tx:
        yield tx


def gather_statistics(admin_url: str, database: str) -> None:
    """Let the planner know what is in a database that was just filled. Raises SwapFailed."""
    with _in(admin_url, database) as engine, _told(), engine.connect() as tx:
        tx.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


@contextmanager
def _in(admin_url: str, database: str) -> Iterator[Engine]:
    engine = create_engine(make_url(admin_url).set(database=database), poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        kind = InUse if getattr(error.orig, "pgcode", None) == _IN_USE else SwapFailed
        raise kind(said_by_server(error)) from error


def _rename(tx: Connection, name: str, new: str) -> None:
    tx.execute(text(f"ALTER DATABASE {_quoted(tx, name)} RENAME TO {_quoted(tx, new)}"))


def _quoted(tx: Connection, name: str) -> str:
    return tx.dialect.identifier_preparer.quote_identifier(name)
