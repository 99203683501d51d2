"""A real PostgreSQL for the tests: one server per session, a database for each test that nobody else uses meanwhile.

Which server: `MPP_TEST_DATABASE_URL` (an account that may create roles and databases), else the image postgres:17
where `MPP_TEST_ENGINE=1` asks for it, else the embedded programs that `make run` uses.
"""

from __future__ import annotations

import itertools
import os
import tempfile
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, make_url, text

from tests.support.database_pool import DatabasePool

_NAMES = itertools.count(1)
# A thousand databases are made and dropped; none of them outlives the tests, so nothing has to reach a disk.
_IN_MEMORY = [
    f"-c{setting}" for setting in ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=300")
]


def choose_postgres() -> str:
    """Which server the session will use, for the header."""
    if os.environ.get("MPP_TEST_DATABASE_URL"):
        return "MPP_TEST_DATABASE_URL"
    return "engine" if os.environ.get("MPP_TEST_ENGINE") == "1" else "embedded"


@dataclass
class TestPostgres:
    """The server of the session. `url(name)` is the URL of a database of it as its administrator."""

    __test__ = False

    base: str
    prefix: str = field(default_factory=lambda: f"t{os.getpid()}")
    templates: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    _local: bool = False

    def url(self, database: str) -> str:
        """The administrator's URL of a database."""
        return make_url(self.base).set(database=database).render_as_string(hide_password=False)

    def url_as(self, role: str, database: str) -> str:
        """The URL of a database as a role: over the embedded server's socket, else with the tests' password."""
        url = make_url(self.base).set(database=database, username=role)
        url = url if self._local else url.set(password=role_password(role))
        return url.render_as_string(hide_password=False)

    def execute(self, *statements: str, database: str | None = None) -> None:
        """Run statements that may not be in a transaction (CREATE DATABASE ...)."""
        if database is None:
            self._run(self._admin, statements)
            return
        engine = create_engine(self.url(database), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._run(engine, statements)
        engine.dispose()

    @cached_property
    def _admin(self) -> Engine:
        return create_engine(self.base, pool_pre_ping=True, isolation_level="AUTOCOMMIT")

    @staticmethod
    def _run(engine: Engine, statements: Sequence[str]) -> None:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def template(self, key: str, fill: Callable[[str], None]) -> str:
        """The name of a database filled once per session by `fill(admin url)`; tests get copies of it."""
        if key not in self.templates:
            name = f"{self.prefix}_{key}_template"
            self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
            fill(self.url(name))
            self.templates[key] = name
        return self.templates[key]

    def create(self, template: str | None = None) -> str:
        """A fresh database (a copy of `template`); its name."""
        name = f"{self.prefix}_{next(_NAMES)}"
        # copied file by file: half the work of the default way, where nothing is synced
        source = f' TEMPLATE "{template}" STRATEGY file_copy' if template else ""
        self.execute(f'CREATE DATABASE "{name}"{source}')
        return name

    def copy(self, name: str) -> str:
        """A database as this one is now, like a backup of it; whoever is connected to it is cut off."""
        # a pool whose sessions were ended makes new ones at once, and a database in use is not copied
        self.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            self.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            return self.create(name)
        finally:
            self.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    @cached_property
    def pool(self) -> DatabasePool:
        """Databases that are lent to one test after another."""
        return DatabasePool(self.url, lambda key, fill: self.create(self.template(key, fill)), self.drop)

    def drop(self, name: str) -> None:
        """Drop a database whoever is connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def role(self, name: str) -> str:
        """The full name of a role of this session, whoever makes it; it goes with the session."""
        return self.roles.setdefault(name, f"{self.prefix}_{name}")

    def close(self) -> None:
        """Drop the templates and the roles; nobody uses the server afterwards."""
        self.pool.close()
        for name in self.templates.values():
            self.drop(name)
        for role in self.roles.values():
            self.execute(f'DROP ROLE IF EXISTS "{role}"')
        self._admin.dispose()


def role_password(role: str) -> str:
    """The password that tests give to a role on a server that wants one; worthless outside of them."""
    return f"{role}-for-tests"


def start_postgres(stack: ExitStack) -> TestPostgres:
    """Start or reach the session's server; `stack` ends it. A failure is an error, never a skip."""
    chosen = choose_postgres()
    if chosen == "MPP_TEST_DATABASE_URL":
        url = os.environ["MPP_TEST_DATABASE_URL"]
        if url.startswith("postgresql://"):
            url = "postgresql+psycopg2://" + url.removeprefix("postgresql://")
        server = TestPostgres(url)
    elif chosen == "engine":
        from tests.support import engine

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from testcontainers.community.postgres import PostgresContainer

            container = PostgresContainer("postgres:17", driver="psycopg2").with_command(["postgres", *_IN_MEMORY])
            # A service that is killed while it logs in leaves a server process that waits for its password, and for
            # that process every DROP DATABASE waits: up to a minute each. So nobody is asked for one.
            container.with_env("POSTGRES_HOST_AUTH_METHOD", "trust")
            engine.start(stack, container.with_tmpfs_mount("/var/lib/postgresql/data"))
        server = TestPostgres(container.get_connection_url())
    else:
        from mpp.operations.embedded_postgres.server import EmbeddedPostgres

        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mpp-test-"))
        Path(folder).chmod(0o711)  # as root the server is `nobody`, which must be able to pass
        embedded = stack.enter_context(EmbeddedPostgres(Path(folder), durable=False, max_connections=300))
        server = TestPostgres(embedded.url(), _local=True)
    server.execute("SELECT 1")
    stack.callback(server.close)
    return server


def fill_core(url: str) -> None:
    """The shared tables of every service's database."""
    from mpp.persistence import migrate

    migrate.upgrade(url, (), str(make_url(url).username))
