"""The embedded PostgreSQL: the programs of a Python wheel, run as our own child process.

It listens on a unix socket in a 0700 folder and on nothing else. The account that runs the mall may connect as any
role (`peer` with a map), so there is no password to keep or to lose; nobody else gets in. It dies with us, and what
a `kill -9` or a power cut leaves behind is cleared away by the next start.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from mpp.operations.embedded_postgres import child, leftovers, location
from mpp.operations.embedded_postgres.location import Programs, make_folder
from mpp.operations.problem import Problem
from mpp.persistence.servers import server_log

SUPERUSER = "postgres"
_START_SECONDS = 60.0
_LOG_LIMIT = 5_000_000  # bytes of server log kept over a start
# A fast stop first (sessions are ended, a checkpoint is written), then an immediate one.
_STOP_STEPS = ((signal.SIGINT, 8.0), (signal.SIGQUIT, 5.0))
# Nothing gathers statistics on its own either: a test that looks at plans asks for them, and the others have none.
_QUICK_AND_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class EmbeddedPostgres:
    """A PostgreSQL server over `folder`/postgres, which must not be in use by another mall (the caller locks it).

    `durable=False` gives up every promise about a crash of the machine, for tests only. Raises `Problem`.
    """

    def __init__(self, folder: Path, *, durable: bool = True, max_connections: int = 150) -> None:
        self._folder = folder
        self._durable = durable
        self._max_connections = max_connections
        self._process: subprocess.Popen[bytes] | None = None
        self._sockets = Path()
        self.notice: str | None = None  # a line for the operator, when the files are not where one would look

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        if self._process is None:
            raise RuntimeError("the embedded PostgreSQL is not running")
        return self._process.pid

    def url(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """The SQLAlchemy URL of one database as one role; no password, the socket knows us."""
        return f"postgresql+psycopg2://{quote(user)}@/{quote(database)}?host={quote(str(self._sockets))}"

    def start(self) -> None:
        """Make the data on the first start, clear what a crash left, and return when the server answers."""
        who = location.account()
        place, self.notice = location.data_folder(self._folder, who)
        home = place / "postgres"
        make_folder(home, who, 0o700)
        self._sockets = location.socket_folder(home, who)
        data = home / "data"
        major = int((data / "PG_VERSION").read_text()) if (data / "PG_VERSION").exists() else None
        programs = location.runnable(location.programs(major), who)
        log = home / "server.log"
        if major is None:
            self._make_data(programs, home, who)
        else:
            leftovers.end(data)
        self._admit_ourselves(data)
        self._launch(programs, data, log, who)

    def attach(self) -> None:
        """Find the socket of the server that another process runs over these data; start and stop nothing."""
        who = location.account()
        place, self.notice = location.data_folder(self._folder, who)
        self._sockets = location.socket_folder(place / "postgres", who)

    def _make_data(self, programs: Programs, home: Path, who: location.Account | None) -> None:
        """initdb beside the real place and rename, so that an interrupted one is never taken for a database."""
        fresh = home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        command: list[str | Path] = [
            programs["initdb"],
            "-D",
            fresh,
            "-U",
            SUPERUSER,
            "-A",
            "peer",
            "--encoding=UTF8",
            "--locale=C",
        ]
        if programs.major >= 17:
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self._durable:
            command += ["--no-sync"]
        log = home / "initdb.log"
        with log.open("wb") as output:
            # stop() of our own child: initdb has no state to save, and dies with us like the server.
            process = child.spawn(command, output=output, env=_environment(), cwd=home, user=who)
            if process.wait() != 0:
                raise _failed("initdb", log)
        fresh.rename(home / "data")

    def _admit_ourselves(self, data: Path) -> None:
        """Only the operating system account that runs the mall gets in, as whichever role it asks for."""
        us = pwd.getpwuid(os.geteuid()).pw_name
        _rewrite(data / "pg_hba.conf", "local all all peer map=mall\n")
        _rewrite(data / "pg_ident.conf", f'mall "{us}" all\n')

    def _launch(self, programs: Programs, data: Path, log: Path, who: location.Account | None) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            "max_connections": str(self._max_connections),
            "shared_buffers": "64MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "lc_messages": "C",
            "jit": "off",
            "cluster_name": "mpp",
            **server_log.SERVER,
        }
        if programs.major >= 18:
            settings["io_method"] = "sync"  # no extra worker processes for a mall on one machine
        if not self._durable:
            settings |= _QUICK_AND_FORGETFUL
        command: list[str | Path] = [programs["postgres"], "-D", data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        if log.exists() and log.stat().st_size > _LOG_LIMIT:
            log.unlink()
        with log.open("ab") as output:
            # SIGINT is PostgreSQL's fast stop: when the mall is killed, the database still closes cleanly.
            self._process = child.spawn(
                command, output=output, env=_environment(), cwd=data, user=who, death_signal=signal.SIGINT
            )
        self._await_ready(data / "postmaster.pid", log)

    def _await_ready(self, pidfile: Path, log: Path) -> None:
        """The last line of postmaster.pid turns `ready` when the server takes connections."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                self._process = None
                raise _failed("postgres", log)
            try:
                lines = pidfile.read_text().split("\n")
            except OSError:
                lines = []
            if len(lines) > 7 and lines[0] == str(self.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        self.stop()
        raise _failed("postgres", log)

    def stop(self) -> None:
        """A fast, clean stop within seconds; does nothing when it is not running."""
        if self._process is not None:
            child.stop(self._process, _STOP_STEPS)
            self._process = None

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _environment() -> dict[str, str]:
    # Nothing of ours: PG* variables of the operator's shell would steer initdb and the server.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _rewrite(path: Path, text: str) -> None:
    if path.read_text() != text:  # written in place: the file belongs to the database's account
        path.write_text(text)


def _failed(program: str, log: Path) -> Problem:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    told = [line for line in lines if "FATAL" in line or "error" in line.lower()] or lines
    reason = told[-1].strip() if told else "-"
    return Problem(
        f"{program} tidak dapat dimulai ({reason}); catatan lengkap: {log}",
        f"{program} did not start ({reason}); full log: {log}",
    )
