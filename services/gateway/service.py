"""The gateway's process: nameko's container around the WSGI application, and the feed's subscription.

The only module of the gateway that knows the framework. One web server class in one service: eventlet listens with
SO_REUSEPORT, and two servers in one process would share the port and answer at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from eventlet import tpool
from eventlet.greenpool import GreenPool
from eventlet.semaphore import Semaphore
from eventlet.timeout import Timeout
from nameko.extensions import DependencyProvider
from nameko.web.handlers import HttpRequestHandler
from nameko.web.server import HttpOnlyProtocol, WebServer
from werkzeug.wrappers import Request, Response

from mpp.casework.refusals import Refused
from mpp.clock import new_id
from mpp.failures import describe
from mpp.files.folder import Folder
from mpp.hosting.background import Background, RelayProvider
from mpp.hosting.definition import case_services
from mpp.hosting.extensions import DeadLettersProvider, subscribe
from mpp.hosting.runtime import Runtime, runtime_of
from mpp.jobs.loops import Loop, Pace
from mpp.messaging.calls.rpc import MAX_IN_FLIGHT
from mpp.messaging.events.event import Event
from mpp.operations.running import probes
from mpp.web.application import Application
from mpp.web.problems import problem
from mpp.web.wsgi import AccessLog, Door, Headers, Probes
from services.gateway.accounts.passwords import Passwords
from services.gateway.api.app import Parts, build
from services.gateway.api.backend import Backend
from services.gateway.api.routes.cases.uploads import GATEWAY, ask_every_service, upload_limit
from services.gateway.api.routes.dead_letters import OwnDeadLetters
from services.gateway.feed.queries import store
from services.gateway.housekeeping import keep_house
from services.gateway.metrics import observe
from services.gateway.uploads.keeping import Keeper

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = structlog.get_logger(__name__)

HEADER_SECONDS = 10  # to send all headers
BODY_SECONDS = 15  # to send the whole body
IDLE_SECONDS = 60  # between two requests of a connection
SOCKET_SECONDS = 10  # without a single byte
HASHING_AT_ONCE = 2
HASHING_IN_LINE = 60
HOUSEKEEPING_SECONDS = 60
SWEEPING_SECONDS = 15 * 60
UPLOADS_AT_ONCE = 40
UPLOADS_IN_LINE = 40
SPARE_WORKERS = 50
SWEEP_CALL_SECONDS = 10.0


class HashingBench:
    """Hashes in real threads, two at a time; the line is bounded, so that log-ins cannot fill the worker pool."""

    def __init__(self, at_once: int = HASHING_AT_ONCE, in_line: int = HASHING_IN_LINE) -> None:
        self._turns = Semaphore(at_once)
        self._in_line = in_line
        self._waiting = 0

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """See `Bench.turn`."""
        if self._waiting >= self._in_line:
            raise Refused(503, "service_unavailable", params={"service": "gateway"})
        self._waiting += 1
        try:
            got = self._turns.acquire(timeout=max(0.0, seconds))
        finally:
            self._waiting -= 1
        if not got:
            raise Refused(503, "service_unavailable", params={"service": "gateway"})
        try:
            yield
        finally:
            self._turns.release()

    def run(self, work: Callable[..., Any], *args: Any) -> Any:
        """See `Bench.run`."""
        return tpool.execute(work, *args)


def keeper_of(runtime: Runtime) -> Keeper | None:
    """The folder of documents, with its work in real threads; None where the settings name none."""
    settings = runtime.settings
    if settings.files is None:
        return None
    bench = HashingBench(UPLOADS_AT_ONCE, UPLOADS_IN_LINE)
    return Keeper(
        Folder(settings.files, run=bench.run),
        runtime.databases["gateway"],
        runtime.clock,
        bench,
        max_bytes=settings.upload_max_bytes,
        limit_time=lambda seconds: Timeout(seconds, TimeoutError),
    )


def sweep(runtime: Runtime, keeper: Keeper, backend: Backend) -> int:
    """Remove contents that no case refers to, after asking every service."""
    signer = runtime.token_signer
    assert signer is not None

    def token() -> str:
        return signer.sign(GATEWAY, runtime.clock.now(), timedelta(minutes=1))

    return keeper.sweep(lambda hashes: ask_every_service(backend, token, hashes, SWEEP_CALL_SECONDS, new_id()))


def together(jobs: Sequence[Callable[[], Any]]) -> list[Any]:
    """The results of jobs that run side by side."""
    pool = GreenPool(max(1, len(jobs)))
    return [thread.wait() for thread in [pool.spawn(job) for job in jobs]]


def application_of(
    runtime: Runtime, letters: Callable[[], OwnDeadLetters] | None = None, keeper: Keeper | None = None
) -> Application:
    """The gateway's application on the runtime of this process."""
    if runtime.token_signer is None:
        raise RuntimeError("the gateway needs the private token key (MPP_TOKEN_PRIVATE_KEY)")
    return build(
        Parts(
            database=runtime.databases["gateway"],
            rpc=runtime.broker.rpc_client(),
            services=case_services(),
            catalogue=runtime.catalogue,
            signer=runtime.token_signer,
            verifier=runtime.token_verifier,
            passwords=Passwords(HashingBench()),
            clock=runtime.clock,
            together=together,
            own_dead_letters=letters,
            zone=str(runtime.offices.zone),
            bank_keys=runtime.settings.bank_keys,
            proxies=runtime.settings.proxies,
            keeper=keeper,
            offices=runtime.offices,
        )
    )


