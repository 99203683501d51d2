"""The broker port on RabbitMQ: confirms for events, direct reply-to for calls, links that come back by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import amqp
import eventlet
import structlog
from eventlet.event import Event as Signal
from eventlet.queue import LightQueue
from eventlet.semaphore import Semaphore

from mpp.messaging import crashpoints
from mpp.messaging.amqp_link import Link, LinkDown, connect, publish
from mpp.messaging.amqp_topology import declare, missing
from mpp.messaging.broker import Broker, CallFailed, Consumer, Delivery, Outcome, Outgoing, Request
from mpp.messaging.events import CONTENT_TYPE
from mpp.messaging.topology import RPC, Topology, rpc_queue

log = structlog.get_logger(__name__)

REQUEUE_PAUSE = 1.0
REPLY_TO = "amq.rabbitmq.reply-to"
PERSISTENT, TRANSIENT = 2, 1
_YIELD_EVERY = 50


class _Publisher:
    """One confirm channel. A batch is sent whole and then awaited; what has no confirm in time has failed."""

    def __init__(self, uri: str, name: str) -> None:
        self._turn = Semaphore()
        self._sent = 0
        self._pending: dict[int, int] = {}  # delivery tag -> place in the batch
        self._places: dict[str, int] = {}  # message id -> place in the batch
        self._returned: set[int] = set()
        self._outcomes: list[Outcome] = []
        self._settled = Signal()
        self.link = Link(uri, name, self._setup, self._lost)

    def publish_batch(self, batch: Sequence[Outgoing], timeout: float) -> list[Outcome]:
        with self._turn:
            self._outcomes = [Outcome.FAILED] * len(batch)
            if not self.link.wait_up(timeout):
                return self._outcomes
            self._places = {outgoing.message_id: place for place, outgoing in enumerate(batch)}
            self._returned = set()
            try:
                with eventlet.Timeout(timeout, False):
                    self._send_all(batch)
                    crashpoints.reach("relay.after_publish")
                    if self._pending:  # some were confirmed while others were still being sent
                        self._settled = Signal()
                        self._settled.wait()
            except LinkDown:
                pass
            finally:
                if self._pending:
                    # a confirm that comes later belongs to no batch any more: only a new channel is sure of that
                    self._pending.clear()
                    self.link.fail()
            return self._outcomes

    def _send_all(self, batch: Sequence[Outgoing]) -> None:
        for place, outgoing in enumerate(batch):
            self.link.send(partial(self._send, outgoing, place))
            if place % _YIELD_EVERY == _YIELD_EVERY - 1:
                eventlet.sleep(0)

    def _send(self, outgoing: Outgoing, place: int, channel: Any) -> None:
        message = amqp.Message(
            outgoing.body,
            content_type=CONTENT_TYPE,
            delivery_mode=PERSISTENT,
            message_id=outgoing.message_id,
            application_headers=dict(outgoing.headers),
        )
        self._sent += 1
        self._pending[self._sent] = place
        publish(channel, message, outgoing.exchange, outgoing.routing_key, mandatory=True)

    def _setup(self, channel: Any) -> None:
        channel.confirm_select()
        channel.events["basic_return"].add(self._on_return)
        channel.events["basic_ack"].add(lambda tag, multiple: self._settle(tag, multiple, Outcome.CONFIRMED))
        channel.events["basic_nack"].add(lambda tag, multiple: self._settle(tag, multiple, Outcome.FAILED))
        self._sent = 0
        self._pending.clear()

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: Any) -> None:
        # RabbitMQ returns a message before it confirms it
        place = self._places.get(message.properties.get("message_id", ""))
        if place is not None:
            self._returned.add(place)

    def _settle(self, tag: int, multiple: bool, outcome: Outcome) -> None:
        tags = [t for t in self._pending if t <= tag] if multiple else [tag]
        for one in tags:
            place = self._pending.pop(one, None)
            if place is not None:
                self._outcomes[place] = Outcome.UNROUTABLE if place in self._returned else outcome
        if not self._pending:
            self._finish()

    def _lost(self) -> None:
        self._pending.clear()
        self._finish()

    def _finish(self) -> None:
        if not self._settled.ready():
            self._settled.send(None)


class _Caller:
    """The RPC client's channel: requests go out, answers come back over RabbitMQ's direct reply-to."""

    def __init__(self, uri: str, name: str) -> None:
        self._waiting: dict[str, Signal] = {}
        self.link = Link(uri, name, self._setup, self._lost)

    def call(self, service: str, body: bytes, headers: Mapping[str, str], call_id: str, timeout: float) -> bytes:
        if not self.link.wait_up(min(timeout, 2.0)):
            raise CallFailed("broker_away")
        message = amqp.Message(
            body,
            content_type=CONTENT_TYPE,
            delivery_mode=TRANSIENT,
            reply_to=REPLY_TO,
            correlation_id=call_id,
            expiration=str(max(1, int(timeout * 1000))),
            application_headers=dict(headers),
        )
        reply = self._waiting[call_id] = Signal()
        try:
            with eventlet.Timeout(timeout, False):
                self.link.send(lambda channel: publish(channel, message, RPC, service, mandatory=True))
                answer: bytes = reply.wait()
                return answer
        except LinkDown:
            raise CallFailed("channel_died") from None
        finally:
            self._waiting.pop(call_id, None)
        raise CallFailed("deadline")

    def _setup(self, channel: Any) -> None:
        channel.events["basic_return"].add(self._on_return)
        channel.basic_consume(REPLY_TO, consumer_tag="replies", no_ack=True, callback=self._on_reply)

    def _on_reply(self, message: Any) -> None:
        reply = self._waiting.pop(message.properties.get("correlation_id", ""), None)
        if reply is not None:
            reply.send(_bytes(message.body))

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: Any) -> None:
        reply = self._waiting.pop(message.properties.get("correlation_id", ""), None)
        if reply is not None:
            reply.send_exception(CallFailed("no_queue"))

    def _lost(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for reply in waiting.values():
            reply.send_exception(CallFailed("channel_died"))


class _Consumer:
    """One queue read over one link; one greenlet handles its messages in their order."""

    def __init__(self, uri: str, name: str, queue: str, prefetch: int, handle: Callable[[Any], None]) -> None:
        self._queue = queue
        self._prefetch = prefetch
        self._handle = handle
        self._stopping = False
        self._inbound: LightQueue = LightQueue()
        self._worker = eventlet.spawn(self._work)
        self.link = Link(uri, name, self._setup)

    @property
    def attached(self) -> bool:
        return self.link.up and not self._stopping

    def cancel(self) -> None:
        self._stopping = True
        try:
            self.link.send(lambda channel: channel.basic_cancel("consumer", nowait=True))
        except LinkDown:
            pass
        self._inbound.put(None)

    def stop(self) -> None:
        self.cancel()
        if eventlet.getcurrent() is not self._worker and not self._worker.dead:
            self._worker.wait()
        self.link.stop()

    def kill(self) -> None:
        """Die on the spot, as a process does."""
        self._stopping = True
        self.link.stop()
        self._worker.kill()

    def settle(self, message: Any, write: Callable[[Any, int], None]) -> None:
        """Acknowledge or requeue on the message's own channel; if that is gone the broker has taken it back."""
        tag = message.delivery_info["delivery_tag"]
        try:
            self.link.send(lambda channel: write(channel, tag), channel=message.channel)
        except LinkDown:
            log.info("consumer.settled_too_late", queue=self._queue)

    def _setup(self, channel: Any) -> None:
        channel.basic_qos(0, self._prefetch, False)
        channel.basic_consume(self._queue, consumer_tag="consumer", callback=self._inbound.put)

    def _work(self) -> None:
        while not self._stopping:
            message = self._inbound.get()
            if message is None or self._stopping:
                return
            if message.channel is not self.link.channel:
                continue  # its channel is gone: it comes again
            try:
                self._handle(message)
            except crashpoints.Crash:
                log.warning("consumer.crashed", queue=self._queue)
                self._stopping = True
                self.link.stop()
            except Exception as error:
                log.error("consumer.failed", queue=self._queue, error=type(error).__name__)
                eventlet.sleep(REQUEUE_PAUSE)
                self.settle(message, _requeue)


