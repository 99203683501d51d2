"""The web server: every connection of the process comes in here, and every request goes to the application.

It ends in order: from the first moment on newcomers hear 503, what was begun is answered, and only then is nobody let
in any more.

One web server class in one service: eventlet listens with SO_REUSEPORT, and two servers in one process would share the
port and answer at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from socket import socket
from typing import TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import eventlet
import structlog
from eventlet.timeout import Timeout
from eventlet.wsgi import Server
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import WebServer
from werkzeug.wrappers import Request, Response

from mpp.casework.refusals import Refused
from mpp.failures import describe
from mpp.hosting import probes
from mpp.hosting.listening.accepting import Accepting
from mpp.hosting.listening.connections import Connection, Connections
from mpp.hosting.listening.descriptors import connections_that_fit
from mpp.hosting.pages import uploads_of_pages
from mpp.hosting.runtime import Runtime, runtime_of
from mpp.hosting.seldom import Seldom
from mpp.web.problems import problem, unread_problem
from mpp.web.texts.languages import preferred
from mpp.web.wsgi import AccessLog, Door, Headers, Probes, from_this_machine
from services.gateway.api.routes.cases.documents import upload_limit
from services.gateway.feed.epochs import notes as epochs
from services.gateway.metrics import connections_open, observe, refused_connection
from services.gateway.reconciling import metrics as reconciling
from services.gateway.server.protocol import Protocol

Serving = TypeVar("Serving", bound=Callable[..., Response])

log = structlog.get_logger(__name__)

BODY_SECONDS = 15  # to send the whole body
IDLE_SECONDS = 60  # between two requests of a connection
SOCKET_SECONDS = 10  # without a single byte
ENDING_SECONDS = 10  # that an orderly end waits for what was begun: more than any answer may take
MOST_CONNECTIONS = 2000
_SHARE = 4  # of all connections one address may hold the fourth part
_LAST_SECONDS = 0.2
_LOOK_SECONDS = 0.02
_OTHERS = 8  # descriptors for the broker, notifications, log and whatever else is opened later
_REFUSAL = unread_problem(Refused(503, "too_many_connections"))


class GatewayServer(WebServer):
    """The one web server."""

    connections = Connections(0)
    stopping = False
    _accepting: Accepting | None = None

    def get_wsgi_app(self) -> WSGIApplication:
        runtime = runtime_of(self.container)
        database = runtime.databases["gateway"]
        door = Door(
            self._to_worker,
            limit_time=lambda: Timeout(BODY_SECONDS, TimeoutError),
            streamed=upload_limit(runtime.settings.upload_max_bytes, uploads_of_pages()),
            page=uploads_of_pages(),
        )
        return Probes(
            Headers(AccessLog(door, observe)),
            troubles=lambda: probes.troubles(runtime) + probes.detached(self.container),
            metrics=partial(probes.exposition, runtime),
            details=from_this_machine,
            notes=lambda: [*reconciling.notes(database), *epochs.notes(database), *runtime.partner_queues.notes()],
        )

    def _to_worker(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self.stopping:  # nothing was begun of it: another copy, or the next process, may do it
            return _say_ending(environ, start_response)
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

    def run(self) -> None:
        """Take connections as long as the service runs."""
        held = self.connections = connections_of(runtime_of(self.container))
        connections_open.set_function(lambda: len(held))
        serve, spawn = partial(self._serve, Seldom("connection_failed")), self.container.spawn_managed_thread
        self._accepting = Accepting(self._sock, held, serve, spawn, _REFUSAL, refused_connection)
        self._accepting.run()

    def finish(self) -> None:
        """The orderly end: what was begun is answered, newcomers hear 503 meanwhile, then nobody is let in any more.

        Takes as long as what was begun, ENDING_SECONDS at most, and a moment for the last newcomers.
        """
        if self.stopping:
            return
        self.stopping = True
        self._serv.keepalive = 0  # from now on each answer says that its connection is closed after it
        begun = self.connections.busy
        _wait(ENDING_SECONDS, lambda: not begun & self.connections.busy)
        self._gt.kill()
        if self._accepting is not None:
            self._accepting.finish()
        eventlet.sleep(_LAST_SECONDS)  # what the last ones asked is on its way
        _wait(_LAST_SECONDS, lambda: not self.connections.busy)
        self.connections.end_waiting()

    def _serve(self, failed: Seldom, connection: Connection) -> None:
        """One connection. Whatever a client sends may end it, and nothing else (nameko would stop the service)."""
        try:
            connection.socket.settimeout(SOCKET_SECONDS)
            self._serv.process_request(connection)
        except Exception as error:
            failed.warn(**describe(error))


def _wait(seconds: float, over: Callable[[], bool]) -> None:
    """Return when it is over, or after so many seconds."""
    with Timeout(seconds, False):
        while not over():
            eventlet.sleep(_LOOK_SECONDS)


def _say_ending(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    language = preferred(environ.get("HTTP_ACCEPT_LANGUAGE"))
    refused = Refused(503, "service_unavailable", params={"service": "gateway"})
    return problem(refused, language, environ["mpp.correlation_id"])(environ, start_response)


def connections_of(runtime: Runtime) -> Connections:
    """As many as this process can hold beside its databases and the broker. Those of proxies are all of one address."""
    kept = sum(database.most_connections for database in runtime.databases.values()) + _OTHERS
    most = connections_that_fit(MOST_CONNECTIONS, kept)
    return Connections(most, None if runtime.settings.proxies else max(1, most // _SHARE))


class Web(HttpRequestHandler):
    """Every address and method: the application routes by itself."""

    server = GatewayServer()

    @property
    def stopping(self) -> bool:
        """Whether newcomers hear 503 (readiness)."""
        return self.server.stopping

    def close_door(self) -> None:
        """See `GatewayServer.finish`."""
        self.server.finish()

    def stop(self) -> None:
        self.close_door()
        super().stop()

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
