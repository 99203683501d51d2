"""A gateway as a process serves it, in this process: real sockets, stub services behind the embedded broker."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import pytest
from nameko.containers import ServiceContainer

from mpp import regions
from mpp.casework.access.actors import Actor, Assignment
from mpp.catalogue import Catalogue
from mpp.clock import SystemClock
from mpp.contracts import all_contracts
from mpp.hosting.definition import case_services, definitions
from mpp.hosting.runtime import Runtime
from mpp.hosting.settings import ServiceSettings
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.calls.server import serve
from mpp.persistence.database import Database
from mpp.tokens.signed import TokenSigner, TokenVerifier
from services.gateway.server.web import GatewayServer
from services.gateway.service import Gateway
from tests.integration.gateway.keys import KEYS
from tests.integration.gateway.stub import StubService
from tests.support import accounts
from tests.support.rabbitmq_node import free_port

CRLF = b"\r\n"


@dataclass
class Served:
    """A running gateway."""

    port: int
    stubs: dict[str, StubService]
    container: Any
    runtime: Runtime

    @property
    def server(self) -> GatewayServer:
        """What takes its connections."""
        return next(e for e in self.container.subextensions if isinstance(e, GatewayServer))

    def send(self, raw: bytes, *, wait: float = 10.0) -> bytes:
        """Everything that comes back until the connection closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as line:
            line.sendall(raw)
            return read_all(line)

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, bytes]:
        """Status, headers and body of one request on a connection of its own."""
        named = {"Host": "mpp", "Connection": "close", **{k.replace("_", "-"): v for k, v in headers.items()}}
        if body:
            named["Content-Length"] = str(len(body))
        head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in named.items()) + "\r\n"
        return parts(self.send(head.encode() + body))

    def bearer(self, role: str = "clerk") -> str:
        signer = cast(TokenSigner, self.runtime.token_signer)
        actor = accounts.ensure(
            self.runtime.databases["gateway"], Actor("petugas", (Assignment("35.15.14.2013", role),))
        )
        return "Bearer " + signer.sign(actor, self.runtime.clock.now(), timedelta(hours=1))


def read_all(line: socket.socket) -> bytes:
    found = b""
    try:
        while part := line.recv(65536):
            found += part
    except ConnectionResetError:
        pass
    return found


def parts(raw: bytes) -> tuple[int, bytes, bytes]:
    head, _, body = raw.partition(CRLF + CRLF)
    return int(head.split(b" ", 2)[1]), head, body


@contextmanager
def gateway(
    database: Database, broker: EmbeddedBroker, settings: ServiceSettings = ServiceSettings()
) -> Iterator[tuple[int, ServiceContainer, Runtime]]:
    """A gateway that listens, over this database and broker: its port, what runs it, and what it was made of."""
    runtime = Runtime(
        databases={"gateway": database},
        broker=broker,
        offices=regions.load("35.15").offices,
        catalogue=Catalogue([]),
        calendar=cast(Any, None),
        token_verifier=TokenVerifier(KEYS[1]),
        token_signer=TokenSigner(KEYS[0]),
        person_key=b"k" * 32,
        contracts=all_contracts(),
        clock=SystemClock(),
        settings=settings,
    )
    port = free_port()
    config = {"mpp": runtime, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}", "max_workers": 8}
    container = ServiceContainer(Gateway, config)
    container.start()
    yield port, container, runtime
    container.kill()


@pytest.fixture
def served(gateway_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    broker = EmbeddedBroker()
    Topology.of(definitions().values()).declare(broker)
    stubs = {name: StubService(name, s.tracking_letter or "") for name, s in case_services().items()}
    servers = [
        serve(broker.speaking_as(s := case_services()[n].name), s, stub.handle, 100) for n, stub in stubs.items()
    ]
    with gateway(gateway_database, broker) as (port, container, runtime):
        yield Served(port, stubs, container, runtime)
    for server in servers:
        for thread in list(server._pool.coroutines_running):
            thread.kill()
    broker.close()
