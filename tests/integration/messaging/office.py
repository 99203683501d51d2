"""What the messaging tests play with: events about births, an effect that is counted, and a service around them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, NullPool, create_engine, text

from mpp.clock import FixedClock, new_id
from mpp.jobs.loops import Supervisor
from mpp.json_values import JsonObject
from mpp.messaging.brokers.port import Broker, Consumer, Delivery
from mpp.messaging.brokers.topology import events_queue
from mpp.messaging.events import outbox
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import DELAYS, Inbox
from mpp.messaging.events.inbox_runner import InboxRunner
from mpp.messaging.events.relay import Relay
from mpp.messaging.events.subscription import Order, Subscription
from mpp.persistence.database import Database
from tests.support.postgres import fill_core

FIXED_TIME = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
EFFECTS = "CREATE TABLE effects (id bigserial, subscription text, event_id uuid, subject text, version int)"


class Births:
    """The contract of the events here."""

    classification = "public"

    def read(self, data: JsonObject) -> JsonObject:
        if not isinstance(data.get("certificate"), str):
            raise ValueError("certificate")
        return {"certificate": data["certificate"]}


CONTRACTS = {"registry.birth.registered.v1": Births()}


@dataclass(frozen=True)
class Subscriber:
    name: str
    hears: tuple[str, ...]
    answers_calls: bool = True


def birth(subject: str, version: int, **changes: Any) -> Event:
    """A birth case at its `version`."""
    values: dict[str, Any] = {
        "id": new_id(),
        "type": "registry.birth.registered.v1",
        "source": "mpp/registry",
        "subject": subject,
        "subjectversion": version,
        "time": FIXED_TIME,
        "region": "35.15.14.2013",
        "data": {"certificate": "3515-LU-1"},
        "correlationid": "c-1",
    }
    return Event(**(values | changes))


def fill_hospital(url: str) -> None:
    """The shared tables, and one for what handlers do."""
    fill_core(url)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(EFFECTS))
    engine.dispose()


class Broken(Exception):
    """A handler's mistake."""


@dataclass
class Effects:
    """A handler that writes one row per event it acts on, and fails where told to."""

    database: Database
    broken: set[str] = field(default_factory=set)
    before: Callable[[Event], None] = lambda event: None
    runs: list[list[str]] = field(default_factory=list)  # the events that were acted on together

    def subscription(
        self,
        name: str = "permits.births",
        order: Order = "latest",
        types: tuple[str, ...] = ("registry.birth.#",),
        together: bool = False,
    ) -> Subscription:
        def act(tx: Connection, event: Event) -> None:
            row = {"s": name, "e": event.id, "subject": event.subject, "v": event.subjectversion}
            tx.execute(
                text("INSERT INTO effects (subscription, event_id, subject, version) VALUES (:s, :e, :subject, :v)"),
                row,
            )
            self.before(event)
            if event.id in self.broken:
                raise Broken

        def act_on_all(tx: Connection, events: Sequence[Event]) -> None:
            self.runs.append([event.id for event in events])
            for event in events:
                act(tx, event)

        return Subscription(name, types, order, act, act_on_all if together else None)

    def all(self, subscription: str = "permits.births") -> list[tuple[str, int]]:
        """What was done, in the order of doing it."""
        query = "SELECT subject, version FROM effects WHERE subscription = :s ORDER BY id"
        with self.database.transaction() as tx:
            return [(row.subject, row.version) for row in tx.execute(text(query), {"s": subscription})]


def statuses(database: Database, subscription: str = "permits.births") -> dict[int, str]:
    """Status by version, for tests with one subject."""
    query = "SELECT subject_version AS v, status FROM inbox WHERE subscription = :s"
    with database.transaction() as tx:
        return {row.v: row.status for row in tx.execute(text(query), {"s": subscription})}


def rows(database: Database, query: str) -> list[Any]:
    with database.transaction() as tx:
        return list(tx.execute(text(query)).all())


def append(database: Database, *events: Event) -> None:
    """Store events as a command would."""
    with database.transaction() as tx:
        for event in events:
            outbox.append(tx, event)


def unpublished(database: Database) -> int:
    return int(rows(database, "SELECT count(*) FROM outbox WHERE published_at IS NULL")[0][0])


@dataclass
class Letter:
    """A delivery by hand that remembers whether it was acknowledged."""

    delivery: Delivery
    acked: list[str]


def letter(
    event: Event,
    *,
    count: int = 0,
    key: str | None = None,
    body: bytes | None = None,
    publisher: str | None = "registry",
    **headers: Any,
) -> Letter:
    own, data = event.to_message()
    acked: list[str] = []
    delivery = Delivery(
        queue="permits.events.v1",
        routing_key=key or event.routing_key,
        headers={**own, **headers},
        body=data if body is None else body,
        publisher=publisher,
        delivery_count=count,
        ack=lambda: acked.append("ack"),
        requeue=lambda: acked.append("requeue"),
        ack_through=lambda: acked.append("ack_through"),
    )
    return Letter(delivery, acked)


class Hospital:
    """An inbox fed by hand, step by step."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database = database
        self.clock = clock
        self.effects = Effects(database)

    def inbox(self, *subscriptions: Subscription, delays: Sequence[timedelta] = DELAYS) -> Inbox:
        return Inbox(
            self.database, "permits", subscriptions or (self.effects.subscription(),), self.clock, delays=delays
        )


class Office:
    """A service with relay and inbox, started and crashed at will."""

    def __init__(self, database: Database, broker: Broker, clock: FixedClock) -> None:
        self.database = database
        self.broker = broker
        self.clock = clock
        self.effects = Effects(database)
        self._runners: list[InboxRunner] = []
        self._running: list[Supervisor] = []
        self._feeds: list[Consumer] = []
        self.kept: list[str] = []

    def inbox(self, *subscriptions: Subscription, poll: float = 0.05) -> InboxRunner:
        chosen = subscriptions or (self.effects.subscription(),)
        runner = InboxRunner(Inbox(self.database, "permits", chosen, self.clock), self.broker, poll=poll)
        runner.start()
        self._runners.append(runner)
        return runner

    def feed(self) -> None:
        """The gateway's queue has to be emptied as well: the embedded broker confirms what everybody has acked."""
        self._feeds.append(self.broker.consume(events_queue("gateway"), 50, self._keep))

    def _keep(self, deliveries: Sequence[Delivery]) -> None:
        self.kept += [delivery.routing_key for delivery in deliveries]
        deliveries[-1].ack_through()

    def relay(self, lease_seconds: float = 10.0) -> Relay:
        return Relay(self.database, self.broker, self.clock, lease_seconds=lease_seconds)

    def run(self, relay: Relay) -> Supervisor:
        """Let it relay for ever, as a service does."""
        running = Supervisor(*relay.loops)
        running.start()
        self._running.append(running)
        return running

    def close(self) -> None:
        for running in self._running:
            running.kill()
        for part in (*self._runners, *self._feeds):
            part.kill()
