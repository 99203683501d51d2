"""A gateway that is told to stop: what was begun is answered, newcomers hear 503, and nobody is cut off."""

from __future__ import annotations

import json
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import pytest
from eventlet.event import Event as Signal

from mpp.clock import new_id
from tests.integration.gateway.served import Served, parts, read_all
from tests.support.wait import until


class Slow:
    """A hook of a stub: the first call waits until it may go on."""

    def __init__(self) -> None:
        self.begun, self.go_on = Signal(), Signal()
        self.calls = 0

    def __call__(self, method: str, payload: dict[str, Any]) -> None:
        self.calls += 1
        if self.calls == 1:
            self.begun.send(None)
            self.go_on.wait()


class Line:
    """A connection that is kept from one request to the next."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._socket = socket.create_connection(("127.0.0.1", served.port), timeout=20)
        self._file = self._socket.makefile("rb")

    def asks(self, path: str = "/api/v1/permits") -> None:
        head = f"GET {path} HTTP/1.1\r\nHost: mpp\r\nAuthorization: {self._served.bearer()}\r\n\r\n"
        self._socket.sendall(head.encode())

    def hears(self) -> tuple[int, dict[str, str], bytes]:
        status = int(self._file.readline().split()[1])
        headers = {}
        while line := self._file.readline().strip():
            name, _, value = line.decode().partition(": ")
            headers[name.lower()] = value
        return status, headers, self._file.read(int(headers["content-length"]))

    def ended(self) -> bool:
        return self._file.read(1) == b""


@contextmanager
def stopping(served: Served) -> Iterator[Slow]:
    """The gateway is told to stop while a slow request is under way; it has ended when this is left."""
    slow = served.stubs["permits"].hook = Slow()
    asking = eventlet.spawn(served.ask, "GET", "/api/v1/permits", Authorization=served.bearer())
    slow.begun.wait()
    ending = eventlet.spawn(served.container.stop)
    until(lambda: getattr(served.server, "stopping", True))
    eventlet.sleep(0)
    yield slow
    if not slow.go_on.ready():
        slow.go_on.send(None)
    assert asking.wait()[0] == 200, "what was begun is finished"
    ending.wait()
    with pytest.raises(ConnectionRefusedError):
        Line(served)


def is_told_to_come_back(answer: tuple[int, bytes, bytes]) -> None:
    status, head, body = answer
    assert (status, json.loads(body)["code"]) == (503, "service_unavailable")
    assert b"application/problem+json" in head
    assert b"Retry-After: " in head
    assert b"Connection: close" in head


def test_what_was_begun_is_answered_and_newcomers_are_told_to_come_back(served: Served) -> None:
    with stopping(served) as slow:
        is_told_to_come_back(served.ask("GET", "/api/v1/permits", Authorization=served.bearer()))
        body = json.dumps({"service": "A-1", "data": {}}).encode()
        headers = {"Authorization": served.bearer(), "Idempotency_Key": new_id(), "Content_Type": "application/json"}
        is_told_to_come_back(served.ask("POST", "/api/v1/permits", body, **headers))
        upload = f"/api/v1/permits/{new_id()}/documents"
        is_told_to_come_back(served.ask("POST", upload, b"%PDF" * 100_000, **headers))
        assert slow.calls == 1, "nothing was begun of what came later"
        assert served.ask("GET", "/livez")[::2] == (200, b"ok\n")
        status, _, told = served.ask("GET", "/readyz")
        assert status == 503
        assert b"gateway: stopping\n" in told


def test_who_kept_a_connection_is_answered_on_it_and_learns_that_it_closes(served: Served) -> None:
    waits, asks = Line(served), Line(served)
    for line in (waits, asks):
        line.asks()
        assert line.hears()[0] == 200
    with stopping(served) as slow:
        asks.asks()
        status, headers, body = asks.hears()
        assert (status, json.loads(body)["code"]) == (503, "service_unavailable")
        assert headers["connection"] == "close"
        assert asks.ended()
        slow.go_on.send(None)
    assert waits.ended(), "who asked nothing more is let go at the end"


def test_a_request_under_way_on_a_kept_connection_is_answered_with_its_end(served: Served) -> None:
    slow = served.stubs["permits"].hook = Slow()
    line = Line(served)
    line.asks()
    slow.begun.wait()
    ending = eventlet.spawn(served.container.stop)
    until(lambda: served.server.stopping)
    slow.go_on.send(None)
    status, headers, _ = line.hears()
    assert (status, headers["connection"]) == (200, "close")
    assert line.ended()
    ending.wait()


def test_whoever_comes_while_it_stops_is_answered_or_refused_and_never_cut_off(served: Served) -> None:
    heard: Counter[str] = Counter()
    request = b"GET /api/v1/permits HTTP/1.1\r\nHost: mpp\r\nConnection: close\r\n\r\n"

    def come_again_and_again() -> None:
        while True:
            try:
                with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
                    line.sendall(request)
                    raw = read_all(line)
            except ConnectionRefusedError:
                return
            except ConnectionResetError:
                raw = b""
            heard[str(parts(raw)[0]) if raw else "cut off"] += 1

    with stopping(served) as slow:
        crowd = [eventlet.spawn(come_again_and_again) for _ in range(20)]
        until(lambda: heard["503"] >= 100)
        slow.go_on.send(None)
    for one in crowd:
        one.wait()
    assert heard.keys() == {"503"}, heard


def test_what_takes_too_long_does_not_hold_up_the_end_for_ever(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.gateway.server import web

    monkeypatch.setattr(web, "ENDING_SECONDS", 0.1)
    slow = served.stubs["permits"].hook = Slow()
    asking = eventlet.spawn(served.ask, "GET", "/api/v1/permits", Authorization=served.bearer())
    slow.begun.wait()
    ending = eventlet.spawn(served.container.stop)

    def refuses() -> bool:
        try:
            Line(served)
        except ConnectionRefusedError:
            return True
        return False

    until(refuses)
    slow.go_on.send(None)
    ending.wait()
    asking.wait()
