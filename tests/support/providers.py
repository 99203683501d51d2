"""Stand-ins for the providers of messages: one for SMS and WhatsApp over HTTP, and a real mail server.

`does` says what the first does with the next requests; `sent` is what has really gone to phones, with repetitions.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from mpp import json_text
from mpp.messages.book import HttpChannel

TOKEN = "token-layanan"


@dataclass
class Provider:
    """What the test arranges, and what the provider has seen. With `dedupes` the same id goes to the phone once."""

    does: str = "takes"
    dedupes: bool = True
    url: str = ""
    sent: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # what came, in order
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)  # by our id
    status: str = "accepted"  # what it says when it is asked
    fails_on: dict[int, str] = field(default_factory=dict)  # what to do with the n-th message, from 1
    released: threading.Event = field(default_factory=threading.Event)

    def channel(self, *, can_tell: bool = True) -> HttpChannel:
        return HttpChannel(f"{self.url}/messages", f"{self.url}/messages/{{id}}" if can_tell else None)

    def __call__(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {'message' if request.method == 'GET' else request.path}")
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(status=401)
        if request.method == "GET":
            found = self.kept.get(request.path.rpartition("/")[2])
            if self.does == "cannot be asked":
                return Response(status=503)
            return Response(status=404) if found is None else _json(200, id=found["own"], became=self.status)
        body = json_text.read(request.get_data())
        assert isinstance(body, dict)
        assert request.headers["Idempotency-Key"] == body["id"]
        return self._take(body)

    def _take(self, body: dict[str, Any]) -> Response:
        number = sum(each.startswith("POST") for each in self.asked)
        does = self.fails_on.get(number, self.does)
        if does in ("500 before", "refuses", "busy", "no credentials"):
            return Response(status={"500 before": 500, "refuses": 422, "busy": 429, "no credentials": 401}[does])
        known = body["id"] in self.kept
        if not known or not self.dedupes:
            self.sent.append(body)
        self.kept.setdefault(body["id"], {**body, "own": f"sms-{len(self.kept) + 1}"})
        own = self.kept[body["id"]]["own"]
        if does == "500 after":
            return Response(status=500)
        if does == "never answers":
            self.released.wait(30)
            return Response(status=504)
        if does == "garbage":
            return Response(b"\xff\x00<html>", mimetype="text/html")
        if does == "too much":
            return Response(b"[" * 2**17, mimetype="application/json")
        if known and does == "says that it has it":
            return _json(409, id=own)
        return _json(202, id=own)


def _json(status: int, *, became: str | None = None, **body: Any) -> Response:
    told = body if became is None else {**body, "status": became}
    return Response(json_text.write(told), status=status, mimetype="application/json")


@contextmanager
def running(provider: Provider | None = None) -> Iterator[Provider]:
    """A provider on a port of its own."""
    provider = provider or Provider()

    @Request.application
    def application(request: Request) -> Response:
        return provider(request)

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request

    server = make_server("127.0.0.1", 0, application, threaded=True)
    provider.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
