"""A private RabbitMQ node on free ports, from the machine's own `rabbitmq-server` package.

Needs no rights, touches no system service, and dies with this process. Also what the chaos run kills and restarts.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import requests

from mpp.operations.embedded_postgres import child

# Not /usr/sbin/rabbitmq-server: Debian's wrapper changes to the user rabbitmq and refuses everybody else.
_SERVERS = ("/usr/lib/rabbitmq/bin/rabbitmq-server", "/usr/local/sbin/rabbitmq-server")
_READY_SECONDS = 90.0


def find_server() -> str | None:
    """The rabbitmq-server script of this machine that can be run by anybody, with epmd beside it."""
    if shutil.which("epmd") is None:
        return None
    return next((path for path in _SERVERS if os.access(path, os.X_OK)), None)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment; no other process of this run is given it.

    Below the range that the kernel gives to outgoing connections: one of those would sooner or later sit on a port
    whose owner has been killed and is about to start again.
    """
    number, _, count = os.environ.get("MPP_TEST_WORKER", "0/1").partition("/")
    for port in random.SystemRandom().sample(range(12_000 + int(number), 30_000, int(count)), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port on 127.0.0.1")


class RabbitNode:
    """One node with the management plugin; `amqp_uri` and `api` reach it as guest. Data survive `kill`.

    `settings` are of its Erlang application `rabbit`, such as `consumer_timeout=500`.
    """

    def __init__(self, **settings: int) -> None:
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="mpp-rabbit-"))
        self.port, self._api_port, self._metrics_port, self._dist, self._epmd_port = (free_port() for _ in range(5))
        self._node: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        self.amqp_uri = f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"
        self.api = f"http://guest:guest@127.0.0.1:{self._api_port}"
        self.metrics = f"http://127.0.0.1:{self._metrics_port}"

    def start(self) -> None:
        """Start (again) and return when the node speaks AMQP."""
        server = find_server()
        if server is None:
            raise RuntimeError("no rabbitmq-server on this machine")
        environment = self._environment()
        if self._epmd is None or self._epmd.poll() is not None:
            # Started by us and in the foreground: one that the node starts would outlive it.
            command = ["epmd", "-address", "127.0.0.1", "-port", str(self._epmd_port)]
            self._epmd = child.spawn(command, env=environment)
        with (self._folder / "out").open("ab") as output:
            self._node = child.spawn(
                [server], env=environment, cwd=self._folder, output=output, death_signal=signal.SIGKILL
            )
        self._await_ready()

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        (folder / "rabbitmq.conf").write_text(
            f"listeners.tcp.1 = 127.0.0.1:{self.port}\n"
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {self._api_port}\n"
            f"prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = {self._metrics_port}\n"
            "loopback_users.guest = true\n"
        )
        (folder / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n")
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),  # holds the Erlang cookie
            "LANG": "C.UTF-8",
            "RUNNING_UNDER_SYSTEMD": "1",  # the script becomes the node instead of a parent of it
            "RABBITMQ_NODENAME": f"t{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._dist),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(
                [
                    "-kernel inet_dist_use_interface {127,0,0,1}",
                    *(f"-rabbit {k} {v}" for k, v in self._settings.items()),
                ]
            ),
        }

    def _await_ready(self) -> None:
        until = time.monotonic() + _READY_SECONDS
        while time.monotonic() < until:
            if self._node is None or self._node.poll() is not None:
                raise RuntimeError(f"rabbitmq-server ended: {(self._folder / 'out').read_text()[-2000:]}")
            if _speaks_amqp(self.port) and _accepts(self._api_port):
                return
            time.sleep(0.1)
        raise RuntimeError(f"rabbitmq-server was not ready in {_READY_SECONDS} s")

    def log(self) -> str:
        """All that the node has written, of every level that a server writes."""
        written = sorted((self._folder / "log").glob("*.log"))
        return "".join(path.read_text(errors="replace") for path in (*written, self._folder / "out"))

    def kill(self) -> None:
        """kill -9, as a power cut would."""
        if self._node is not None:
            self._node.kill()
            self._node.wait()

    def start_again(self) -> None:
        """Start it where it has ended."""
        if self._node is None or self._node.poll() is not None:
            self.start()

    def empty(self) -> None:
        """Take away all queues, exchanges and connections."""
        for method in (requests.delete, requests.put):
            method(f"{self.api}/api/vhosts/%2F", timeout=30).raise_for_status()

    def wipe(self) -> None:
        """Kill it, and lose all that it held."""
        self.kill()
        shutil.rmtree(self._folder / "mnesia", ignore_errors=True)

    def control(self, *arguments: str) -> None:
        """`rabbitmqctl` on this node. Raises CalledProcessError."""
        command = [Path(find_server() or "").with_name("rabbitmqctl"), *arguments]
        subprocess.run(command, env=self._environment(), cwd=self._folder, check=True, capture_output=True)

    def stop(self) -> None:
        """End node and epmd and remove every file; nothing in it is worth a graceful stop."""
        self.kill()
        if self._epmd is not None:
            child.stop(self._epmd, [(signal.SIGTERM, 5.0)])
        shutil.rmtree(self._folder, ignore_errors=True)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.5).close()
    except OSError:
        return False
    return True


def _speaks_amqp(port: int) -> bool:
    """Whether something answers the header of an unknown AMQP version, as a ready broker does."""
    try:
        with socket.create_connection(("127.0.0.1", port), 0.5) as probe:
            probe.settimeout(2)
            probe.sendall(b"AMQP\x00\x00\x09\x01")
            return bool(probe.recv(1))
    except OSError:
        return False
