"""eventlet's HTTP protocol, minus what it leaves open."""

from __future__ import annotations

from wsgiref.types import WSGIEnvironment

from eventlet.timeout import Timeout
from nameko.web.server import HttpOnlyProtocol

from mpp.casework.refusals import Refused
from mpp.web.bodies import MAX_BODY
from mpp.web.problems import problem

HEADER_SECONDS = 10  # to send all headers


class Protocol(HttpOnlyProtocol):
    """One connection.

    Headers that trickle in are cut off; a request whose body will not be read closes its connection, so that the
    body is never taken for the next request; and errors before the application are problem+json as well.
    """

    max_body = MAX_BODY

    def parse_request(self) -> bool:
        with Timeout(HEADER_SECONDS, TimeoutError):
            parsed: bool = super().parse_request()
        return parsed

    def get_environ(self) -> WSGIEnvironment:
        environ: WSGIEnvironment = super().get_environ()
        declared = environ.get("CONTENT_LENGTH", "0")
        if environ.get("HTTP_TRANSFER_ENCODING") or not declared.isdigit() or int(declared) > self.max_body:
            self.close_connection = 1
        return environ

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
        """What the standard library answers to a request line or header it cannot read."""
        self.close_connection = True
        body = problem(Refused(400 if code != 414 else 414, "request_malformed"), "id", "0" * 32).get_data()
        status = b"400 Bad Request" if code != 414 else b"414 URI Too Long"
        self.wfile.write(
            b"HTTP/1.1 " + status + b"\r\nContent-Type: application/problem+json\r\nConnection: close\r\n"
            b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body
        )
        self.wfile.flush()

    def log_message(self, format: str, *args: str) -> None:
        """Nothing: the access log has its own line."""