class Protocol(HttpOnlyProtocol):
    """eventlet's HTTP protocol, minus what it leaves open.

    Headers that trickle in are cut off; a request whose body will not be read closes its connection, so that the
    body is never taken for the next request; and errors before the application are problem+json as well.
    """

    max_body = 64 * 1024

    def parse_request(self) -> bool:
        with Timeout(HEADER_SECONDS, TimeoutError):
            parsed: bool = super().parse_request()
        return parsed

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
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

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the access log has its own line."""


class GatewayServer(WebServer):
    """The one web server."""

    def get_wsgi_app(self) -> Any:
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

    def _to_worker(self, environ: dict[str, Any], start_response: Any) -> Any:
        # Not through nameko's own URL map, whose redirects and 404 pages are not ours.
        (entrypoint,) = self._providers
        return entrypoint.handle_request(Request(environ))(environ, start_response)

    def get_wsgi_server(self, sock: Any, wsgi_app: Any, protocol: Any = Protocol, debug: bool = False) -> Any:
        server = super().get_wsgi_server(sock, wsgi_app, protocol=protocol, debug=debug)
        server.log_output = False
        server.socket_timeout = SOCKET_SECONDS
        server.keepalive = IDLE_SECONDS
        return server

    def process_request(self, sock: Any, address: Any) -> None:
        """One connection. Whatever a client sends may end it, and nothing else (nameko would stop the service)."""
        try:
            super().process_request(sock, address)
        except Exception as error:
            log.warning("connection_failed", **describe(error))
            sock.close()


class Web(HttpRequestHandler):
    """Every address and method: the application routes by itself."""

    server = GatewayServer()

    def check_signature(self, args: Any, kwargs: Any) -> None:
        """The method takes the request; nothing else ever comes."""

    def get_entrypoint_parameters(self, request: Request) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return (request,), {}

    def response_from_exception(self, exc: Exception) -> Response:
        log.error("worker_failed", **describe(exc))
        return problem(Refused(500, "internal"), "id", "0" * 32)


web: Any = Web.decorator


class ApplicationProvider(DeadLettersProvider):
    """The application, built once per container; the gateway's own dead letters are part of it."""

    application: Application

    def setup(self) -> None:
        letters = partial(super().get_dependency, None)
        runtime = runtime_of(self.container)
        self.application = application_of(runtime, letters, keeper_of(runtime))
        # More than all calls that may hang at once and all log-ins that may wait: hung services cannot take them all.
        workers = MAX_IN_FLIGHT * len(case_services()) + HASHING_AT_ONCE + HASHING_IN_LINE + SPARE_WORKERS
        workers += UPLOADS_AT_ONCE + UPLOADS_IN_LINE
        self.container._worker_pool.resize(max(workers, self.container.max_workers))

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.application


class Housekeeping(DependencyProvider):
    """Removes what is over, a little at a time, as long as the service runs. Several copies do not disturb."""

    background = Background()

    def setup(self) -> None:
        runtime = runtime_of(self.container)
        keeper = keeper_of(runtime)
        backend = Backend(runtime.broker.rpc_client(), case_services())

        def clean() -> None:
            keep_house(runtime.databases["gateway"], runtime.clock.now())

        pace = Pace(HOUSEKEEPING_SECONDS, at_start=False)
        self.background.add(Loop("gateway", "housekeeping", clean, pace, patience=0.0))
        if keeper is not None:
            kept = keeper

            def sweep_documents() -> None:
                log.info("documents.swept", removed=sweep(runtime, kept, backend))

            pace = Pace(SWEEPING_SECONDS, at_start=False)
            self.background.add(Loop("gateway", "sweep", sweep_documents, pace, patience=0.0))


class Gateway:
    """The service as nameko runs it."""

    name = "gateway"

    application = ApplicationProvider()
    housekeeping = Housekeeping()
    relay = RelayProvider()

    @web("*", "/")  # type: ignore[untyped-decorator]
    def serve(self, request: Request) -> Response:
        """Answer any request."""
        response: Response = self.application.respond(request)
        return response

    @subscribe("#", name="feed", order="any", together=True)
    def keep(self, tx: Connection, events: Sequence[Event]) -> None:
        """Put every public event into the feed."""
        store(tx, events)
