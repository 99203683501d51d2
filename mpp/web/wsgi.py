"""What stands around the application: probes, the access log, security headers, and the door for bodies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from io import BytesIO
from ipaddress import ip_address
from types import TracebackType
from typing import Protocol, TypeAlias
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Response

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.web.bodies import MAX_BODY
from mpp.web.multipart import AROUND, FORM
from mpp.web.problems import problem
from mpp.web.routing import METHODS
from mpp.web.texts.languages import preferred

Write: TypeAlias = Callable[[bytes], object]
ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

log = structlog.get_logger("mpp.access")

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
# How much of a refused body is still read, so that the client gets to see the answer before the connection closes.
_DRAIN = 1024 * 1024
# And of a file that is too large: as much as a front lets through, which sends all of it before it listens.
_DRAIN_FILE = 33 * 1024 * 1024


# Of a form with a file that a page takes: what stands before the file has come before anybody works on it.
_BEGINNING = 16 * 1024


class Source(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes: ...


class Body:
    """A body that is read by who works on it: never past its declared length."""

    def __init__(self, source: Source, length: int, begun: bytes = b"") -> None:
        self._source = source
        self._begun = begun
        self.left = length
        self.touched = bool(begun)

    def read(self, most: int) -> bytes:
        """The next bytes, at most `most`; b"" at the end, also when the sender stopped before it."""
        if not self.left:
            return b""
        self.touched = True
        if self._begun:
            part, self._begun = self._begun[:most], self._begun[most:]
        else:
            part = self._source.read(min(most, self.left))
        self.left -= len(part)
        return part


class Door:
    """Lets in bodies of a known and bounded length, read completely before anybody works on the request.

    A body that trickles in therefore costs a connection and no worker. `limit_time` bounds the reading; it raises
    TimeoutError. `streamed` names the exceptions: for a request whose body its handler reads by itself it gives the
    most bytes that a file may have (`mpp.most` then), else None; a form around a file may take some more. Where `page`
    says so the application answers a person: its first kilobytes are read here, and what is wrong with such a body is
    for the page to say (`mpp.refused`, and there is no body).
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        max_body: int = MAX_BODY,
        limit_time: Callable[[], AbstractContextManager[None]] = nullcontext,
        streamed: Callable[[WSGIEnvironment], int | None] = lambda environ: None,
        page: Callable[[WSGIEnvironment], bool] = lambda environ: False,
    ) -> None:
        self._app = app
        self._max = max_body
        self._streamed = streamed
        self._page = page
        self._limit_time = limit_time

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.setdefault("mpp.correlation_id", new_id())
        most = self._streamed(environ)
        try:
            if most is not None:
                return self._stream(environ, start_response, most)
            body = self._body(environ)
        except Refused as refused:
            if self._page(environ):
                environ["mpp.refused"], environ["wsgi.input"], environ["CONTENT_LENGTH"] = refused.code, BytesIO(), "0"
                return self._app(environ, start_response)
            language = preferred(environ.get("HTTP_ACCEPT_LANGUAGE"))
            response = problem(refused, language, environ["mpp.correlation_id"])
            response.headers["X-Correlation-Id"] = environ["mpp.correlation_id"]
            return response(environ, start_response)
        environ["wsgi.input"] = BytesIO(body)
        environ["wsgi.input_terminated"] = True  # it ends where the body ends: no need to watch the length
        environ["CONTENT_LENGTH"] = str(len(body))
        return self._app(environ, start_response)

    def _stream(self, environ: WSGIEnvironment, start_response: StartResponse, most: int) -> Iterable[bytes]:
        if not environ.get("CONTENT_LENGTH") and not environ.get("HTTP_TRANSFER_ENCODING"):
            raise Refused(411, "length_required")
        around = AROUND if parse_options_header(environ.get("CONTENT_TYPE"))[0].lower() == FORM else 0
        # Who waits for "100 Continue" has sent nothing, and learns from the answer not to.
        waits = environ.get("HTTP_EXPECT", "").lower() == "100-continue"
        length = self._length(environ, most, around, 0 if waits else _DRAIN_FILE)
        begun = self._read(environ, min(length, _BEGINNING)) if self._page(environ) else b""
        body = environ["wsgi.input"] = Body(environ["wsgi.input"], length, begun)
        environ["mpp.most"] = most
        answer = self._app(environ, start_response)
        if body.touched or not waits:
            self._drain(body, most + around)
        return answer

    def _length(self, environ: WSGIEnvironment, most: int, around: int = 0, drain: int = _DRAIN) -> int:
        source = environ["wsgi.input"]
        if environ.get("HTTP_TRANSFER_ENCODING"):
            self._drain(source, drain)
            raise Refused(411, "length_required")
        declared = environ.get("CONTENT_LENGTH") or "0"
        length = (
            int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 16 else most + around + 1
        )
        if length > most + around:
            self._drain(source, drain)
            raise Refused(413, "body_too_large", params={"max": most})
        return length

    def _body(self, environ: WSGIEnvironment) -> bytes:
        length = self._length(environ, self._max)
        return self._read(environ, length) if length else b""

    def _read(self, environ: WSGIEnvironment, length: int) -> bytes:
        try:
            with self._limit_time():
                body: bytes = environ["wsgi.input"].read(length)
        except OSError as error:  # TimeoutError is one
            raise Refused(408, "request_timeout") from error
        if len(body) < length:
            raise Refused(400, "request_malformed")
        return body

    def _drain(self, source: Source, most: int) -> None:
        left = most
        try:
            with self._limit_time():
                while left > 0 and (part := source.read(min(left, 16384))):
                    left -= len(part)
        except (OSError, ValueError):
            return


