"""A process of the mall: nameko containers, probes, and an orderly end. The one place here that knows eventlet.

`go_green` comes before every other import of the process: what was imported earlier would block all greenlets.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from mpp.hosting.listening.connections import Connection
    from mpp.hosting.runtime import Runtime
    from mpp.messaging.brokers.port import Broker

Raised = tuple[type[BaseException], BaseException, TracebackType]

_DRAIN_SECONDS = 12.0  # less than the grace period of docker-compose.yml
_MAX_WORKERS = 50
_MOST_PROBES = 20  # connections at once
_PROBE_SECONDS = 5.0
_PROBES_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


def go_green() -> None:
    """Let every blocking call of this process yield to the others."""
    import eventlet

    eventlet.monkey_patch()
    _tell_failures()


def _tell_failures() -> None:
    """What ended a greenlet is a line of the log, with its kind and its place; who waits for it is raised it as before.

    eventlet would print it, with its text, which may be personal.
    """
    import structlog
    from eventlet import hubs

    from mpp.failures import describe

    hub = hubs.get_hub()

    def tell(exc_info: Raised) -> None:
        structlog.get_logger(__name__).error("greenlet.failed", **describe(exc_info[1]))

    def of_a_descriptor(fileno: int, exc_info: Raised) -> None:
        tell(exc_info)
        hub.remove_descriptor(fileno)  # as eventlet does: the hub would run into it again and again

    hub.squelch_exception = of_a_descriptor
    hub.squelch_generic_exception = tell
    hub.squelch_timer_exception = lambda timer, exc_info: tell(exc_info)


def take_descriptors() -> None:
    """Let this process, and those that it starts, open as many files as the machine lets them."""
    from mpp.hosting.listening.descriptors import raise_limit

    raise_limit()


def embedded_broker() -> Broker:
    """The broker inside this process."""
    from mpp.messaging.brokers.embedded import EmbeddedBroker

    return EmbeddedBroker()


def amqp_broker(uri: str, name: str, service: str | None = None) -> Broker:
    """RabbitMQ at `uri`; `name` is what its list of connections shows.

    An account that bears the name of the process's only `service` is its own: `mpp prepare` makes them so. That
    follows from the settings of the process, and from nothing that a message could say.
    """
    from mpp.messaging.brokers.rabbitmq import AmqpBroker
    from mpp.messaging.brokers.rabbitmq_link import user_of

    return AmqpBroker(uri, name=name, speaker=service if user_of(uri) == service else None)


class Host:
    """The nameko containers of this process; what serves HTTP in them listens on `address`, host:port."""

    def __init__(self, classes: Iterable[type], runtime: Runtime, address: str) -> None:
        from nameko.runners import ServiceRunner

        self._runner = ServiceRunner({"mpp": runtime, "WEB_SERVER_ADDRESS": address, "max_workers": _MAX_WORKERS})
        for service_class in classes:
            self._runner.add_service(service_class)

    def start(self) -> None:
        """Start all services; an error of any of them is raised.

        What is there by then stays for good, so the collector looks at it no more: its walk over all of it, every few
        hundred requests, held up everybody for a tenth of a second.
        """
        self._runner.start()
        gc.collect()
        gc.freeze()

    def failed(self, callback: Callable[[], None]) -> None:
        """Call back when a container dies by itself: a mall with a dead service must not look alive."""
        import eventlet

        def watch() -> None:
            try:
                self._runner.wait()
            except Exception:
                callback()

        eventlet.spawn_n(watch)

    def stop(self) -> None:
        """Let running work end, for some seconds; then kill what is left.

        Doors close first, so that what was begun behind them still finds every service of this process.
        """
        import eventlet

        with eventlet.Timeout(_DRAIN_SECONDS, False):
            for container in self._runner.containers:
                for entrypoint in container.entrypoints:
                    if close_door := getattr(entrypoint, "close_door", None):
                        close_door()
            self._runner.stop()
            return
        with eventlet.Timeout(3.0, False):
            self._runner.kill()

    def troubles(self) -> list[str]:
        """What keeps the services from working: consumers that are not attached."""
        from mpp.hosting.probes import detached

        return [trouble for container in self._runner.containers for trouble in detached(container)]


class StopSignal:
    """Waits for SIGINT or SIGTERM; a second one ends the process on the spot.

    A signal handler may run while the hub sleeps and must not touch greenlets. So the first one does nothing, and
    Python's wake-up descriptor makes the signal readable to an ordinary greenlet.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, _first)

    def trip(self) -> None:
        """Stop as if a signal had come."""
        self._writer.send(b"\0")

    def wait(self) -> bool:
        """Return when it is time to stop; True when a person or the system asked for it."""
        return self._reader.recv(1) != b"\0"


def _first(_signum: int, _frame: FrameType | None) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, _end_now)


def _end_now(signum: int, _frame: FrameType | None) -> None:
    # The embedded database gets its own signal from the kernel when we are gone.
    os._exit(128 + signum)


def serve_probes(bind: str, port: int, application: WSGIApplication) -> None:
    """Serve a WSGI application in greenlets of its own, apart from the services' workers; a few connections at once."""
    import eventlet
    from eventlet import wsgi

    from mpp.failures import describe
    from mpp.hosting.listening.accepting import Accepting
    from mpp.hosting.listening.connections import Connections
    from mpp.hosting.seldom import Seldom

    # Without SO_REUSEPORT, which eventlet sets by default: a second process must fail, not share.
    listener = eventlet.listen((bind, port), reuse_port=False)
    at = listener.getsockname()
    server = wsgi.Server(listener, at, application, log_output=False, keepalive=False, debug=False)
    server.socket_timeout = _PROBE_SECONDS

    failed = Seldom("probe_failed")

    def serve(connection: Connection) -> None:
        connection.socket.settimeout(_PROBE_SECONDS)
        try:
            with eventlet.Timeout(2 * _PROBE_SECONDS, TimeoutError):
                server.process_request(connection)
        except Exception as error:  # the client is gone, too slow, or speaks no HTTP
            failed.warn(**describe(error))

    accepting = Accepting(listener, Connections(_MOST_PROBES), serve, eventlet.spawn_n, _PROBES_BUSY)
    eventlet.spawn_n(accepting.run)


def quiet_exit(status: int) -> None:
    """End without waiting for greenlets that nobody needs any more."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
