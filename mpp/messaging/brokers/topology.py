"""Which exchanges, queues and bindings the mall stands on. Made by `mpp prepare`, checked at every start-up.

Arguments of a queue cannot change once it exists, so its name carries a version: new arguments, new name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from mpp.json_values import Json
from mpp.messaging.brokers.port import Broker
from mpp.messaging.brokers.topics import binding_key

EVENTS = "mpp.events"  # where partners may bind queues of their own
OWN = "mpp.own"  # the same for the queues of the mall alone: a partner's that refuses an event takes no part
RPC = "mpp.rpc"
DEAD = "mpp.dead"
PARTNERS = "partner."  # what the name of each queue of a partner begins with
DELIVERY_LIMIT = 20


class Member(Protocol):
    """The part of a `ServiceDefinition` that the topology needs."""

    @property
    def name(self) -> str: ...

    @property
    def answers_calls(self) -> bool: ...

    @property
    def hears(self) -> tuple[str, ...]: ...


def events_queue(service: str) -> str:
    """The queue of the events that a service subscribes to."""
    return f"{service}.events.v1"


def dead_queue(service: str) -> str:
    """Where RabbitMQ puts events that killed the service again and again; the service drains it into its inbox."""
    return f"{service}.dead.v1"


def rpc_queue(service: str) -> str:
    """The queue of the calls to a service."""
    return f"{service}.rpc"


@dataclass(frozen=True)
class Exchange:
    """A durable exchange; `kind` is topic or direct."""

    name: str
    kind: str


@dataclass(frozen=True)
class Queue:
    """A durable queue, bound to each of `exchanges` for each of `keys`."""

    name: str
    exchanges: tuple[str, ...]
    keys: tuple[str, ...]
    arguments: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Topology:
    """Everything that must exist before a service may start."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]

    @classmethod
    def of(cls, definitions: Iterable[Member], *, delivery_limit: int = DELIVERY_LIMIT) -> Topology:
        """The topology of these services: a queue of calls for who answers them, queues of events for who hears any."""
        topics = (Exchange(EVENTS, "topic"), Exchange(OWN, "topic"))
        exchanges = (*topics, Exchange(RPC, "direct"), Exchange(DEAD, "direct"))
        queues: list[Queue] = []
        for definition in definitions:
            name = definition.name
            if definition.answers_calls:
                queues.append(Queue(rpc_queue(name), (RPC,), (name,), {"x-queue-type": "classic"}))
            if definition.hears:
                # the dead-letter queue first: what is dead-lettered before it is bound would be lost
                queues.append(_dead(name))
                queues.append(_events(name, definition.hears, delivery_limit))
        return cls(exchanges, tuple(queues))

    def declare(self, broker: Broker) -> None:
        """Make what is missing; does nothing when all is there. Raises TopologyRefused, BrokerAway."""
        broker.declare(self)

    def missing(self, broker: Broker) -> list[str]:
        """Names that do not exist on the broker, for the start-up check. Raises BrokerAway."""
        return broker.missing(self)


def _events(service: str, patterns: tuple[str, ...], delivery_limit: int) -> Queue:
    keys = tuple(sorted({binding_key(pattern) for pattern in patterns}))
    arguments: dict[str, Json] = {
        "x-queue-type": "quorum",
        # one copy of a service takes events at a time and another takes over when it dies, in the order of the queue
        "x-single-active-consumer": True,
        "x-delivery-limit": delivery_limit,
        "x-dead-letter-exchange": DEAD,
        "x-dead-letter-routing-key": dead_queue(service),
        # at-least-once needs reject-publish; both are ignored by a classic queue
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
    return Queue(events_queue(service), (EVENTS, OWN), keys, arguments)


def _dead(service: str) -> Queue:
    # RabbitMQ 4 drops a message after 20 looks at it unless told otherwise, and 3.x knows no "never"
    arguments: dict[str, Json] = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
    return Queue(dead_queue(service), (DEAD,), (dead_queue(service),), arguments)
