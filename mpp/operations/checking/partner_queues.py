"""Queues of partners that refuse events, or would when they are full (docs/partners.md)."""

from __future__ import annotations

from dataclasses import dataclass

from mpp.hosting.definition import definitions
from mpp.messaging.brokers.management import BoundQueue, Management
from mpp.messaging.brokers.port import BrokerAway
from mpp.messaging.brokers.topology import Topology
from mpp.operations.problem import Problem

_WHY = (
    "mitra membuatnya dengan x-overflow=reject-publish: minta dibuat lagi tanpa itu, atau hapus antreannya",
    "the partner declared x-overflow=reject-publish: let it be declared again without, or delete the queue",
)


@dataclass(frozen=True)
class PartnerQueues:
    """The queues that are bound to the events and are not the mall's own."""

    queues: tuple[BoundQueue, ...]

    @classmethod
    def look(cls, management: Management) -> PartnerQueues:
        """As they are now. Raises Problem."""
        try:
            found = management.bound_queues()
        except BrokerAway as error:
            raise Problem(
                f"API RabbitMQ tidak menjawab ({error})", f"RabbitMQ's API does not answer ({error})"
            ) from None
        own = {queue.name for queue in Topology.of(definitions().values()).queues}
        return cls(tuple(queue for queue in found if queue.name not in own))

    @property
    def refusing(self) -> str | None:
        """What is said of those that refuse events now."""
        return _told("menolak peristiwa", "refusing events", [q.name for q in self.queues if q.refuses])

    @property
    def would_refuse(self) -> str | None:
        """What is said of those that will when they are full."""
        names = [queue.name for queue in self.queues if queue.may_refuse and not queue.full]
        return _told("akan menolak bila penuh", "would refuse when full", names)


def _told(indonesian: str, english: str, names: list[str]) -> str | None:
    named = ", ".join(names)
    return f"{indonesian}: {named}; {_WHY[0]} | {english}: {named}; {_WHY[1]}" if names else None
