"""The broker inside one process: for a mall that runs as a single process, and for tests.

It keeps nothing on disk and needs not to: a publish is confirmed only when every queue that took the message has
acknowledged it, so after a crash the outbox rows are unmarked and the ordinary relay sends them again. There is no
second recovery path. It knows topic routing, an own copy per queue, `mandatory`, requeue to the own queue, and RPC;
it does not know TTL, dead-lettering or quorum arguments.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product

import eventlet
import structlog
from eventlet.event import Event as Signal

from mpp import crashpoints
from mpp.json_values import Json
from mpp.messaging.brokers.port import (
    Answer,
    Broker,
    CallDelivery,
    CallFailed,
    Consumer,
    Delivery,
    Outgoing,
    PublishResult,
)
from mpp.messaging.brokers.topics import matches
from mpp.messaging.brokers.topology import RPC, Topology, rpc_queue

log = structlog.get_logger(__name__)

REQUEUE_PAUSE = 1.0


@dataclass(eq=False)
class _Message:
    """A queue's own copy of a message. `settled` is sent when it is acknowledged."""

    routing_key: str
    headers: Mapping[str, Json]
    body: bytes
    message_id: str
    publisher: str | None
    settled: Signal = field(default_factory=Signal)
    deliveries: int = 0
    answer: Callable[[Answer], None] | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """What makes it the same as another: its publisher too, or who knows an id could put his own in its place."""
        return self.publisher, self.message_id


