"""Declaring and checking the topology on RabbitMQ, over a connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import amqp
import eventlet

from mpp.messaging.brokers.port import BrokerAway, TopologyRefused
from mpp.messaging.brokers.py_amqp import Channel, Connection
from mpp.messaging.brokers.rabbitmq_link import connect, open_channel
from mpp.messaging.brokers.topology import Exchange, Queue, Topology

_TIMEOUT = 30.0


def declare(uri: str, topology: Topology) -> None:
    """Make exchanges, queues and bindings. Raises TopologyRefused for one that exists with other arguments."""
    with _connection(uri) as connection:
        channel = open_channel(connection)
        for exchange in topology.exchanges:
            with _named(exchange.name):
                channel.exchange_declare(exchange.name, exchange.kind, durable=True, auto_delete=False)
        for queue in topology.queues:
            with _named(queue.name):
                _declare_queue(channel, queue)


def missing(uri: str, topology: Topology) -> list[str]:
    """Which exchanges and queues do not exist (needs no right to configure)."""
    parts: list[Exchange | Queue] = [*topology.exchanges, *topology.queues]
    with _connection(uri) as connection:
        return [part.name for part in parts if not _exists(connection, _passive(part))]


def _declare_queue(channel: Channel, queue: Queue) -> None:
    channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=queue.arguments)
    for exchange in queue.exchanges:
        for key in queue.keys:
            channel.queue_bind(queue.name, exchange, key)


def _passive(part: Exchange | Queue) -> Callable[[Channel], None]:
    if isinstance(part, Queue):
        return lambda channel: channel.queue_declare(part.name, passive=True)
    return lambda channel: channel.exchange_declare(part.name, part.kind, passive=True)


def _exists(connection: Connection, declare_passively: Callable[[Channel], None]) -> bool:
    channel = open_channel(connection)
    try:
        declare_passively(channel)
    except amqp.exceptions.NotFound:
        return False  # py-amqp has opened the channel anew
    finally:
        channel.close()
    return True


@contextmanager
def _named(name: str) -> Iterator[None]:
    try:
        yield
    except (amqp.exceptions.PreconditionFailed, amqp.exceptions.AccessRefused) as error:
        raise TopologyRefused(f"{name}: {error.reply_text}") from error


@contextmanager
def _connection(uri: str) -> Iterator[Connection]:
    try:
        connection = connect(uri, "mpp topology")
    except (OSError, amqp.exceptions.AMQPError) as error:
        raise BrokerAway(type(error).__name__) from error
    try:
        with eventlet.Timeout(_TIMEOUT, BrokerAway("no answer")):
            yield connection
    except OSError as error:
        raise BrokerAway(type(error).__name__) from error
    finally:
        try:
            connection.collect()
        except Exception:  # noqa: S110 - it is being thrown away
            pass
