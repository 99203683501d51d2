"""One connection to RabbitMQ that comes back by itself, with one channel and one greenlet that reads it.

Each user of the broker (relay, RPC client, each consumer) has a link of its own: a fault of one, such as a queue
that is missing, closes a connection that nobody else needs. py-amqp traps that shape this file: every call that
waits for an answer reads the socket, so such calls belong to the reader greenlet (`setup`); `basic_publish` reads
too, so `publish` here sends the method directly; a write cut off in the middle leaves the stream unusable.
"""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import amqp
import eventlet
import structlog
from amqp import spec
from eventlet.event import Event as Signal
from eventlet.semaphore import Semaphore

from mpp.messaging.brokers.alarm import Alarm
from mpp.messaging.brokers.py_amqp import Channel, Connection, Message

log = structlog.get_logger(__name__)

HEARTBEAT = 10
CONNECT_TIMEOUT = 5.0
SETUP_TIMEOUT = 15.0
SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 5.0


class LinkDown(Exception):
    """There is no connection at this moment, or it broke under this call."""


def user_of(uri: str) -> str:
    """The account of an AMQP URI: the `user_id` of what is published over it. RabbitMQ refuses any other."""
    return unquote(urlsplit(uri).username or "guest")


def connect(uri: str, name: str, alarm: Alarm | None = None) -> Connection:
    """An open py-amqp connection, named for RabbitMQ's list of connections. Raises OSError or AMQPError.

    `alarm` is told under this name when the broker takes nothing, and when that is over.
    """
    parts = urlsplit(uri)
    if parts.scheme not in ("amqp", "amqps", "pyamqp") or not parts.hostname:
        raise ValueError("AMQP_URI is not amqp://user:password@host:port/vhost")
    tls = parts.scheme == "amqps"
    connection: Connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port or (5671 if tls else 5672)}",
        userid=user_of(uri),
        password=unquote(parts.password or "guest"),
        login_method="PLAIN",
        virtual_host=unquote(parts.path[1:]) or "/",
        ssl={"server_hostname": parts.hostname} if tls else False,
        connect_timeout=CONNECT_TIMEOUT,
        heartbeat=HEARTBEAT,
        client_properties={"connection_name": name},
        on_blocked=None if alarm is None else lambda _reason: alarm.tell(name),
        on_unblocked=None if alarm is None else lambda: alarm.over(name),
    )
    with eventlet.Timeout(SETUP_TIMEOUT, TimeoutError("no AMQP handshake")):
        connection.connect()
    return connection


def open_channel(connection: Connection) -> Channel:
    """A channel whose messages keep their bytes (py-amqp would decode bodies that name an encoding)."""
    channel = connection.channel()
    channel.auto_decode = False
    return channel


def publish(channel: Channel, message: Message, exchange: str, routing_key: str, mandatory: bool) -> None:
    """basic.publish without reading the socket, as `Channel.basic_publish` would."""
    arguments = (0, exchange, routing_key, mandatory, False)
    channel.send_method(spec.Basic.Publish, "Bssbb", arguments, message)


def together(write: Callable[[Channel], None], channel: Channel) -> None:
    """Let `write(channel)` send its frames as one write to the socket: many small ones cost a system call each."""
    transport = channel.connection.transport
    frames: list[bytes] = []
    through = transport._write
    transport._write = lambda frame: frames.append(bytes(frame))  # py-amqp uses its buffer again
    try:
        write(channel)
    finally:
        transport._write = through
    through(b"".join(frames))


class Link:
    """Keeps one connection open for ever. `setup(channel)` prepares each new channel, `on_down()` follows each loss."""

    def __init__(
        self,
        uri: str,
        name: str,
        alarm: Alarm,
        setup: Callable[[Channel], None],
        on_down: Callable[[], None] = lambda: None,
    ) -> None:
        self._uri = uri
        self._alarm = alarm
        self._name = name
        self._setup = setup
        self._on_down = on_down
        self._connection: Connection | None = None
        self._write = Semaphore()
        self._stopping = False
        self._announced_down = False
        self._ready = Signal()
        self.channel: Channel | None = None
        self._greenlet = eventlet.spawn(self._run)

    @property
    def up(self) -> bool:
        """Whether the channel is set up and, as far as known, alive."""
        return self.channel is not None

    def wait_up(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds until the link is up."""
        if not self.up:
            with eventlet.Timeout(timeout, False):
                self._ready.wait()
        return self.up

    def send(self, function: Callable[[Channel], None], channel: Channel | None = None) -> None:
        """Let `function(channel)` write, alone. With `channel`: only if that one is still the current one.

        Raises LinkDown. A write that is interrupted half-way, by a timeout for instance, breaks the link.
        """
        with self._write:
            current = self.channel
            if current is None or (channel is not None and channel is not current):
                raise LinkDown(self._name)
            try:
                function(current)
            except (OSError, amqp.exceptions.AMQPError) as error:
                self.fail()
                raise LinkDown(self._name) from error
            except BaseException:
                self.fail()
                raise

    def fail(self) -> None:
        """Throw the connection away; a new one is made."""
        self.channel = None
        connection = self._connection
        try:
            if connection is not None and connection._transport is not None:
                # shutdown, not close: the reader must wake up, and it alone cleans up
                connection._transport.sock.shutdown(socket.SHUT_RDWR)
        except (OSError, AttributeError):
            pass

    def stop(self) -> None:
        """Close the connection for good; what was unacknowledged on it goes back to its queue."""
        self._stopping = True
        self.fail()
        if eventlet.getcurrent() is not self._greenlet:
            self._greenlet.kill()

    def _run(self) -> None:
        pause = SHORTEST_PAUSE
        while not self._stopping:
            heart = None
            try:
                connection = self._connection = connect(self._uri, self._name, self._alarm)
                heart = eventlet.spawn(self._beat, connection)
                self._come_up(connection)
                pause = SHORTEST_PAUSE
                while True:
                    connection.drain_events()
            except Exception as error:  # a broker may end a connection in any way: there is only one answer
                if not self._announced_down and not self._stopping:
                    log.warning("amqp.down", link=self._name, error=type(error).__name__)
                    self._announced_down = True
            finally:
                if heart is not None:
                    heart.kill()
                self._go_down()
            if not self._stopping:
                eventlet.sleep(pause * random.uniform(0.5, 1.0))
                pause = min(pause * 2, LONGEST_PAUSE)

    def _come_up(self, connection: Connection) -> None:
        with eventlet.Timeout(SETUP_TIMEOUT, TimeoutError("no answer to the set-up")):
            channel = open_channel(connection)
            self._setup(channel)
        self.channel = channel
        self._ready.send(None)
        if self._announced_down:
            log.info("amqp.up", link=self._name)
            self._announced_down = False

    def _go_down(self) -> None:
        self.channel = None
        self._alarm.over(self._name)
        if self._ready.ready():
            self._ready = Signal()
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.collect()
            except Exception as error:
                log.debug("amqp.collect", error=type(error).__name__)
        self._on_down()

    def _beat(self, connection: Connection) -> None:
        """Send heartbeats, and break the link when the broker has been silent for two of them."""
        silent, received = 0.0, -1
        while True:
            eventlet.sleep(HEARTBEAT / 4)
            silent = silent + HEARTBEAT / 4 if connection.bytes_recv == received else 0.0
            received = connection.bytes_recv
            if silent > 2 * HEARTBEAT:
                self.fail()
                return
            if self._write.acquire(blocking=False):  # a writer at work is a heartbeat itself
                try:
                    connection.send_heartbeat()
                except Exception:
                    self.fail()
                    return
                finally:
                    self._write.release()
