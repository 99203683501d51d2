"""A process that runs out of descriptors or of patience with its clients goes on answering, and says why it refused."""

from __future__ import annotations

import json
import resource
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from mpp.casework.access.actors import Assignment
from mpp.clock import SystemClock
from mpp.persistence.database import Database
from services.gateway.accounts import queries
from services.gateway.accounts.passwords import Passwords
from services.gateway.threads import HereAndNow
from tests.chaos.processes import environment_of
from tests.integration.gateway.conftest import CHEAP
from tests.support.mall import MPP
from tests.support.rabbitmq_node import free_port
from tests.support.wait import until

DESCRIPTORS = 128
IDLE = 200


class Gateway:
    """`mpp serve gateway` in a process that may open 128 files; its broker is away, its database is there."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port, self.ops_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = folder / "gateway.log"
        environment = environment_of(
            {"gateway": url}, "amqp://guest:guest@127.0.0.1:1/", MPP_OPS_PORT=str(self.ops_port)
        ) | {"PORT": str(self.port), "MPP_DATA": str(folder)}
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                [str(MPP), "serve", "gateway"], env=environment, stdout=output, stderr=output, cwd="/",
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, DESCRIPTORS)),
            )  # fmt: skip

    def answers(self, path: str = "/livez", port: int | None = None) -> bool:
        assert self.process.poll() is None, self.log()
        try:
            return requests.get(f"http://127.0.0.1:{port or self.port}{path}", timeout=5).ok
        except requests.RequestException:
            return False

    def log(self) -> str:
        return self._log.read_text()

    def lines(self, event: str) -> list[dict[str, object]]:
        told = [json.loads(line) for line in self.log().splitlines() if line.startswith("{")]
        return [line for line in told if line["event"] == event]

    def descriptors(self) -> int:
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))


@pytest.fixture
def gateway(gateway_url: str, tmp_path: Path) -> Iterator[Gateway]:
    database = Database(gateway_url, name="gateway")
    with database.transaction() as tx:
        hashed = Passwords(HereAndNow(), CHEAP).hash("kata-sandi")
        queries.add(tx, "petugas", hashed, [Assignment("35.15.14.2013", "clerk")], SystemClock().now())
    database.dispose()
    started = Gateway(gateway_url, tmp_path)
    until(lambda: started.answers() and started.answers(port=started.ops_port), what="the gateway")
    yield started
    started.process.kill()
    started.process.wait()


def idle_lines(stack: ExitStack, port: int, count: int) -> list[socket.socket]:
    """Connections on which nobody says anything."""
    return [stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)) for _ in range(count)]


def busy_line(stack: ExitStack, port: int) -> tuple[socket.socket, bytes]:
    """A connection in the middle of a request that goes on and on, and the first bytes that it was answered.

    "100 Continue" says that the gateway waits for the body: from then on the connection is not one that only waits.
    """
    (line,) = idle_lines(stack, port, 1)
    line.sendall(
        b"POST /api/v1/auth/token HTTP/1.1\r\nHost: mpp\r\nContent-Length: 500\r\nExpect: 100-continue\r\n\r\n"
    )
    return line, line.recv(4096)


def test_idle_connections_beyond_every_limit_leave_room_for_who_asks(gateway: Gateway) -> None:
    with ExitStack() as stack:
        idle_lines(stack, gateway.port, IDLE)
        for _ in range(5):
            assert requests.get(f"{gateway.url}/api/v1/services", timeout=20).status_code == 200
        form = {"username": "petugas", "password": "kata-sandi"}  # needs the database, and its descriptors
        assert requests.post(f"{gateway.url}/api/v1/auth/token", data=form, timeout=20).status_code == 200
        assert gateway.descriptors() < DESCRIPTORS
        (told, *_) = gateway.lines("connections.full")
        assert told["reason"] == "one_address"
    until(gateway.answers, what="the gateway after the flood")


def test_where_nobody_can_be_sent_away_the_newcomer_is_told_so(gateway: Gateway) -> None:
    with ExitStack() as stack:
        line, answer = busy_line(stack, gateway.port)
        taken = 0
        while answer.startswith(b"HTTP/1.1 100 "):
            taken += 1
            assert taken < DESCRIPTORS
            line, answer = busy_line(stack, gateway.port)
        while part := line.recv(4096):
            answer += part
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ")
        assert b"application/problem+json" in head
        assert b"Retry-After: " in head
        assert json.loads(body)["code"] == "too_many_connections"
        (told, *_) = gateway.lines("connections.refused")
        assert told["level"] == "warning"
    until(gateway.answers, what="the gateway after the flood")


def test_the_probes_of_a_process_survive_the_same(gateway: Gateway) -> None:
    with ExitStack() as stack:
        idle_lines(stack, gateway.ops_port, IDLE)
        until(lambda: gateway.answers(port=gateway.ops_port), what="the probes")
        assert gateway.answers()


def test_a_process_may_open_as_many_files_as_its_hard_limit_allows(gateway: Gateway) -> None:
    limits = Path(f"/proc/{gateway.process.pid}/limits").read_text().splitlines()
    (told,) = [line.split() for line in limits if line.startswith("Max open files")]
    assert told[3:5] == [str(DESCRIPTORS), str(DESCRIPTORS)]
