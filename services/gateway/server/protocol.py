"""eventlet's HTTP protocol, minus what it leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from io import BufferedIOBase
from socket import SHUT_WR
from typing import TYPE_CHECKING
from wsgiref.types import WSGIEnvironment

from eventlet.timeout import Timeout
from eventlet.wsgi import HeaderLineTooLong, HeadersTooLarge
from nameko.web.server import HttpOnlyProtocol

from mpp.casework.refusals import Refused
from mpp.hosting.seldom import Seldom
from mpp.web.bodies import MAX_BODY
from mpp.web.problems import unread_problem
from services.gateway.metrics import observe

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

HEADER_SECONDS = 10  # to send all headers
ANSWER_SECONDS = 20  # to take a part of the answer, and a second more for each
SLOWEST = 8_000  # bytes of it
LINGER_SECONDS = 1  # for what is still being sent of a refused request: unread, it would take the answer with it
LINGER_BYTES = 64 * 1024
_broken_off = Seldom("http.broken_off")
_MALFORMED = Refused(400, "request_malformed")
# What the standard library answers to what it cannot read, by its status.
_UNREADABLE = {
    408: Refused(408, "request_timeout"),
    414: Refused(414, "uri_too_long"),
    431: Refused(431, "headers_too_large"),
    505: Refused(505, "http_version_unsupported"),
}


class Protocol(HttpOnlyProtocol):
    """One connection.

    Whatever is sent or taken too slowly ends it: a request line, headers, an answer. A request whose body is not read
    closes its connection, so that the body is never taken for the next request. Errors before the application are
    problem+json as well.
    """

    max_body = MAX_BODY
    wfile: BufferedIOBase

    def setup(self) -> None:
        super().setup()
        self.wfile = _Taken(self.wfile)

    def _read_request_line(self) -> bytes:
        """The first line of the next request, or nothing: then the connection ends."""
        # eventlet bounds the silence between two bytes, and would wait for ever for a line that trickles in.
        with Timeout(self.server.keepalive or HEADER_SECONDS, TimeoutError):
            line: bytes = super()._read_request_line() or b""
        if len(line) >= self.server.url_length_limit:
            self.request_version = self.protocol_version
            self.send_error(414)
            return b""
        return line

    def parse_request(self) -> bool:
        try:
            with Timeout(HEADER_SECONDS, TimeoutError):
                parsed: bool = super().parse_request()
        except (HeaderLineTooLong, HeadersTooLarge):
            self.send_error(431)
            return False
        except TimeoutError:
            self.send_error(408)
            return False
        if parsed and not self._has_one_length():
            self.send_error(400)
            return False
        return parsed

    def _has_one_length(self) -> bool:
        """Whether it is beyond doubt where the body ends: servers that disagree take one request for two."""
        lengths: Sequence[str] = self.headers.get_all("Content-Length", [])
        if not lengths:
            return True
        (first, *others) = lengths
        return not others and first.isascii() and first.isdigit() and "Transfer-Encoding" not in self.headers

    def get_environ(self) -> WSGIEnvironment:
        environ: WSGIEnvironment = super().get_environ()
        declared = environ.get("CONTENT_LENGTH", "0")
        if environ.get("HTTP_TRANSFER_ENCODING") or int(declared) > self.max_body:
            self.close_connection = 1
        environ["eventlet.input"].discard = self._leave_unread
        return environ

    def _leave_unread(self) -> None:
        # eventlet would read on, for as long as bytes trickle in, and log address and client when none do.
        self.close_connection = 1
        _broken_off.warn()

    def finish(self) -> None:
        """Close the connection for good, also when the client is gone and the last bytes cannot be sent."""
        try:
            super().finish()
        except OSError:
            pass
        finally:
            for stream in (self.wfile, self.rfile):
                try:
                    stream.close()
                except OSError:
                    continue
            self.connection.close()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a request that cannot be read, in both languages, since the reader's is not known."""
        self.close_connection = True
        refused = _UNREADABLE.get(code, _MALFORMED)
        observe("other", "none", refused.status, 0.0)
        self.wfile.write(unread_problem(refused))
        self.wfile.flush()
        self._linger()

    def _linger(self) -> None:
        left = LINGER_BYTES
        with Timeout(LINGER_SECONDS, False):
            try:
                self.connection.shutdown(SHUT_WR)
                while left > 0 and (part := self.connection.recv(left)):
                    left -= len(part)
            except OSError:
                return

    def log_message(self, format: str, *args: str) -> None:
        """Nothing: the access log has its own line."""


class _Taken(BufferedIOBase):
    """The answer on its way; a client that takes it too slowly is left by TimeoutError."""

    def __init__(self, file: BufferedIOBase) -> None:
        self._file = file
        self._held = 0

    def write(self, part: ReadableBuffer, /) -> int:
        size = memoryview(part).nbytes
        self._held += size
        with self._patience():
            self._file.write(part)
        return size

    def writelines(self, parts: Iterable[ReadableBuffer], /) -> None:
        self.write(b"".join(parts))

    def flush(self) -> None:
        with self._patience():
            self._file.flush()
        self._held = 0

    def close(self) -> None:
        self._file.close()

    @property
    def closed(self) -> bool:
        return self._file.closed

    def _patience(self) -> AbstractContextManager[None]:
        patience: AbstractContextManager[None] = Timeout(ANSWER_SECONDS + self._held / SLOWEST, TimeoutError)
        return patience
