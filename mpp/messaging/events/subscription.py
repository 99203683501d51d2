"""What a service wants to hear, in which order, and what it does then."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from mpp.messaging.brokers.topics import covers
from mpp.messaging.events.event import Event

Order = Literal["latest", "every", "any"]


@dataclass(frozen=True)
class Subscription:
    """`handler(tx, event)` is called once per event whose type matches one of `types`, in the inbox's transaction.

    `order`, within one subject: `latest` skips an event that is not newer than the last one applied (safe with
    filters and late joiners); `every` lets none be skipped, so it must bind all events of an entity, and an event
    whose predecessor is missing is parked until that one is done; `any` takes each event as it comes, once, whatever
    came before (for those who keep them all, like the feed). `name` is stored: it never changes.

    `together(tx, events)`, if there is one, acts on several events in one transaction, where they have come together;
    it needs order `any`. Where that fails each goes to `handler` in a transaction of its own.
    """

    name: str
    types: tuple[str, ...]
    order: Order
    handler: Callable[[Connection, Event], None]
    together: Callable[[Connection, Sequence[Event]], None] | None = None

    def __post_init__(self) -> None:
        if self.together is not None and self.order != "any":
            raise ValueError(f"{self.name}: order '{self.order}' takes one event at a time")
        if not self.types:
            raise ValueError(f"{self.name}: no types")
        if self.order == "every":
            for pattern in self.types:
                words = pattern.split(".")
                if words[-1] != "#" and words[2:3] != ["*"]:
                    raise ValueError(f"{self.name}: order 'every' must bind all events of an entity, not {pattern}")

    def wants(self, routing_key: str) -> bool:
        """Whether an event with this routing key is for this subscription."""
        return any(covers(pattern, routing_key) for pattern in self.types)