class Headers:
    """Adds the security headers that an answer does not set itself."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Write:
            present = {name.lower() for name, _ in headers}
            added = [(n, v) for n, v in SECURITY_HEADERS.items() if n.lower() not in present]
            return start_response(status, headers + added, exc_info)

        return self._app(environ, start)


class AccessLog:
    """One line for each request: method, route, status, milliseconds, actor, correlation id.

    The route as it was declared, never the address that was asked for, and no query: tracking codes and whatever
    people type into addresses stay out of the log. `observe(method, route, status, seconds)` feeds the metrics.
    """

    def __init__(self, app: WSGIApplication, observe: Callable[[str, str, int, float], None] | None = None) -> None:
        self._app = app
        self._observe = observe

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.monotonic()
        seen: list[int] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: ExcInfo | None = None) -> Write:
            seen[:] = [int(status.split(" ", 1)[0])]
            return start_response(status, headers, exc_info)

        try:
            return self._app(environ, start)
        finally:
            seconds = time.monotonic() - began
            method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
            route = environ.get("mpp.route", "none")
            status = seen[0] if seen else 500
            log.info(
                "request",
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 1),
                actor=environ.get("mpp.actor"),
                correlation_id=environ.get("mpp.correlation_id"),
            )
            if self._observe is not None:
                self._observe(method, route, status, seconds)


# A proxy says with these for whom it asks.
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def from_this_machine(environ: WSGIEnvironment) -> bool:
    """Whether the request comes from this machine itself, and not through a proxy on it."""
    try:
        own = ip_address(environ.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return own and not any(name in environ for name in _FORWARDED)


class Probes:
    """`/livez`, `/readyz` and `/metrics`, answered before anything that could be busy.

    `troubles()` lists what keeps the process from serving (empty means ready); `metrics()` is the exposition text.
    Both are for whom `details(environ)` says; others learn whether the process is ready, and find no metrics. With
    `?verbose` these read `notes()` as well, which keep nobody from serving.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        troubles: Callable[[], list[str]],
        metrics: Callable[[], tuple[bytes, str]],
        details: Callable[[WSGIEnvironment], bool] = lambda environ: True,
        notes: Callable[[], list[str]] = list,
    ) -> None:
        self._app = app
        self._troubles = troubles
        self._metrics = metrics
        self._details = details
        self._notes = notes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._app(environ, start_response)
        if path == "/livez":
            return _plain("ok\n")(environ, start_response)
        if path == "/readyz":
            found = self._troubles()
            if found and not self._details(environ):
                found = ["belum siap | not ready"]
            text = "".join(f"{line}\n" for line in found) or "ok\n"
            if "verbose" in environ.get("QUERY_STRING", "") and self._details(environ):
                text += "".join(f"{line}\n" for line in self._notes())
            return _plain(text, 503 if found else 200)(environ, start_response)
        if path == "/metrics" and self._details(environ):
            body, media = self._metrics()
            return Response(body, content_type=media)(environ, start_response)
        return self._app(environ, start_response)


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status=status, content_type="text/plain; charset=utf-8")
