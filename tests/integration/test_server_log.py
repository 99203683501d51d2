"""PostgreSQL's own log says that something failed, and nothing of the citizen whose case it was."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import DBAPIError

from mpp.hosting.definition import definitions
from mpp.operations.checking import schema
from mpp.operations.embedded_postgres import location
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from mpp.operations.problem import Problem
from mpp.operations.settings import Settings
from mpp.persistence.servers import roles, server_log
from tests.support.wait import until

NIK, NAME = "3515990107809991", "Zubaidah"
SERVICE = "permits"


@dataclass
class Office:
    """A service's database on a server as the mall starts it, and the service's own account in it."""

    server: EmbeddedPostgres
    folder: Path

    @property
    def url(self) -> str:
        return self.server.url(SERVICE, SERVICE)

    @property
    def log(self) -> str:
        place, _ = location.data_folder(self.folder, location.account())
        return (place / "postgres" / "server.log").read_text()

    def engine(self, url: str | None = None) -> Engine:
        return create_engine(url or self.url, poolclass=NullPool)

    def execute(self, *statements: str, url: str | None = None) -> None:
        """Each on its own, as the administrator unless a URL says who."""
        engine = create_engine(url or self.server.url(SERVICE), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()


@pytest.fixture
def office() -> Iterator[Office]:
    with tempfile.TemporaryDirectory(prefix="mpp-test-") as name:
        Path(name).chmod(0o711)
        with EmbeddedPostgres(Path(name), durable=False) as server:
            made = Office(server, Path(name))
            done = roles.prepare(server.url(), made.url, SERVICE, definitions()[SERVICE].migrations or ())
            assert done.loud == ()
            made.execute(
                "CREATE TABLE people (nik text PRIMARY KEY, name text CHECK (name !~ 'second'), born date)",
                f"INSERT INTO people VALUES ('{NIK}', '{NAME}'), ('1', 'somebody')",
                "ALTER TABLE people OWNER TO permits_owner",
                "GRANT ALL ON people TO permits",
            )
            yield made


INSERT = text("INSERT INTO people VALUES (:nik, :name)")
UPDATE = text("UPDATE people SET name = :name WHERE nik = :nik")


def violated(office: Office) -> None:
    for values in ({"nik": NIK, "name": NAME}, {"nik": NIK[::-1], "name": f"{NAME} the second"}):
        with pytest.raises(DBAPIError), office.engine().begin() as tx:
            tx.execute(INSERT, values)


def timed_out(office: Office) -> None:
    with office.engine().begin() as holder:
        holder.execute(UPDATE, {"nik": NIK, "name": NAME})
        for limit in ("lock_timeout", "statement_timeout"):
            with pytest.raises(DBAPIError), office.engine().begin() as tx:
                tx.execute(text(f"SET LOCAL {limit} = 50"))
                tx.execute(UPDATE, {"nik": NIK, "name": f"{NAME} waits"})


def deadlocked(office: Office) -> None:
    """Two who take two rows in turns; one of them is told so."""
    failures: list[DBAPIError] = []
    met = threading.Barrier(2)

    def take(first: str, then: str) -> None:
        try:
            with office.engine().begin() as tx:
                tx.execute(UPDATE, {"nik": first, "name": f"{NAME} of {NIK}"})
                met.wait()
                tx.execute(UPDATE, {"nik": then, "name": f"{NAME} of {NIK}"})
        except DBAPIError as error:
            failures.append(error)

    pair = [threading.Thread(target=take, args=names) for names in ((NIK, "1"), ("1", NIK))]
    for thread in pair:
        thread.start()
    for thread in pair:
        thread.join()
    assert [getattr(error.orig, "pgcode", "") for error in failures] == ["40P01"]


def misread(office: Office) -> None:
    """Values that the words of the error itself repeat."""
    for statement in (
        f"SELECT CAST('{NIK}' AS uuid)",
        f"SELECT CAST('{{{NAME}' AS json)",
        f"INSERT INTO people VALUES ('2', 'x', '{NIK}')",
        f"SELECT {NAME} FROM people WHERE nik = '{NIK}'",
        f"DO $$ BEGIN RAISE EXCEPTION 'refused: %', '{NAME}'; END $$",
        f"DO $$ BEGIN RAISE WARNING 'strange: %', '{NAME}'; END $$",
    ):
        try:
            office.execute(statement, url=office.url)
        except DBAPIError:
            continue


def left_alone(office: Office) -> None:
    """A client that goes away in the middle of a transaction, and one whose statement the administrator ends."""
    connection = office.engine().connect()
    connection.execute(UPDATE, {"nik": NIK, "name": NAME})
    driver = connection.connection.driver_connection
    assert driver is not None
    os.close(driver.fileno())
    connection.invalidate()
    _cut_off(office, lambda pid: office.execute(f"SELECT pg_terminate_backend({pid})"))


def shot(office: Office) -> None:
    """A server process that the kernel kills, as for want of memory: the server would tell what it was doing."""
    _cut_off(office, lambda pid: os.kill(pid, signal.SIGKILL))
    until(lambda: "terminated by signal 9" in office.log, what="the server's own words")


def _cut_off(office: Office, end: Callable[[int], None]) -> None:
    """End a session while it works at a statement."""
    connection = office.engine().connect()
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

    def work() -> None:
        with pytest.raises(DBAPIError):
            connection.execute(text(f"SELECT pg_sleep(600) /* {NAME} {NIK} */"))

    thread = threading.Thread(target=work)
    thread.start()
    active = f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid} AND wait_event = 'PgSleep'"
    until(lambda: _one(office, active), what="the statement")
    end(pid)
    thread.join()
    connection.invalidate()


def _one(office: Office, query: str) -> object:
    with office.engine(office.server.url(SERVICE)).begin() as tx:
        return tx.execute(text(query)).scalar_one()


@pytest.mark.parametrize("accident", [violated, timed_out, deadlocked, misread, left_alone, shot])
def test_an_accident_leaves_no_value_in_the_servers_log(office: Office, accident: Callable[[Office], None]) -> None:
    accident(office)
    assert NIK not in office.log
    assert NAME not in office.log
    assert "database system is ready" in office.log


def test_a_server_that_logs_statements_is_silenced_for_the_malls_databases(office: Office) -> None:
    """Somebody else's server, started as PostgreSQL is: every failing statement in its log, and each slow one."""
    office.execute(
        *(f"ALTER SYSTEM SET {name} = {value}" for name, value in (
            ("log_statement", "'all'"), ("log_min_duration_statement", "0"), ("log_error_verbosity", "'verbose'"),
        )),
        "SELECT pg_reload_conf()",
    )  # fmt: skip
    violated(office)
    assert NIK not in office.log


