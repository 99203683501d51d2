"""The databases of the mall at one moment each: held open while they are copied, one after the other in a fixed order.

A snapshot is a transaction of PostgreSQL that sees one moment; `pg_dump --snapshot` copies just that. The moments of
two databases lie milliseconds apart, and their order is what makes them fit: see `mpp.operations.backup.order`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, NullPool, create_engine, func, make_url, select, text
from sqlalchemy.exc import DBAPIError

from mpp.persistence import migrate
from mpp.persistence.audit.sealer import last_head
from mpp.persistence.servers.server_words import said_by_server
from mpp.persistence.tables import audit, inbox, outbox

_HOLD = text(
    "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true),"
    " set_config('lock_timeout', '10s', true)"
)
_SEEN = text("SELECT pg_export_snapshot() AS id, clock_timestamp() AS at, current_setting('server_version_num') AS v")


class SnapshotFailed(Exception):
    """The database does not answer, or refuses; the text is the server's own, in one line."""


@dataclass(frozen=True)
class Source:
    """A database to copy: the service that it belongs to, its URL, and the packages of its migrations."""

    service: str
    url: str
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """One database at the moment `at`. `id` is what `pg_dump --snapshot` takes; `server` is its major version.

    `tx` sees that moment, and only reads.
    """

    source: Source
    id: str
    at: datetime
    server: int
    tx: Connection


@dataclass(frozen=True)
class Marks:
    """How far a database is: nothing that happened later is in it."""

    schema: str
    outbox_last: int  # id of the newest event of its own; 0: none
    outbox_unsent: int
    highest_version: int  # of any subject of its events; 0: none
    inbox_last: datetime | None  # when it heard its newest event
    sealed: int  # entries of its audit trail that are sealed
    head: str  # of the chain at that size, in hexadecimal digits
    entries: int  # of its audit trail, sealed or not


@contextmanager
def snapshots(
    sources: Iterable[Source], opened: Callable[[Snapshot], None] = lambda _: None
) -> Iterator[Sequence[Snapshot]]:
    """Snapshots in this order, open until the block ends; `opened` is called after each. Raises SnapshotFailed."""
    with ExitStack() as stack:
        held = []
        for source in sources:
            engine = create_engine(source.url, poolclass=NullPool, connect_args={"connect_timeout": 10})
            stack.callback(engine.dispose)
            with _told(source.service):
                options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                tx = stack.enter_context(engine.connect().execution_options(**options))
                tx.execute(_HOLD)
                row = tx.execute(_SEEN).one()
            held.append(Snapshot(source, row.id, row.at, int(row.v) // 10_000, tx))
            opened(held[-1])
        yield held


def marks_of(snapshot: Snapshot) -> Marks:
    """How far the database is at this moment. Raises SnapshotFailed."""
    tx = snapshot.tx
    with _told(snapshot.source.service):
        last, highest = tx.execute(select(func.max(outbox.c.id), func.max(outbox.c.subject_version))).one()
        unsent = tx.execute(select(func.count()).select_from(outbox).where(outbox.c.published_at.is_(None)))
        seal = last_head(tx)
        return Marks(
            schema=migrate.current(tx, snapshot.source.packages) or "",
            outbox_last=last or 0,
            outbox_unsent=unsent.scalar_one(),
            highest_version=highest or 0,
            inbox_last=tx.execute(select(func.max(inbox.c.received_at))).scalar_one(),
            sealed=seal.position,
            head=seal.head.hex(),
            entries=tx.execute(select(func.count()).select_from(audit)).scalar_one(),
        )


@contextmanager
def _told(service: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise SnapshotFailed(f"{service}: {said_by_server(error)}") from error


def libpq(url: str) -> dict[str, str]:
    """The same database for PostgreSQL's own programs, as variables of their environment: a password is on no command
    line."""
    parsed = make_url(url)
    names = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
    given: dict[str, str | None] = {
        "PGHOST": parsed.host,
        "PGPORT": None if parsed.port is None else str(parsed.port),
        "PGUSER": parsed.username,
        "PGPASSWORD": None if parsed.password is None else str(parsed.password),
        "PGDATABASE": parsed.database,
    }
    given |= {names[name]: str(value) for name, value in parsed.query.items() if name in names}
    return {name: value for name, value in given.items() if value}


def in_database(admin_url: str, runtime_url: str) -> str:
    """The database of a service's URL, as the administrator."""
    database = make_url(runtime_url).database
    return make_url(admin_url).set(database=database).render_as_string(hide_password=False)


def server_version(url: str) -> int:
    """The major version of the server. Raises SnapshotFailed."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": 10})
    try:
        with _told("server"), engine.connect() as tx:
            return int(tx.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    finally:
        engine.dispose()
