"""The embedded PostgreSQL dies with its mall, recovers from every crash, and lets nobody else in."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from mpp.operations.embedded_postgres.location import account, programs, runnable
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
from mpp.operations.problem import Problem
from tests.support.wait import until

ABANDON = """
import os, sys
from pathlib import Path
from mpp.operations.embedded_postgres.server import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print(server.pid, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that the database's account can reach, as pytest's own are not when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="mpp-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def ask(server: EmbeddedPostgres, query: str) -> object:
    engine = create_engine(server.url(), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            result = connection.execute(text(query))
            return result.scalar() if result.returns_rows else None
    finally:
        engine.dispose()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_it_keeps_data_over_a_restart(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server, "SELECT answer FROM kept") == 42


def test_for_a_real_mall_every_commit_is_on_the_disk(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert ask(server, f"SHOW {setting}") == "on"


def test_nobody_else_gets_in(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server, "SHOW listen_addresses") == ""
        sockets = folder / "postgres" / "socket"
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        if os.geteuid() == 0:
            # Even an account that reaches the socket (the database's own) is not let in without being the mall's.
            who = account()
            assert who is not None
            psql = [runnable(programs(), who)["psql"], "-h", sockets, "-U", "postgres", "-c", "SELECT 1"]
            done = subprocess.run(
                psql, user=who[0], group=who[1], extra_groups=[], capture_output=True, text=True, check=False
            )
            assert "authentication failed" in done.stderr
            assert done.returncode != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="says what happens when root starts the mall")
def test_root_gives_it_to_nobody_and_changes_no_other_folder(folder: Path) -> None:
    before = stat.S_IMODE(folder.stat().st_mode)
    with EmbeddedPostgres(folder, durable=False) as server:
        owner = Path(f"/proc/{server.pid}").stat().st_uid
        assert pwd.getpwuid(owner).pw_name == "nobody"
    assert stat.S_IMODE(folder.stat().st_mode) == before
    assert folder.stat().st_uid == 0


def test_a_kill_of_the_mall_takes_the_database_along_and_the_next_start_recovers(folder: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", ABANDON, str(folder)]
    pid = int(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout)
    until(lambda: not alive(pid), what="the end of the abandoned database")
    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_what_was_committed_survives_a_kill_of_the_database_itself(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        ask(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not alive(server.pid))
    with EmbeddedPostgres(folder) as server:
        assert ask(server, "SELECT answer FROM kept") == 42


def test_a_server_that_outlived_its_mall_is_stopped_first(folder: Path) -> None:
    old = EmbeddedPostgres(folder, durable=False)
    old.start()
    with EmbeddedPostgres(folder, durable=False) as server:
        assert not alive(old.pid)
        assert ask(server, "SELECT 1") == 1
    old.stop()


def test_a_pid_file_that_names_an_innocent_program_is_not_believed(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False) as server:
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not alive(server.pid))
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        pidfile = folder / "postgres" / "data" / "postmaster.pid"
        lines = pidfile.read_text().split("\n")
        pidfile.write_text("\n".join([str(innocent.pid), *lines[1:]]))
        with EmbeddedPostgres(folder, durable=False) as server:
            assert ask(server, "SELECT 1") == 1
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_an_interrupted_first_start_begins_again(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    home = folder / "postgres"
    (home / "data").rename(home / "data.new")
    (home / "data.new" / "PG_VERSION").unlink()
    with EmbeddedPostgres(folder, durable=False) as server:
        assert ask(server, "SELECT 1") == 1


def test_damaged_data_are_one_line_that_names_the_log(folder: Path) -> None:
    with EmbeddedPostgres(folder, durable=False):
        pass
    (folder / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(Problem, match=r"server\.log") as caught, EmbeddedPostgres(folder, durable=False):
        pass
    assert "\n" not in str(caught.value)


def test_it_does_not_answer_after_the_stop(folder: Path) -> None:
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    url = server.url()
    server.stop()
    server.stop()  # twice is fine
    with pytest.raises(OperationalError), create_engine(url, poolclass=NullPool).connect():
        pass


def test_the_port_of_another_postgresql_does_not_matter(folder: Path) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 5432))
        except OSError:
            pass  # there is a real one: even better
        with EmbeddedPostgres(folder, durable=False) as server:
            assert ask(server, "SELECT 1") == 1
