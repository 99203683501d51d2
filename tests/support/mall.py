"""A whole mall as a newcomer starts it: `mpp run` in a process of its own, on a free port, in a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from mpp.hosting.definition import definitions
from mpp.operations.embedded_postgres import location
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

MPP = Path(sys.executable).with_name("mpp")
# What steers a running mall must not leak from the tester's shell into the tests.
_STEERING = ("MPP_", "PORT", "AMQP_URI", "PG")


def clean_environment(**more: str) -> dict[str, str]:
    """Our environment without anything that steers a mall, plus `more`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_STEERING) and not name.endswith(("_DATABASE_URL", "_AMQP_URI"))
    }
    return kept | more


@contextmanager
def data_folder() -> Iterator[Path]:
    """An empty data folder that the database's account can reach, also when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="mpp-test-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def embedded_urls(folder: Path) -> dict[str, str]:
    """The databases of the mall that runs over the folder, as its administrator."""
    who = location.account()
    place, _ = location.data_folder(folder, who)
    sockets = location.socket_folder(place / "postgres", who)
    return {name: f"postgresql+psycopg2://postgres@/{name}?host={sockets}" for name in definitions()}


def processes_of(folder: Path) -> list[int]:
    """Every living process that names the folder on its command line or works in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            named = os.fsencode(folder) in (entry / "cmdline").read_bytes()
            inside = Path(os.readlink(entry / "cwd")).is_relative_to(folder)
            if (named or inside) and int(entry.name) != os.getpid():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


class Mall:
    """One `mpp run`. Its output goes to a file, so that a full pipe never stops it."""

    def __init__(self, folder: Path, port: int | None = None, **environment: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._environment = clean_environment(MPP_DATA=str(folder), PORT=str(self.port), **environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._output = folder / f"output-{self.port}.txt"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def output(self) -> str:
        """All it has printed."""
        return self._output.read_text()

    def launch(self) -> Mall:
        """Start it in a process group of its own, as a shell does, and return at once."""
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [str(MPP), "run"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._environment,
                cwd="/",
                start_new_session=True,
            )
        return self

    def start(self, seconds: float = 60.0) -> Mall:
        """Start it and return when it is ready."""
        self.launch()
        until(self._ready, seconds, f"mpp run ({self._output})")
        return self

    def _ready(self) -> bool:
        assert self.process.poll() is None, self.output
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def interrupt(self) -> int:
        """Ctrl-C: the terminal signals the whole group. The exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(30)

    def kill(self) -> None:
        """kill -9 of the launcher alone."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._process is not None:
            self._process.wait(30)

    def log_in(self, account: str) -> dict[str, str]:
        """The headers of a demo account."""
        form = {"grant_type": "password", "username": account, "password": "rahasia-demo"}
        answer = requests.post(f"{self.url}/api/v1/auth/token", data=form, timeout=20)
        answer.raise_for_status()
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def get(self, path: str, account: str) -> Any:
        """The JSON answer to a GET as a demo account."""
        answer = requests.get(self.url + path, headers=self.log_in(account), timeout=20)
        answer.raise_for_status()
        return answer.json()
