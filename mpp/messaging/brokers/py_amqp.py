"""The part of py-amqp that is used here, with its types: the library has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypedDict

import amqp

from mpp.json_values import Json


class Properties(TypedDict, total=False):
    """What stands in the head of a message."""

    application_headers: Mapping[str, Json]
    correlation_id: str
    message_id: str
    reply_to: str
    user_id: str


class DeliveryInfo(TypedDict):
    """Where a message was when the broker gave it out."""

    delivery_tag: int
    routing_key: str


class Message(Protocol):
    """A message, to send or as it came."""

    body: bytes | bytearray | memoryview | str
    properties: Properties
    delivery_info: DeliveryInfo
    channel: Channel


# What the broker does with a message that no queue takes: the error, the exchange, the routing key, the message.
OnReturn = Callable[[Exception, str, str, Message], None]
# What it says of messages published: the tag, and whether it means all up to this one.
OnConfirm = Callable[[int, bool], None]


class Channel(Protocol):
    """One channel of a connection."""

    auto_decode: bool
    connection: Connection
    events: Mapping[str, set[Callable[..., None]]]

    def send_method(
        self, method: tuple[int, int], format: str, args: tuple[int | str | bool, ...], content: Message
    ) -> None: ...

    def basic_consume(
        self, queue: str, *, consumer_tag: str, callback: Callable[[Message], None], no_ack: bool = False
    ) -> None: ...

    def basic_qos(self, prefetch_size: int, prefetch_count: int, a_global: bool) -> None: ...

    def basic_cancel(self, consumer_tag: str, nowait: bool) -> None: ...

    def basic_ack(self, delivery_tag: int, multiple: bool = False) -> None: ...

    def basic_reject(self, delivery_tag: int, requeue: bool) -> None: ...

    def confirm_select(self) -> None: ...

    def exchange_declare(
        self, exchange: str, type: str, passive: bool = False, durable: bool = False, auto_delete: bool = True
    ) -> None: ...

    def queue_declare(
        self,
        queue: str,
        passive: bool = False,
        durable: bool = False,
        auto_delete: bool = True,
        arguments: Mapping[str, Json] | None = None,
    ) -> None: ...

    def queue_bind(self, queue: str, exchange: str, routing_key: str) -> None: ...

    def close(self) -> None: ...


class Socket(Protocol):
    """The socket of a connection."""

    def shutdown(self, how: int) -> None: ...


class Transport(Protocol):
    """What writes the frames of a connection."""

    sock: Socket
    _write: Callable[[bytes], None]


class Connection(Protocol):
    """One connection."""

    bytes_recv: int
    transport: Transport
    _transport: Transport | None

    def channel(self) -> Channel: ...

    def connect(self) -> None: ...

    def drain_events(self) -> None: ...

    def send_heartbeat(self) -> None: ...

    def collect(self) -> None: ...

    def close(self) -> None: ...


def message(body: bytes, **properties: str | int | Mapping[str, Json]) -> Message:
    """A message to send."""
    made: Message = amqp.Message(body, **properties)
    return made


def body_of(received: Message) -> bytes:
    """The bytes of a message, whatever the library made of them."""
    return received.body.encode() if isinstance(received.body, str) else bytes(received.body)
