"""The web server: every connection of the process comes in here, and every request goes to the application.

One web server class in one service: eventlet listens with SO_REUSEPORT, and two servers in one process would share the
port and answer at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from socket import socket
from typing import TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from eventlet.timeout import Timeout
from eventlet.wsgi import Server
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import WebServer
from werkzeug.wrappers import Request, Response

from mpp.casework.refusals import Refused
from mpp.failures import describe
from mpp.hosting import probes
from mpp.hosting.runtime import runtime_of
from mpp.web.problems import problem
from mpp.web.wsgi import AccessLog, Door, Headers, Probes
from services.gateway.api.routes.cases.documents import upload_limit
from services.gateway.metrics import observe
from services.gateway.server.protocol import Protocol

Serving = TypeVar("Serving", bound=Callable[..., Response])

log = structlog.get_logger(__name__)

BODY_SECONDS = 15  # to send the whole body
IDLE_SECONDS = 60  # between two requests of a connection
SOCKET_SECONDS = 10  # without a single byte


class GatewayServer(WebServer):
    """The one web server."""

    def get_wsgi_app(self) -> WSGIApplication:
        runtime = runtime_of(self.container)
        door = Door(
            self._to_worker,
            limit_time=lambda: Timeout(BODY_SECONDS, TimeoutError),
            streamed=upload_limit(runtime.settings.upload_max_bytes),
        )
        return Probes(
            Headers(AccessLog(door, observe)),
            troubles=partial(probes.troubles, runtime),
            metrics=partial(probes.exposition, runtime),
        )

    def _to_worker(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        # Not through nameko's own URL map, whose redirects and 404 pages are not ours.
        (entrypoint,) = self._providers
        response: Response = entrypoint.handle_request(Request(environ))
        return response(environ, start_response)

    def get_wsgi_server(
        self, sock: socket, wsgi_app: WSGIApplication, protocol: type[Protocol] = Protocol, debug: bool = False
    ) -> Server:
        server = super().get_wsgi_server(sock, wsgi_app, protocol=protocol, debug=debug)
        server.log_output = False
        server.socket_timeout = SOCKET_SECONDS
        server.keepalive = IDLE_SECONDS
        return server

    def process_request(self, sock: socket, address: tuple[str, int]) -> None:
        """One connection. Whatever a client sends may end it, and nothing else (nameko would stop the service)."""
        try:
            super().process_request(sock, address)
        except Exception as error:
            log.warning("connection_failed", **describe(error))
            sock.close()


class Web(HttpRequestHandler):
    """Every address and method: the application routes by itself."""

    server = GatewayServer()

    def check_signature(self, args: tuple[Request, ...], kwargs: Mapping[str, str]) -> None:
        """The method takes the request; nothing else ever comes."""

    def get_entrypoint_parameters(self, request: Request) -> tuple[tuple[Request], dict[str, str]]:
        return (request,), {}

    def response_from_exception(self, exc: Exception) -> Response:
        log.error("worker_failed", **describe(exc))
        return problem(Refused(500, "internal"), "id", "0" * 32)


def web(method: Serving) -> Serving:
    """Make a method the one that answers every request."""
    decorated: Serving = Web.decorator("*", "/")(method)
    return decorated
