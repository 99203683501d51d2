"""What is no request, or one beyond every bound: told so in both languages, and no harm to anybody else."""

from __future__ import annotations

import json
import socket

import eventlet
import pytest

from mpp.hosting.definition import case_services
from mpp.web.texts.lookup import problem_text
from services.gateway.server import protocol
from tests.integration.gateway.served import Served, parts, read_all
from tests.support.wait import until

MANY_HEADERS = b"".join(b"X%d: y\r\n" % n for n in range(200))
LONG_HEADERS = b"".join(b"X%d: " % n + b"y" * 8000 + b"\r\n" for n in range(9))


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"NONSENSE\r\n\r\n", 400, "request_malformed"),
        (b"GET\r\n\r\n", 400, "request_malformed"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "request_malformed"),
        (b"GET / HTTP/9.9\r\n\r\n", 505, "http_version_unsupported"),
        (b"GET / HTTP/x\r\n\r\n", 400, "request_malformed"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n", 414, "uri_too_long"),
        (b"GET /?" + b"a=b&" * 90_000 + b" HTTP/1.1\r\n\r\n", 414, "uri_too_long"),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\n" + MANY_HEADERS + b"\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\n" + LONG_HEADERS + b"\r\n", 431, "headers_too_large"),
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400, "request_malformed"),
        (b"POST / HTTP/1.1\r\nContent-Length: \xb2\r\n\r\n", 400, "request_malformed"),
        (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", 400, "request_malformed"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12", 400, "request_malformed"),
        (b"POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0", 400, "request_malformed"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_a_problem_in_both_languages(served: Served, raw: bytes, status: int, code: str) -> None:
    found, head, body = parts(served.send(raw))
    told = json.loads(body)
    assert (found, told["status"], told["code"]) == (status, status, code)
    assert b"Content-Type: application/problem+json" in head
    assert b"Connection: close" in head
    assert told["title"].count(" | ") == 1
    assert told["detail"].count(" | ") == 1
    assert served.ask("GET", "/livez")[0] == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost\r\n\r\n",
        b"GET / HTTP/1.1\r\n: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nAccept-Language: \xff\xfe\r\nConnection: close\r\n\r\n",
        b"GET /api/v1/services?\xff HTTP/1.1\r\nConnection: close\r\n\r\n",
    ],
)
def test_what_is_read_with_goodwill_is_no_error_of_the_server(served: Served, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        answer = read_all(line)
    assert not answer.startswith(b"HTTP/1.1 5")
    assert b"Traceback" not in answer
    assert b"Python" not in answer
    assert served.ask("GET", "/livez")[0] == 200


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_method_that_nobody_knows_is_a_problem_in_the_readers_language(served: Served, language: str) -> None:
    for path, status, code in (("/api/v1/services", 405, "method_not_allowed"), ("/nowhere", 404, "not_found")):
        found, head, body = served.ask("BREW", path, Accept_Language=language)
        title, _ = problem_text(code, status, {}, "id" if language == "id" else "en")
        assert (found, json.loads(body)["code"], json.loads(body)["title"]) == (status, code, title)
        assert b"application/problem+json" in head


def closes_under(line: socket.socket, drop: bytes) -> bytes:
    """What is answered to a client that sends a little again and again, once the connection is closed."""
    line.settimeout(0.1)
    answer: list[bytes] = []

    def closed() -> bool:
        try:
            line.sendall(drop)
            answer.append(line.recv(4096))
        except TimeoutError:
            return False
        except OSError:
            return True
        return answer[-1] == b""

    until(closed, moves=lambda: len(answer))
    return b"".join(answer)


def test_a_request_line_that_trickles_in_is_cut_off(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served.server._serv, "keepalive", 0.5)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        assert closes_under(line, b"G") == b""


def test_headers_that_trickle_in_are_cut_off_and_told_so(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.5)
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        line.sendall(b"GET / HTTP/1.1\r\n")
        assert closes_under(line, b"X: y\r\n").startswith(b"HTTP/1.1 408")


def test_who_takes_an_answer_too_slowly_is_left(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "ANSWER_SECONDS", 0.2)
    monkeypatch.setattr(protocol, "SLOWEST", 10**9)
    whole = 50 * len(served.ask("GET", "/api/v1/openapi.json")[2])
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(20)
        line.connect(("127.0.0.1", served.port))
        line.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: mpp\r\n\r\n" * 50)
        until(lambda: len(served.server.connections) == 1)
        taken = 0
        while served.server.connections and taken < whole:
            taken += len(line.recv(2048))  # never silent, and never fast enough
            eventlet.sleep(0.02)
    assert taken < whole


WORDS = [
    (path, method)
    for collection in case_services()
    for path, method in ((f"/api/v1/{collection}/search", "POST"), ("/api/v1/register/permits/search", "POST"))
] + [("/api/v1/operations/accounts/change", "POST"), ("/api/v1/worklist", "GET, HEAD")]


@pytest.mark.parametrize(("path", "allowed"), sorted(set(WORDS)))
def test_a_word_of_an_address_is_taken_for_no_id(served: Served, path: str, allowed: str) -> None:
    for method in {"GET", "POST", "DELETE", "PUT"} - set(allowed.split(", ")):
        status, head, body = served.ask(method, path, Authorization=served.bearer())
        assert (status, json.loads(body)["code"]) == (405, "method_not_allowed"), method
        assert f"Allow: {allowed}\r\n".encode() in head + b"\r\n"