def test_the_doctor_names_what_the_server_would_log(office: Office) -> None:
    settings = Settings(database_urls={SERVICE: office.url})
    schema.check_server_log(settings, SERVICE)
    office.execute(
        f"ALTER DATABASE {SERVICE} SET log_min_error_statement = 'error'",
        f"ALTER DATABASE {SERVICE} SET log_statement = 'ddl'",
    )
    with pytest.raises(Problem, match="log_min_error_statement = error") as told:
        schema.check_server_log(settings, SERVICE)
    assert "log_statement" not in str(told.value)  # a change of tables names nobody
    roles.prepare(office.server.url(), office.url, SERVICE, definitions()[SERVICE].migrations or ())
    schema.check_server_log(settings, SERVICE)


def test_an_administrator_who_may_not_silence_the_server_says_so(office: Office) -> None:
    """A managed server's administrator is no superuser."""
    office.execute(
        f"ALTER DATABASE {SERVICE} RESET ALL",
        "CREATE ROLE manager LOGIN CREATEROLE",
        f"ALTER DATABASE {SERVICE} OWNER TO manager",
    )
    with create_engine(
        office.server.url(SERVICE, "manager"), isolation_level="AUTOCOMMIT", poolclass=NullPool
    ).connect() as tx:
        refused = server_log.silence(tx, SERVICE, SERVICE)
    assert {"log_min_error_statement", "log_statement", "log_error_verbosity"} <= set(refused)
    assert "log_parameter_max_length_on_error" not in refused  # anybody may set that
