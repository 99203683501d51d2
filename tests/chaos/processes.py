"""The services as processes of their own, as containers would run them: started, killed, frozen and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.embedded_postgres import child
from mpp.operations.preparing.env_file import paper_keys, tracking_keys
from mpp.papers.signing.settings import LocalKey
from tests.support.mall import MPP, clean_environment
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

READY_SECONDS = 60.0


def environment_of(urls: Mapping[str, str], amqp: Mapping[str, str] | str, **more: str) -> dict[str, str]:
    """What every process of this mall is told: databases, broker accounts, fresh secrets."""
    made = keys.fresh()
    told = {
        **tracking_keys(made),
        **paper_keys(made),
        "MPP_PERSON_KEY": made.person,
        "MPP_DRAFT_KEY": made.drafts,
        "MPP_SESSION_KEY": made.sessions,
        "MPP_SIGNING_KEY": made.signing,
        "MPP_TOKEN_PRIVATE_KEY": made.token_private,
        "MPP_TOKEN_PUBLIC_KEY": made.token_public,
        "PORT": str(free_port()),
    }
    told |= {f"{service.upper()}_DATABASE_URL": url for service, url in urls.items()}
    accounts = {"AMQP_URI": amqp} if isinstance(amqp, str) else {f"{s.upper()}_AMQP_URI": u for s, u in amqp.items()}
    return clean_environment(**told, **accounts, **more)


class Processes:
    """The processes of a mall by name: `gateway`, `permits`, `permits.2` for a second copy, ..."""

    def __init__(
        self,
        folder: Path,
        urls: Mapping[str, str],
        environment: Mapping[str, str],
        copies: Mapping[str, int] | None = None,
        program: Sequence[str] = (str(MPP),),
    ) -> None:
        self._folder = folder
        self._program = program
        self.urls = dict(urls)
        self._environment = {"MPP_DATA": str(folder), **environment}
        self.url = f"http://127.0.0.1:{environment['PORT']}"
        self.names: list[str] = []
        self._ops: dict[str, int] = {}
        self._doors: dict[str, str] = {}  # the ports of the gateway's copies
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._away: set[str] = set()
        for service in definitions():
            for copy in range(1, (copies or {}).get(service, 1) + 1):
                name = service if copy == 1 else f"{service}.{copy}"
                self.names.append(name)
                self._ops[name] = free_port()
                if service == "gateway":
                    self._doors[name] = environment["PORT"] if copy == 1 else str(free_port())

    @property
    def files(self) -> Path:
        """Where the gateway keeps what was handed in and what it has signed."""
        return self._folder / "files"

    @property
    def signing_key(self) -> LocalKey:
        """The key of simulated signatures."""
        return LocalKey.read(self._environment["MPP_SIGNING_KEY"])

    @property
    def doors(self) -> list[str]:
        """The addresses of all copies of the gateway."""
        return [f"http://127.0.0.1:{port}" for port in self._doors.values()]

    def prepare(self) -> None:
        """`mpp prepare` with demo data, to its end."""
        with (self._folder / "prepare.log").open("ab") as output:
            command = [str(MPP), "prepare", "--demo"]
            done = subprocess.run(command, env=self._environment, stdout=output, stderr=output, cwd="/", check=False)
        if done.returncode:
            raise RuntimeError((self._folder / "prepare.log").read_text())

    def start(self, name: str) -> None:
        """Start a process and return at once."""
        environment = self._environment | {"MPP_OPS_PORT": str(self._ops[name])}
        if name in self._doors:
            environment["PORT"] = self._doors[name]
        command = [*self._program, "serve", name.partition(".")[0]]
        with self.log(name).open("ab") as output:
            self._running[name] = child.spawn(
                command, env=environment, output=output, cwd=Path("/"), death_signal=signal.SIGKILL
            )

    def start_all(self) -> None:
        """Start all of them and return when all are ready."""
        for name in self.names:
            self.start(name)
        self.await_ready()

    def await_ready(self, seconds: float = READY_SECONDS) -> None:
        """Return when every process says that it is ready; one that ended by itself is an error."""
        until(lambda: all(self.ready(name) for name in self.names), seconds, f"the processes ({self._folder})")

    def ready(self, name: str) -> bool:
        """Whether the process answers `/readyz` with 200."""
        process = self._running[name]
        assert process.poll() is None, f"{name} ended by itself: {self.log(name).read_text()[-2000:]}"
        try:
            return requests.get(f"{self._probes(name)}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

    def metrics(self, name: str) -> str:
        """The text of `/metrics`."""
        return requests.get(f"{self._probes(name)}/metrics", timeout=10).text

    def _probes(self, name: str) -> str:
        return f"http://127.0.0.1:{self._doors.get(name, self._ops[name])}"

    def pid(self, name: str) -> int:
        """Of the process that runs now, or ran last."""
        return self._running[name].pid

    def has_ended(self, name: str) -> bool:
        """Whether it ended and was not started again."""
        return self._running[name].poll() is not None

    def kill(self, name: str) -> None:
        """kill -9."""
        self._running[name].kill()
        self._running[name].wait()

    def stop(self, name: str) -> None:
        """SIGTERM, and wait for its end: an orderly stop, as an update does it."""
        self._running[name].send_signal(signal.SIGTERM)
        self._running[name].wait(60)

    @contextmanager
    def away(self, names: Sequence[str]) -> Iterator[None]:
        """Stopped in order for so long, and not revived."""
        for name in names:
            self.thaw(name)
        self._away.update(names)
        for name in names:
            self.stop(name)
        try:
            yield
        finally:
            self._away.difference_update(names)
            self.revive()

    def freeze(self, name: str) -> None:
        """SIGSTOP: it holds its connections and locks, and does nothing."""
        self._running[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        self._running[name].send_signal(signal.SIGCONT)

    def revive(self) -> list[str]:
        """Start every process that has ended, as a restart policy does; their names."""
        ended = [n for n, process in self._running.items() if process.poll() is not None and n not in self._away]
        for name in ended:
            self.start(name)
        return ended

    def end(self) -> None:
        """Stop all of them, at once."""
        for process in self._running.values():
            if process.poll() is None:
                os.kill(process.pid, signal.SIGCONT)
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 10
        for process in self._running.values():
            child.stop(process, [(signal.SIGTERM, max(0.1, deadline - time.monotonic()))])

    def log(self, name: str) -> Path:
        """What the process and its predecessors wrote."""
        return self._folder / f"{name}.log"
