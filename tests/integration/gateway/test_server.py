"""The gateway as a process serves it: sockets, connections, and whoever sends what on them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import eventlet
import pytest
import structlog
from nameko.containers import ServiceContainer

from mpp import regions
from mpp.casework.access.actors import Actor, Assignment
from mpp.catalogue import Catalogue
from mpp.clock import SystemClock, new_id
from mpp.hosting.definition import case_services, definitions
from mpp.hosting.runtime import Runtime
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.topology import Topology
from mpp.messaging.calls.client import MAX_IN_FLIGHT
from mpp.messaging.calls.server import serve
from mpp.persistence.database import Database
from mpp.tokens.signed import TokenSigner, TokenVerifier
from services.gateway.server import protocol, web
from services.gateway.service import Gateway
from tests.integration.gateway.conftest import KEYS
from tests.integration.gateway.stub import StubService, silent
from tests.support import accounts
from tests.support.wait import until

CRLF = b"\r\n"


@dataclass
class Served:
    """A running gateway."""

    port: int
    stubs: dict[str, StubService]
    container: Any
    runtime: Runtime

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


@pytest.fixture
def served(gateway_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    broker = EmbeddedBroker()
    Topology.of(definitions().values()).declare(broker)
    stubs = {name: StubService(name, s.tracking_letter or "") for name, s in case_services().items()}
    servers = [
        serve(broker.speaking_as(s := case_services()[n].name), s, stub.handle, 100) for n, stub in stubs.items()
    ]
    runtime = Runtime(
        databases={"gateway": gateway_database},
        broker=broker,
        offices=regions.load("35.15").offices,
        catalogue=Catalogue([]),
        calendar=cast(Any, None),
        token_verifier=TokenVerifier(KEYS[1]),
        token_signer=TokenSigner(KEYS[0]),
        person_key=b"k" * 32,
        clock=SystemClock(),
    )
    probe = socket.create_server(("127.0.0.1", 0))
    port = probe.getsockname()[1]
    probe.close()
    config = {"mpp": runtime, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}", "max_workers": 8}
    container = ServiceContainer(Gateway, config)
    container.start()
    yield Served(port, stubs, container, runtime)
    container.kill()
    for server in servers:
        for thread in list(server._pool.coroutines_running):
            thread.kill()
    broker.close()


def test_a_request_goes_through_the_whole_house(served: Served) -> None:
    status, head, body = served.ask("GET", "/api/v1/permits", Authorization=served.bearer())
    assert (status, json.loads(body)) == (200, {"items": [], "next": None})
    assert b"X-Content-Type-Options: nosniff" in head
    assert b"Server:" not in head
    body = json.dumps({"service": "A-1", "data": {}}).encode()
    headers = {"Authorization": served.bearer(), "Idempotency_Key": new_id(), "Content_Type": "application/json"}
    status, head, _ = served.ask("POST", "/api/v1/permits", body, **headers)
    assert status == 201
    assert b"Location: /api/v1/permits/" in head


def test_addresses_that_the_framework_would_answer_itself_are_problems_too(served: Served) -> None:
    for path in ("/nowhere", "/a//b", "/%00", "/api/v1/permits/", "/\xc3\xa9"):
        status, head, body = served.ask("GET", path)
        assert (status, json.loads(body)["code"]) == (404, "not_found"), path
        assert b"application/problem+json" in head
    status, head, _ = served.ask("DELETE", "/api/v1/permits")
    assert status == 405
    assert b"Allow: GET, HEAD, POST" in head


def test_head_is_get_without_a_body(served: Served) -> None:
    status, head, body = served.ask("HEAD", "/api/v1/services")
    assert (status, body) == (200, b"")
    assert b"application/json" in head


def test_a_chunked_body_needs_a_length_and_is_never_taken_for_a_request(served: Served) -> None:
    smuggled = b"GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"
    for coding in ("chunked", "gzip, chunked", "identity"):
        head = f"POST /api/v1/permits HTTP/1.1\r\nHost: mpp\r\nTransfer-Encoding: {coding}\r\n\r\n".encode()
        raw = served.send(head + b"%x\r\n" % len(smuggled) + smuggled + b"\r\n0\r\n\r\n")
        assert raw.count(b"HTTP/1.1 ") == 1, coding
        assert parts(raw)[0] == 411
        assert json.loads(parts(raw)[2])["code"] == "length_required"


def test_a_body_that_is_too_large_is_refused_and_the_connection_closed(served: Served) -> None:
    status, head, body = served.ask("POST", "/api/v1/permits", b"x" * 70_000, Content_Type="application/json")
    assert (status, json.loads(body)["code"]) == (413, "body_too_large")
    raw = served.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n" + b"x" * 2_000_000)
    assert parts(raw)[0] == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\r\n\r\n",
        b"GET / HTTP/1.1\r\n: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(200)) + b"\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n",
        b"GET / HTTP/1.1\r\nAccept-Language: \xff\xfe\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/services?\xff HTTP/1.1\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_not_http_ends_its_connection_and_nothing_else(served: Served, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        answer = read_all(line)
    assert not answer.startswith(b"HTTP/1.1 5")
    assert not answer.startswith(b"HTTP/1.0 5")
    assert b"Traceback" not in answer
    assert b"Python" not in answer
    assert served.ask("GET", "/livez")[0] == 200


def test_headers_that_trickle_in_are_cut_off(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.5)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        closed = False

        def trickle() -> bool:
            nonlocal closed
            try:
                line.sendall(b"X: y\r\n")
                line.settimeout(0.1)
                closed = line.recv(100) == b""
            except TimeoutError:
                pass
            except OSError:
                closed = True
            return closed

        until(trickle)


def test_a_body_that_trickles_in_holds_no_worker(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_SECONDS", 1.0)
    lines = []
    for _ in range(20):  # more than there are workers
        line = socket.create_connection(("127.0.0.1", served.port), timeout=10)
        line.sendall(b"POST /api/v1/permits HTTP/1.1\r\nHost: mpp\r\nContent-Length: 100\r\n\r\n{")
        lines.append(line)
    eventlet.sleep(0)
    assert served.ask("GET", "/api/v1/services")[0] == 200
    for line in lines:
        assert parts(read_all(line))[0] == 408
        line.close()


def test_hung_services_take_neither_the_probes_nor_the_others_with_them(served: Served) -> None:
    served.stubs["permits"].hook = served.stubs["registrations"].hook = silent
    token = served.bearer()
    pool = eventlet.GreenPool(200)
    hanging = [
        pool.spawn(served.ask, "GET", f"/api/v1/{name}", Authorization=token)
        for name in ("permits", "registrations")
        for _ in range(MAX_IN_FLIGHT)
    ]
    until(lambda: all(len(served.stubs[n].calls) >= MAX_IN_FLIGHT for n in ("permits", "registrations")))
    status, head, body = served.ask("GET", "/api/v1/permits", Authorization=token)
    assert (status, json.loads(body)["code"]) == (503, "service_unavailable")  # at once: too many wait already
    assert b"Retry-After: " in head
    assert served.ask("GET", "/livez")[0] == 200
    assert served.ask("GET", "/readyz")[0] == 200
    assert b"mpp_http_requests_total" in served.ask("GET", "/metrics")[2]
    assert served.ask("GET", "/api/v1/complaints", Authorization=token)[0] == 200
    for thread in hanging:
        thread.kill()


def test_a_client_that_hangs_up_takes_nothing_with_it(served: Served) -> None:
    for cut in (b"GET", b"GET /api/v1/services HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"):
        line = socket.create_connection(("127.0.0.1", served.port))
        line.sendall(cut)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        line.close()  # with a reset
    assert served.ask("GET", "/livez")[0] == 200


def test_the_access_log_has_the_route_and_nothing_of_the_address(served: Served) -> None:
    with structlog.testing.capture_logs() as lines:
        served.ask("GET", "/api/v1/track/PRAHASIA1234?nik=3515144107909990")
        served.ask("GET", "/3515144107909990")
        until(lambda: len([e for e in lines if e["event"] == "request"]) == 2)
    text = json.dumps(lines)
    assert "3515144107909990" not in text
    assert "RAHASIA" not in text
    first = next(e for e in lines if e["event"] == "request")
    assert (first["route"], first["status"]) == ("/api/v1/track/{tracking_code}", 400)
    assert first["correlation_id"]


def test_public_events_reach_the_feed_and_internal_ones_do_not(served: Served) -> None:
    from mpp.messaging.brokers.port import Outgoing
    from tests.integration.gateway.test_feed import event

    # of a kind that no other service waits for: none of them is there to take it
    public = event("complaints.report.closed.v1")
    internal = event("complaints.report.closed.v1", dataclassification="internal")
    for one in (public, internal, public):
        headers, body = one.to_message()
        served.runtime.broker.publish_batch([Outgoing("mpp.events", one.routing_key, headers, body, one.id)])

    def feed() -> list[str]:
        _, _, raw = served.ask("GET", "/api/v1/events", Authorization=served.bearer("partner"))
        return [e["id"] for e in json.loads(raw)["items"]]

    until(lambda: feed() == [public.id])


def test_the_operator_sees_what_the_gateway_itself_could_not_read(served: Served) -> None:
    from mpp.messaging.brokers.port import Outgoing

    served.runtime.broker.publish_batch([Outgoing("mpp.events", "a.b.c.v1.35", {"ce-id": "x"}, b"{", new_id())])

    def dead() -> list[dict[str, Any]]:
        raw = served.ask("GET", "/api/v1/operations/dead-letters", Authorization=served.bearer("operator"))[2]
        found: list[dict[str, Any]] = json.loads(raw)["items"]
        return found

    until(lambda: len(dead()) == 1)
    letter = dead()[0]
    assert letter["service"] == "gateway"
    event_id, subscription = letter["id"].split(":")
    path = f"/api/v1/operations/dead-letters/gateway/{event_id}/{subscription}"
    status, _, raw = served.ask("GET", path, Authorization=served.bearer("operator"))
    assert (status, json.loads(raw)["status"]) == (200, "dead")
