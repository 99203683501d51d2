"""A request that breaks off leaves one line in a while, and nothing of its address, its query or its client."""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Iterator

import pytest

from mpp.identity.masking import mask_text
from services.gateway.server import protocol, web
from tests.integration.gateway.served import Served, parts, read_all
from tests.integration.gateway.stub import silent
from tests.support.log import written
from tests.support.wait import until

CODE, QUERY, CLIENT = "PRAHASIA1234", "namanya=Bu+Rahasia", "127.0.0.77"
ADDRESS = f"/api/v1/track/{CODE}?{QUERY}"


@pytest.fixture
def log(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What the gateway logs from here on; nobody waits long for a body."""
    monkeypatch.setattr(web, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(web, "SOCKET_SECONDS", 0.2)
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.3)
    with written() as stream:
        yield stream


def connect(served: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", served.port), timeout=20, source_address=(CLIENT, 0))


def tells(log: io.StringIO) -> list[str]:
    """The events of the log; that it gives nobody away is checked with each look."""
    text = log.getvalue()
    for secret in (CODE, "ahasia", "RAHASIA", CLIENT, mask_text(CLIENT), "/api/v1/track/P"):
        assert secret not in text, text
    return [json.loads(line)["event"] for line in text.splitlines()]


def test_a_body_that_never_comes(served: Served, log: io.StringIO) -> None:
    for _ in range(5):
        with connect(served) as line:
            line.sendall(f"POST {ADDRESS} HTTP/1.1\r\nHost: mpp\r\nContent-Length: 500\r\n\r\n".encode())
            assert parts(read_all(line))[0] == 408
    until(lambda: tells(log).count("request") == 5)
    assert tells(log).count("http.broken_off") <= 1, "one line for all of them"


def test_a_body_that_stops_in_the_middle(served: Served, log: io.StringIO) -> None:
    with connect(served) as line:
        line.sendall(f"POST {ADDRESS} HTTP/1.1\r\nHost: mpp\r\nContent-Length: 500\r\n\r\n{{".encode())
        line.shutdown(socket.SHUT_WR)
        assert parts(read_all(line))[0] == 400
    until(lambda: "request" in tells(log))


def test_an_upload_that_stops_in_the_middle(served: Served, log: io.StringIO) -> None:
    head = f"POST /api/v1/permits/{CODE}/documents?requirement=Rahasia HTTP/1.1\r\nHost: mpp\r\n"
    with connect(served) as line:
        line.sendall(f"{head}Content-Type: application/pdf\r\nContent-Length: 500\r\n\r\n%PDF".encode())
        assert parts(read_all(line))[0] == 401
    until(lambda: "request" in tells(log))


def test_a_client_that_goes_away_before_its_answer(served: Served, log: io.StringIO) -> None:
    for stub in served.stubs.values():
        stub.hook = silent
    with connect(served) as line:
        line.sendall(f"GET {ADDRESS} HTTP/1.1\r\nHost: mpp\r\n\r\n".encode())
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    until(lambda: "request" in tells(log))
    until(lambda: len(served.server.connections) == 0)
    tells(log)


def test_a_client_that_goes_away_in_the_middle_of_its_answer(served: Served, log: io.StringIO) -> None:
    with connect(served) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.sendall(f"GET /api/v1/openapi.json HTTP/1.1\r\nHost: {CODE}\r\n\r\n".encode() * 20)
        line.recv(100)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    until(lambda: len(served.server.connections) == 0)
    tells(log)


@pytest.mark.parametrize(
    "raw",
    [
        f"GET {ADDRESS}\r\n\r\n",
        f"{CODE} {ADDRESS} HTTP/9\r\n\r\n",
        f"GET {ADDRESS} HTTP/1.1\r\nX: ",
        f"{ADDRESS}\r\n\r\n",
    ],
)
def test_what_is_no_request(served: Served, log: io.StringIO, raw: str) -> None:
    with connect(served) as line:
        line.sendall(raw.encode())
        read_all(line)
    until(lambda: len(served.server.connections) == 0)
    tells(log)


def test_a_chunked_body_that_is_none(served: Served, log: io.StringIO) -> None:
    with connect(served) as line:
        line.sendall(f"POST {ADDRESS} HTTP/1.1\r\nHost: mpp\r\nTransfer-Encoding: chunked\r\n\r\n{CODE}\r\n".encode())
        assert parts(read_all(line))[0] == 411
    until(lambda: "request" in tells(log))
