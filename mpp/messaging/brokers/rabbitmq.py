"""The broker port on RabbitMQ: confirms for events, direct reply-to for calls, links that come back by themselves."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial

import amqp
import eventlet
import structlog
from eventlet.event import Event as Signal
from eventlet.queue import LightQueue

from mpp import crashpoints
from mpp.messaging.brokers import py_amqp
from mpp.messaging.brokers.alarm import Alarm
from mpp.messaging.brokers.port import (
    CONTENT_TYPE,
    Answer,
    Broker,
    CallDelivery,
    CallFailed,
    Consumer,
    Delivery,
    Outgoing,
    PublishResult,
)
from mpp.messaging.brokers.py_amqp import Channel, Message, body_of
from mpp.messaging.brokers.rabbitmq_link import Link, LinkDown, connect, publish, user_of
from mpp.messaging.brokers.rabbitmq_publisher import Publisher
from mpp.messaging.brokers.rabbitmq_topology import declare, missing
from mpp.messaging.brokers.topology import RPC, Topology, rpc_queue

log = structlog.get_logger(__name__)

REQUEUE_PAUSE = 1.0
REPLY_TO = "amq.rabbitmq.reply-to"  # which RabbitMQ replaces by an address of the caller's own channel, below it
TRANSIENT = 1


class _Caller:
    """The RPC client's channel: requests go out, answers come back over RabbitMQ's direct reply-to."""

    def __init__(self, uri: str, name: str, alarm: Alarm) -> None:
        self._alarm = alarm
        self._waiting: dict[str, Signal] = {}
        self._account = user_of(uri)
        self.link = Link(uri, name, alarm, self._setup, partial(self.fail, "channel_died"))

    def call(self, service: str, body: bytes, headers: Mapping[str, str], call_id: str, timeout: float) -> Answer:
        if not self.link.wait_up(min(timeout, 2.0)):
            raise CallFailed("broker_away")
        if self._alarm.raised:
            raise CallFailed("broker_alarm")
        message = py_amqp.message(
            body,
            content_type=CONTENT_TYPE,
            delivery_mode=TRANSIENT,
            reply_to=REPLY_TO,
            correlation_id=call_id,
            expiration=str(max(1, int(timeout * 1000))),
            user_id=self._account,
            application_headers=dict(headers),
        )
        reply = self._waiting[call_id] = Signal()
        try:
            with eventlet.Timeout(timeout, False):
                self.link.send(lambda channel: publish(channel, message, RPC, service, mandatory=True))
                answer: Answer = reply.wait()
                return answer
        except LinkDown:
            raise CallFailed("channel_died") from None
        finally:
            self._waiting.pop(call_id, None)
        raise CallFailed("deadline")

    def _setup(self, channel: Channel) -> None:
        channel.events["basic_return"].add(self._on_return)
        channel.basic_consume(REPLY_TO, consumer_tag="replies", no_ack=True, callback=self._on_reply)

    def _on_reply(self, message: Message) -> None:
        reply = self._waiting.pop(message.properties.get("correlation_id", ""), None)
        if reply is not None:
            reply.send(Answer(body_of(message), message.properties.get("user_id")))

    def _on_return(self, _error: Exception, _exchange: str, _key: str, message: Message) -> None:
        reply = self._waiting.pop(message.properties.get("correlation_id", ""), None)
        if reply is not None:
            reply.send_exception(CallFailed("no_queue"))

    def fail(self, reason: str) -> None:
        """Every call that is under way fails now."""
        waiting, self._waiting = self._waiting, {}
        for reply in waiting.values():
            reply.send_exception(CallFailed(reason))


class _Consumer:
    """One queue read over one link; one greenlet handles its messages in their order, at most `most` at once."""

    def __init__(
        self,
        uri: str,
        name: str,
        alarm: Alarm,
        queue: str,
        prefetch: int,
        most: int,
        handle: Callable[[list[Message]], None],
    ) -> None:
        self._queue = queue
        self._prefetch = prefetch
        self._most = most
        self._handle = handle
        self._in_hand: dict[int, Message] = {}  # by identity: what was given to `handle` and is not settled
        self._stopping = False
        self._inbound: LightQueue = LightQueue()
        self._worker = eventlet.spawn(self._work)
        self.link = Link(uri, name, alarm, self._setup)

    @property
    def attached(self) -> bool:
        return self.link.up and not self._stopping

    @property
    def stopped(self) -> bool:
        """Whether it takes nothing more."""
        return self._stopping

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

    def settle(self, message: Message, write: Callable[[Channel, int], None], through: bool = False) -> None:
        """Acknowledge or requeue on the message's own channel; if that is gone the broker has taken it back.

        `through`: with all that came before it. What was settled before is let be: it would break the channel.
        """
        if self._in_hand.pop(id(message), None) is None:
            return
        tag, channel = _tag(message), message.channel
        if through:
            self._in_hand = {
                key: one for key, one in self._in_hand.items() if one.channel is not channel or _tag(one) > tag
            }
        try:
            self.link.send(lambda channel: write(channel, tag), channel=channel)
        except LinkDown:
            log.info("consumer.settled_too_late", queue=self._queue)

    def _setup(self, channel: Channel) -> None:
        channel.basic_qos(0, self._prefetch, False)
        channel.basic_consume(self._queue, consumer_tag="consumer", callback=self._inbound.put)

    def _work(self) -> None:
        while not self._stopping:
            message = self._inbound.get()
            if message is None or self._stopping:
                return
            # one whose channel is gone comes again
            here = [message, *self._here()]
            messages = [one for one in here if one is not None and one.channel is self.link.channel]
            if messages:
                current = [one for one in self._in_hand.values() if one.channel is self.link.channel]
                self._in_hand = {id(one): one for one in (*current, *messages)}
                self._one(messages)

    def _here(self) -> list[Message | None]:
        """What has come as well; waits for nothing."""
        return [self._inbound.get() for _ in range(min(self._most - 1, self._inbound.qsize()))]

    def _one(self, messages: list[Message]) -> None:
        try:
            self._handle(messages)
        except crashpoints.Crash:
            log.warning("consumer.crashed", queue=self._queue)
            self._stopping = True
            self.link.stop()
        except Exception as error:
            log.error("consumer.failed", queue=self._queue, error=type(error).__name__)
            eventlet.sleep(REQUEUE_PAUSE)
            for message in messages:
                self.settle(message, _requeue)


class AmqpBroker(Broker):
    """RabbitMQ at `uri`; connections are made when first needed. `name` shows in RabbitMQ's list of connections.

    `speaker` is the service that the account of `uri` belongs to, and to no other.
    """

    def __init__(self, uri: str, name: str = "mpp", speaker: str | None = None) -> None:
        self._uri = uri
        self._account = user_of(uri)
        self._speaker = speaker
        self._name = name
        self._alarm = Alarm(self._alarmed)
        self._publisher: Publisher | None = None
        self._caller: _Caller | None = None
        self._consumers: list[_Consumer] = []

    @property
    def speaker(self) -> str | None:
        return self._speaker

    def speaking_as(self, service: str) -> AmqpBroker:
        return self  # the account of the connection is all that RabbitMQ knows

    def publish_batch(self, batch: Sequence[Outgoing], timeout: float = 5.0) -> list[PublishResult]:
        if self._publisher is None:
            self._publisher = Publisher(self._uri, f"{self._name} relay", self._alarm)
        return self._publisher.publish_batch(batch, timeout)

    def consume(self, queue: str, prefetch: int, on_deliveries: Callable[[Sequence[Delivery]], None]) -> Consumer:
        def delivery(message: Message) -> Delivery:
            headers = message.properties.get("application_headers") or {}
            count = headers.get("x-delivery-count", 0)
            return Delivery(
                queue=queue,
                routing_key=message.delivery_info["routing_key"],
                headers=headers,
                body=body_of(message),
                publisher=message.properties.get("user_id"),
                delivery_count=count if isinstance(count, int) else 0,
                ack=lambda: consumer.settle(message, _ack),
                requeue=lambda: consumer.settle(message, _requeue),
                ack_through=lambda: consumer.settle(message, _ack_through, through=True),
            )

        def handle(messages: list[Message]) -> None:
            on_deliveries([delivery(message) for message in messages])

        consumer = self._attach(queue, prefetch, prefetch, handle)
        return consumer

    def call(self, service: str, body: bytes, headers: Mapping[str, str], call_id: str, timeout: float) -> Answer:
        if self._caller is None:
            self._caller = _Caller(self._uri, f"{self._name} calls", self._alarm)
        return self._caller.call(service, body, headers, call_id, timeout)

    def serve(self, service: str, prefetch: int, on_call: Callable[[CallDelivery], None]) -> Consumer:
        def handle(messages: list[Message]) -> None:
            (message,) = messages
            properties = message.properties
            address = properties.get("reply_to", "")
            # a queue that somebody named would get our answer under our name, and with our rights
            to_caller = address.startswith(f"{REPLY_TO}.")

            def answer(body: bytes) -> None:
                if not to_caller:
                    return
                reply = py_amqp.message(
                    body,
                    content_type=CONTENT_TYPE,
                    delivery_mode=TRANSIENT,
                    correlation_id=properties.get("correlation_id", ""),
                    user_id=self._account,
                )
                try:
                    # on whatever channel there is now: the address is the caller's, not ours
                    consumer.link.send(lambda channel: publish(channel, reply, "", address, mandatory=False))
                except LinkDown:
                    log.info("rpc.answer_lost", service=service)

            headers, publisher = properties.get("application_headers") or {}, properties.get("user_id")
            take = partial(consumer.settle, message, _ack)
            on_call(CallDelivery(body_of(message), headers, publisher, to_caller, take, answer))

        consumer = self._attach(rpc_queue(service), prefetch, 1, handle)
        return consumer

    def _attach(self, queue: str, prefetch: int, most: int, handle: Callable[[list[Message]], None]) -> _Consumer:
        name = f"{self._name} {queue} {uuid.uuid4().hex[:6]}"
        consumer = _Consumer(self._uri, name, self._alarm, queue, prefetch, most, handle)
        self._consumers = [one for one in self._consumers if not one.stopped] + [consumer]
        return consumer

    def declare(self, topology: Topology) -> None:
        declare(self._uri, topology)

    def missing(self, topology: Topology) -> list[str]:
        return missing(self._uri, topology)

    @property
    def connected(self) -> bool:
        consumers = [one for one in self._consumers if not one.stopped]
        links = [part.link for part in (self._publisher, self._caller, *consumers) if part is not None]
        if links:
            return all(link.up for link in links)
        try:
            connect(self._uri, f"{self._name} probe").collect()
        except (OSError, amqp.exceptions.AMQPError):
            return False
        return True

    @property
    def alarm(self) -> bool:
        return self._alarm.raised

    def _alarmed(self) -> None:
        if self._publisher is not None:
            self._publisher.give_up()
        if self._caller is not None:
            self._caller.fail("broker_alarm")

    def close(self) -> None:
        for consumer in self._consumers:
            consumer.kill()
        for part in (self._publisher, self._caller):
            if part is not None:
                part.link.stop()
        self._consumers.clear()
        self._publisher = self._caller = None


def _ack(channel: Channel, tag: int) -> None:
    channel.basic_ack(tag)


def _ack_through(channel: Channel, tag: int) -> None:
    channel.basic_ack(tag, multiple=True)


def _tag(message: Message) -> int:
    return message.delivery_info["delivery_tag"]


def _requeue(channel: Channel, tag: int) -> None:
    # reject, not nack: only reject counts towards the delivery limit on every RabbitMQ version
    channel.basic_reject(tag, requeue=True)