class _Queue:
    """Messages in order; those in a consumer's hands are remembered until they are settled."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._waiting: deque[_Message] = deque()
        self._known: dict[tuple[str | None, str], _Message] = {}
        self._news = Signal()

    def put(self, message: _Message) -> _Message:
        """Queue the message; what its publisher has here already under its id is not queued twice."""
        known = self._known.setdefault(message.key, message)
        if known is message:
            self._waiting.append(message)
            self.wake()
        return known

    def take(self) -> _Message | None:
        """The next message, or None."""
        return self._waiting.popleft() if self._waiting else None

    def settle(self, message: _Message) -> None:
        """The message is done with."""
        if self._known.pop(message.key, None) is message and not message.settled.ready():
            message.settled.send(None)

    def give_back(self, messages: Sequence[_Message]) -> None:
        """Put unsettled messages back where they were: in front, in their order."""
        for message in reversed(messages):
            if self._known.get(message.key) is message:
                message.deliveries += 1
                self._waiting.appendleft(message)
        self.wake()

    def withdraw(self, message: _Message) -> None:
        """Forget a message that nobody waits for any more, unless a consumer has it."""
        if message in self._waiting:
            self._waiting.remove(message)
            self._known.pop(message.key, None)

    def wake(self) -> None:
        """Let the waiting consumers look again."""
        news, self._news = self._news, Signal()
        news.send(None)

    def wait(self) -> None:
        """Return when something may have changed."""
        self._news.wait()

    def __len__(self) -> int:
        return len(self._known)


class _Consumer:
    """One greenlet that takes messages from a queue, at most `most` at once."""

    def __init__(self, queue: _Queue, most: int, handle: Callable[[list[_Message]], None]) -> None:
        self._queue = queue
        self._most = most
        self._handle = handle
        self._stopping = False
        self._in_hand: list[_Message] = []
        self._greenlet = eventlet.spawn(self._run)

    @property
    def attached(self) -> bool:
        return not self._stopping and not self._greenlet.dead

    def cancel(self) -> None:
        self._stopping = True
        self._queue.wake()

    def stop(self) -> None:
        self.cancel()
        if eventlet.getcurrent() is not self._greenlet and not self._greenlet.dead:
            self._greenlet.wait()

    def kill(self) -> None:
        """Die on the spot, as a process does; what was unsettled goes back."""
        self._stopping = True
        self._greenlet.kill()

    def _run(self) -> None:
        try:
            while not self._stopping:
                messages = self._take()
                if not messages:
                    self._queue.wait()
                    continue
                self._in_hand += messages
                self._one(messages)
        except crashpoints.Crash:
            log.warning("consumer.crashed", queue=self._queue.name)
        finally:
            self._stopping = True
            self._queue.give_back(self._in_hand)

    def _take(self) -> list[_Message]:
        taken: list[_Message] = []
        while len(taken) < self._most and (message := self._queue.take()) is not None:
            taken.append(message)
        return taken

    def _one(self, messages: list[_Message]) -> None:
        try:
            self._handle(messages)
        except Exception as error:
            log.error("consumer.failed", queue=self._queue.name, error=type(error).__name__)
            eventlet.sleep(REQUEUE_PAUSE)
            left = [message for message in messages if message in self._in_hand]
            self._in_hand = [message for message in self._in_hand if message not in left]
            self._queue.give_back(left)

    def ack(self, message: _Message) -> None:
        """Settle the message, if it is still in our hands."""
        if message in self._in_hand:
            self._in_hand.remove(message)
            self._queue.settle(message)

    def ack_through(self, message: _Message) -> None:
        """Settle the message and all that came before it."""
        if message in self._in_hand:
            for one in self._in_hand[: self._in_hand.index(message) + 1]:
                self.ack(one)

    def requeue(self, message: _Message) -> None:
        """Give the message back, if it is still in our hands."""
        if message in self._in_hand:
            self._in_hand.remove(message)
            self._queue.give_back([message])


class EmbeddedBroker(Broker):
    """Queues in the memory of this process, for greenlets of one hub.

    Each service has a view of its own (`speaking_as`), which puts its name on what it publishes.
    """

    def __init__(self, speaker: str | None = None) -> None:
        self._speaker = speaker
        self._queues: dict[str, _Queue] = {}
        self._bindings: list[tuple[str, list[str], str]] = []  # exchange, words of the key, queue
        self._exchanges: set[str] = set()
        self._consumers: list[_Consumer] = []

    @property
    def connected(self) -> bool:
        return True

    @property
    def alarm(self) -> bool:
        return False

    @property
    def speaker(self) -> str | None:
        return self._speaker

    def speaking_as(self, service: str) -> EmbeddedBroker:
        view = EmbeddedBroker(service)
        view._queues, view._bindings, view._exchanges = self._queues, self._bindings, self._exchanges
        view._consumers = self._consumers
        return view

    def declare(self, topology: Topology) -> None:
        self._exchanges.update(exchange.name for exchange in topology.exchanges)
        for queue in topology.queues:
            self._queues.setdefault(queue.name, _Queue(queue.name))
            for exchange, key in product(queue.exchanges, queue.keys):
                binding = (exchange, key.split("."), queue.name)
                if binding not in self._bindings:
                    self._bindings.append(binding)

    def missing(self, topology: Topology) -> list[str]:
        names = [e.name for e in topology.exchanges if e.name not in self._exchanges]
        return names + [q.name for q in topology.queues if q.name not in self._queues]

    def delete_queue(self, name: str) -> None:
        """Take a queue and its bindings away, with all that is in it."""
        self._queues.pop(name, None)
        self._bindings[:] = [binding for binding in self._bindings if binding[2] != name]

    def depth(self, name: str) -> int:
        """How many messages the queue holds, waiting or in a consumer's hands."""
        return len(self._queues[name])

    def publish_batch(self, batch: Sequence[Outgoing], timeout: float = 5.0) -> list[PublishResult]:
        sent = [self._route(message) for message in batch]
        crashpoints.reach("relay.after_publish")
        until = time.monotonic() + timeout
        return [_wait_for_all(copies, until) if copies else PublishResult.UNROUTABLE for copies in sent]

    def _route(self, outgoing: Outgoing) -> list[_Message]:
        words = outgoing.routing_key.split(".")
        names = {
            queue
            for exchange, pattern, queue in self._bindings
            if exchange == outgoing.exchange and matches(pattern, words)
        }
        return [
            self._queues[name].put(
                _Message(
                    outgoing.routing_key, dict(outgoing.headers), outgoing.body, outgoing.message_id, self._speaker
                )
            )
            for name in sorted(names)
        ]

    def consume(self, queue: str, prefetch: int, on_deliveries: Callable[[Sequence[Delivery]], None]) -> Consumer:
        def delivery(message: _Message) -> Delivery:
            return Delivery(
                queue=queue,
                routing_key=message.routing_key,
                headers=message.headers,
                body=message.body,
                publisher=message.publisher,
                delivery_count=message.deliveries,
                ack=lambda: consumer.ack(message),
                requeue=lambda: consumer.requeue(message),
                ack_through=lambda: consumer.ack_through(message),
            )

        def handle(messages: list[_Message]) -> None:
            on_deliveries([delivery(message) for message in messages])

        consumer = self._attach(queue, prefetch, handle)
        return consumer

    def call(self, service: str, body: bytes, headers: Mapping[str, str], call_id: str, timeout: float) -> Answer:
        queue = self._queues.get(rpc_queue(service))
        if queue is None or RPC not in self._exchanges:
            raise CallFailed("no_queue")
        reply = Signal()

        def take(answer: Answer) -> None:
            if not reply.ready():
                reply.send(answer)

        message = queue.put(_Message(service, headers, body, call_id, self._speaker, answer=take))
        with eventlet.Timeout(timeout, False):
            result: Answer = reply.wait()
            return result
        queue.withdraw(message)
        raise CallFailed("deadline")

    def serve(self, service: str, prefetch: int, on_call: Callable[[CallDelivery], None]) -> Consumer:
        def handle(messages: list[_Message]) -> None:
            (message,) = messages

            def answer(body: bytes) -> None:
                if message.answer is not None:
                    message.answer(Answer(body, self._speaker))

            to_caller, take = message.answer is not None, partial(consumer.ack, message)
            on_call(CallDelivery(message.body, message.headers, message.publisher, to_caller, take, answer))

        consumer = self._attach(rpc_queue(service), 1, handle)
        return consumer

    def _attach(self, queue: str, most: int, handle: Callable[[list[_Message]], None]) -> _Consumer:
        # a mall that subscribes before it has declared is a mistake in the order of its start-up
        consumer = _Consumer(self._queues[queue], most, handle)
        self._consumers[:] = [*(c for c in self._consumers if c.attached), consumer]
        return consumer

    def close(self) -> None:
        for consumer in self._consumers:
            consumer.kill()
        self._consumers.clear()


def _wait_for_all(copies: list[_Message], until: float) -> PublishResult:
    for message in copies:
        with eventlet.Timeout(max(0.0, until - time.monotonic()), False):
            message.settled.wait()
        if not message.settled.ready():
            return PublishResult.FAILED
    return PublishResult.CONFIRMED