class AmqpBroker(Broker):
    """RabbitMQ at `uri`; connections are made when first needed. `name` shows in RabbitMQ's list of connections."""

    def __init__(self, uri: str, name: str = "mpp") -> None:
        self._uri = uri
        self._name = name
        self._publisher: _Publisher | None = None
        self._caller: _Caller | None = None
        self._consumers: list[_Consumer] = []

    def publish_batch(self, batch: Sequence[Outgoing], timeout: float = 5.0) -> list[Outcome]:
        if self._publisher is None:
            self._publisher = _Publisher(self._uri, f"{self._name} relay")
        return self._publisher.publish_batch(batch, timeout)

    def consume(self, queue: str, prefetch: int, on_delivery: Callable[[Delivery], None]) -> Consumer:
        def handle(message: Any) -> None:
            headers = message.properties.get("application_headers") or {}
            count = headers.get("x-delivery-count", 0)
            on_delivery(
                Delivery(
                    queue=queue,
                    routing_key=message.delivery_info["routing_key"],
                    headers=headers,
                    body=_bytes(message.body),
                    delivery_count=count if isinstance(count, int) else 0,
                    ack=lambda: consumer.settle(message, _ack),
                    requeue=lambda: consumer.settle(message, _requeue),
                )
            )

        consumer = self._attach(queue, prefetch, handle)
        return consumer

    def call(self, service: str, body: bytes, headers: Mapping[str, str], call_id: str, timeout: float) -> bytes:
        if self._caller is None:
            self._caller = _Caller(self._uri, f"{self._name} calls")
        return self._caller.call(service, body, headers, call_id, timeout)

    def serve(self, service: str, prefetch: int, on_request: Callable[[Request], None]) -> Consumer:
        def handle(message: Any) -> None:
            def answer(body: bytes) -> None:
                reply = amqp.Message(
                    body,
                    content_type=CONTENT_TYPE,
                    delivery_mode=TRANSIENT,
                    correlation_id=message.properties.get("correlation_id", ""),
                )
                address = message.properties.get("reply_to", "")
                try:
                    # on whatever channel there is now: the address is the caller's, not ours
                    consumer.link.send(lambda channel: publish(channel, reply, "", address, mandatory=False))
                except LinkDown:
                    log.info("rpc.answer_lost", service=service)

            headers = message.properties.get("application_headers") or {}
            on_request(Request(_bytes(message.body), headers, lambda: consumer.settle(message, _ack), answer))

        consumer = self._attach(rpc_queue(service), prefetch, handle)
        return consumer

    def _attach(self, queue: str, prefetch: int, handle: Callable[[Any], None]) -> _Consumer:
        name = f"{self._name} {queue} {uuid.uuid4().hex[:6]}"
        consumer = _Consumer(self._uri, name, queue, prefetch, handle)
        self._consumers.append(consumer)
        return consumer

    def declare(self, topology: Topology) -> None:
        declare(self._uri, topology)

    def missing(self, topology: Topology) -> list[str]:
        return missing(self._uri, topology)

    @property
    def connected(self) -> bool:
        links = [part.link for part in (self._publisher, self._caller, *self._consumers) if part is not None]
        if links:
            return all(link.up for link in links)
        try:
            connect(self._uri, f"{self._name} probe").collect()
        except (OSError, amqp.exceptions.AMQPError):
            return False
        return True

    def close(self) -> None:
        for consumer in self._consumers:
            consumer.kill()
        for part in (self._publisher, self._caller):
            if part is not None:
                part.link.stop()
        self._consumers.clear()
        self._publisher = self._caller = None


def _ack(channel: Any, tag: int) -> None:
    channel.basic_ack(tag)


def _requeue(channel: Any, tag: int) -> None:
    # reject, not nack: only reject counts towards the delivery limit on every RabbitMQ version
    channel.basic_reject(tag, requeue=True)


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else bytes(body)
