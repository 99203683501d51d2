"""The port to a message broker: what the relay, the inbox and RPC need, and what they may rely on.

Two brokers implement it: RabbitMQ (`rabbitmq.py`) and the one inside the process (`embedded.py`). Greenlets everywhere:
a call may yield, none may block the process.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from mpp.json_values import Json

if TYPE_CHECKING:
    from mpp.messaging.brokers.topology import Topology


CONTENT_TYPE = "application/json"  # of every message: events, calls and their answers


class PublishResult(Enum):
    """What became of one published message."""

    CONFIRMED = "confirmed"  # every queue that took it keeps it safe
    UNROUTABLE = "unroutable"  # no queue took it
    REFUSED = "refused"  # a queue would not have it; the others have it
    FAILED = "failed"  # unknown: broker away, or no answer in time; publish it again


@dataclass(frozen=True)
class Outgoing:
    """One message for a topic exchange; `message_id` is the same for every attempt to publish it."""

    exchange: str
    routing_key: str
    headers: Mapping[str, Json]
    body: bytes
    message_id: str


@dataclass(frozen=True)
class Delivery:
    """One message that a queue gave to a consumer, raw, until it is settled by `ack` or `requeue`.

    `publisher` is the account that published it, which the broker vouches for; None where it was published without a
    name, as anybody may: routing key and headers prove nothing, since whoever may answer calls may write to any queue.
    `delivery_count` is how often it was given out before and not settled (0 where the broker does not count).
    `ack_through` acknowledges it together with all that its consumer was given before it and has not settled.
    Settling twice does nothing, nor does settling when the channel is gone: the broker has taken the message back.
    """

    queue: str
    routing_key: str
    headers: Mapping[str, Json]
    body: bytes
    publisher: str | None
    delivery_count: int
    ack: Callable[[], None]
    requeue: Callable[[], None]
    ack_through: Callable[[], None]


@dataclass(frozen=True)
class CallDelivery:
    """One call that the queue of a service gave to this process, raw.

    `take` says that it is ours now: it will not be given to another copy after a crash. `publisher` as in `Delivery`.
    `to_caller`: the answer goes back over the caller's own connection, and not to a queue that somebody named.
    """

    body: bytes
    headers: Mapping[str, Json]
    publisher: str | None
    to_caller: bool
    take: Callable[[], None]
    answer: Callable[[bytes], None]


@dataclass(frozen=True)
class Answer:
    """What a call was answered, raw, and by which account (`publisher` as in `Delivery`)."""

    body: bytes
    publisher: str | None


class CallFailed(Exception):
    """A call got no answer. `reason`: no_queue, deadline, channel_died, broker_away or broker_alarm."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Consumer(Protocol):
    """A running consumer, which attaches again by itself for as long as it is not stopped."""

    @property
    def attached(self) -> bool:
        """Whether the broker gives it messages at this moment (readiness)."""

    def cancel(self) -> None:
        """Take nothing more; what is in hand can still be settled and answered until `stop`."""

    def stop(self) -> None:
        """Cancel, wait for the message in hand, give back what was not settled."""

    def kill(self) -> None:
        """Die on the spot, as a process does (tests)."""


class Broker(ABC):
    """A broker that may come and go: nothing here raises because it is away, except where said.

    Whatever is published bears the name of the account that published it.
    """

    @property
    @abstractmethod
    def speaker(self) -> str | None:
        """The one service that publishes through this under its own name, which no other can use.

        None where services share an account: nobody can tell them apart.
        """

    @abstractmethod
    def speaking_as(self, service: str) -> Broker:
        """The same broker for this service of the process, under its own name where it has one."""

    @abstractmethod
    def publish_batch(self, batch: Sequence[Outgoing], timeout: float = 5.0) -> list[PublishResult]:
        """Publish persistent, mandatory, in order, and wait at most `timeout` s for all confirms.

        One result per message, in the same order. One batch at a time.
        """

    @abstractmethod
    def consume(self, queue: str, prefetch: int, on_deliveries: Callable[[Sequence[Delivery]], None]) -> Consumer:
        """Call `on_deliveries` with what has come, in the order of the queue: one message or more, at most `prefetch`.

        It waits for no second message. It may block, and settles each message before it returns. If it raises an
        Exception those that are not settled are requeued after a pause; anything worse stops the consumer, and its
        unsettled messages go back to the queue.
        """

    @abstractmethod
    def call(self, service: str, body: bytes, headers: Mapping[str, str], call_id: str, timeout: float) -> Answer:
        """Send a request and wait for its answer. Raises CallFailed, at the latest after `timeout` s.

        `call_id` is unique to this call.
        """

    @abstractmethod
    def serve(self, service: str, prefetch: int, on_call: Callable[[CallDelivery], None]) -> Consumer:
        """Call `on_call` for each call to the service; while it blocks at most `prefetch` wait here."""

    @abstractmethod
    def declare(self, topology: Topology) -> None:
        """Make exchanges, queues and bindings; changes nothing where they exist. Raises BrokerAway, TopologyRefused."""

    @abstractmethod
    def missing(self, topology: Topology) -> list[str]:
        """Names of exchanges and queues that do not exist. Raises BrokerAway."""

    @property
    @abstractmethod
    def connected(self) -> bool:
        """Whether the broker answers at this moment."""

    @property
    @abstractmethod
    def alarm(self) -> bool:
        """Whether it takes nothing for want of memory or disk, though it answers; it says so to who publishes.

        While it lasts publishing fails, and calls fail at once.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of everything."""


class BrokerAway(Exception):
    """The broker does not answer."""


class TopologyRefused(Exception):
    """The broker has this exchange or queue with other arguments, or the account may not declare it."""
