"""Which events an inbox takes: published by the service that tells them, and as their contract says (guarantee 9).

What stands in a message proves nothing: who may answer calls may write to any queue, under any routing key. The broker
vouches for one thing, the account that published it. So the account, the service that the type begins with and the
service that the source names must be one and the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import Connection

from mpp.json_values import Json, JsonObject
from mpp.messaging import metrics
from mpp.messaging.events import inbox_rows as store
from mpp.messaging.events.event import Event, Undecodable, from_message, producer_of, source_of
from mpp.messaging.events.inbox_rows import Raw

Why = Literal["undecodable", "unsigned", "publisher", "source", "contract"]

# The reason of a message without a publisher: how its dead letter is found when the true copy comes.
UNSIGNED = "published without a name (user_id): nobody vouches for it"
_ACCOUNT = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class Contract(Protocol):
    """What the events of one type carry."""

    @property
    def classification(self) -> str: ...

    def read(self, data: JsonObject) -> JsonObject:
        """The fields that the contract names, others left out. Raises ValueError, which names fields only."""


class NotTaken(Exception):
    """A message that no inbox acts on, now or later. The text says why, and never what stands in the message."""

    def __init__(self, why: Why, text: str) -> None:
        super().__init__(text)
        self.why = why


class NoContract(Exception):
    """An event of a type that this version of the mall does not know: a newer one may."""

    def __init__(self, event: Event) -> None:
        super().__init__("no contract of this type of event is known here")
        self.event = event


@dataclass(frozen=True)
class Reader:
    """Reads the messages of one inbox.

    `contracts` by type; None: they are not looked at. `by_name`: each service publishes under its own name, so that
    nobody else is believed; False where they share an account, and cannot be told apart.
    """

    contracts: Mapping[str, Contract] | None = None
    by_name: bool = False

    def read(self, headers: Mapping[str, Json], body: bytes, routing_key: str, publisher: str | None) -> Event:
        """The event, whose data are what its contract names. Raises NotTaken and NoContract."""
        try:
            event = from_message(headers, body, routing_key)
        except Undecodable as error:
            raise NotTaken("undecodable", f"undecodable: {error}") from None
        producer = producer_of(event.type)
        if self.by_name and publisher != producer:
            raise _foreign(publisher, producer)
        return self._as_contracted(event, producer)

    def _as_contracted(self, event: Event, producer: str) -> Event:
        if self.contracts is None:
            return event
        if event.source != source_of(producer):
            raise NotTaken("source", "ce-source is not the service that ce-type begins with")
        contract = self.contracts.get(event.type)
        if contract is None:
            raise NoContract(event)
        if event.dataclassification != contract.classification:
            raise NotTaken("contract", "against its contract: dataclassification")
        try:
            return replace(event, data=dict(contract.read(event.data)))
        except ValueError as error:
            raise NotTaken("contract", f"against its contract: {error}") from None


@dataclass
class Refusals:
    """What an inbox has not taken. Of messages without a publisher it knows whether any lies dead.

    Those are what an earlier version had sent before the update, which is sent again with a publisher: when the true
    copy comes the other is not needed any more.
    """

    _unsigned: bool | None = None  # None: not asked yet

    def note(self, service: str, error: NotTaken) -> None:
        """Count it."""
        if error.why == "unsigned":
            self._unsigned = True
        metrics.inbox_refused.labels(service, error.why).inc()

    def settle_copies(self, tx: Connection, subscription: str, true: Iterable[Raw], now: datetime) -> None:
        """Settle what is the same as one of these, byte for byte, but came without a publisher."""
        if self._unsigned is None:
            self._unsigned = store.has_dead(tx, UNSIGNED)
        if self._unsigned:
            store.settle_dead(tx, [raw.synthetic_id() for raw in true], subscription, UNSIGNED, now)


def _foreign(publisher: str | None, producer: str) -> NotTaken:
    if publisher is None:
        return NotTaken("unsigned", UNSIGNED)
    who = publisher if _ACCOUNT.fullmatch(publisher) else "another account"
    return NotTaken("publisher", f"published by {who}, which does not speak for {producer}")
