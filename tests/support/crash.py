"""The mall as one process that dies at a named point and is started again, on databases and a broker that remain."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, make_url

from mpp.hosting.dead_letters import DeadLetters
from mpp.hosting.definition import definitions
from mpp.hosting.extensions import Subscribe
from mpp.jobs.dead_jobs import DeadJobs
from mpp.jobs.loops import Supervisor
from mpp.messaging.brokers.port import Broker, Outgoing
from mpp.messaging.brokers.topology import EVENTS, Topology
from mpp.messaging.events import outbox
from mpp.messaging.events.dead_letters import DeadEvents
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import Inbox
from mpp.messaging.events.inbox_runner import InboxRunner
from mpp.messaging.events.relay import Relay
from mpp.messaging.events.subscription import Subscription
from mpp.messaging.events.trust import Reader
from mpp.persistence.database import Database
from mpp.persistence.migrate import upgrade
from services.civil_registry import demo
from services.civil_registry.service import CivilRegistryService
from services.complaints.service import ComplaintsService
from services.gateway.service import Gateway
from services.permits.service import PermitsService
from tests.support.desks import MONDAY, PERSON_KEY, Desks

DEATH = "civil_registry.person.deceased.v1"


def fill(service: str, url: str, residents: int) -> None:
    """The schema of a service, and some residents in the register."""
    upgrade(url, definitions()[service].migrations, str(make_url(url).username))
    if service == "civil_registry":
        database = Database(url, name=service)
        with database.transaction() as tx:
            for index in range(residents):
                demo._add(tx, demo.people.resident(index), "Sidoarjo", PERSON_KEY)
        database.dispose()


class OnceBroken:
    """A handler's mistake that is found by the first event of a type and repaired at once; it outlives a restart."""

    def __init__(self, type_: str) -> None:
        self._type = type_
        self.failed = False

    def wrap(self, handler: Callable[[Connection, Event], None]) -> Callable[[Connection, Event], None]:
        """The handler, failing once, after it has had its effect: the effect must not stay."""

        def act(tx: Connection, event: Event) -> None:
            handler(tx, event)
            if event.type == self._type and not self.failed:
                self.failed = True
                raise RuntimeError("the mistake of this test")

        return act


class Process:
    """All services of the mall in one process: desks, relays and inboxes over the subscriptions that nameko has."""

    def __init__(
        self,
        urls: dict[str, str],
        broker: Broker,
        now: datetime,
        mistake: OnceBroken,
        desks: Callable[[dict[str, str], datetime], Desks] = Desks,
    ) -> None:
        self.desks = desks(urls, now)
        self.broker = broker
        databases = self.desks.databases
        relays = [
            Relay(base, broker.speaking_as(name), self.desks.clock, lease_seconds=0.3)
            for name, base in databases.items()
        ]
        self.relays = Supervisor(*(loop for relay in relays for loop in relay.loops))
        self.inboxes: dict[str, InboxRunner] = {}
        self.letters: dict[str, DeadLetters] = {}
        self.subscriptions: dict[str, list[Subscription]] = {}
        for worker in (CivilRegistryService(), PermitsService(), ComplaintsService(), Gateway()):
            name = worker.name
            if name != "gateway":
                worker.interface = self.desks.desks[definitions()[name].collection]  # type: ignore[union-attr,index]
            found = [_subscription(worker, entry, mistake) for entry in _entries(type(worker))]
            own = broker.speaking_as(name)
            reader = Reader(self.desks.runtime.contracts, by_name=own.speaker is not None)
            inbox = Inbox(databases[name], name, found, self.desks.clock, reader=reader)
            self.subscriptions[name] = found
            if found:
                self.inboxes[name] = InboxRunner(inbox, own, poll=0.05)
            self.letters[name] = DeadLetters(DeadEvents(inbox), DeadJobs(databases[name], self.desks.clock))
        for base, relay in zip(databases.values(), relays, strict=True):
            base.on_commit(outbox.ANNOUNCED, relay.wake)

    def start(self) -> Process:
        """Relay and listen, as a service does after its start."""
        for part in (*self.inboxes.values(), self.relays):
            part.start()
        return self

    def die(self) -> None:
        """Like kill -9: nothing is finished, nothing given back; connections are gone."""
        for part in (*self.inboxes.values(), self.relays):
            part.kill()
        self.broker.close()
        self.desks.close()

    def time_passes(self, seconds: float = 5.0) -> None:
        """The office's clock moves on, so that retries become due."""
        self.desks.clock.advance(timedelta(seconds=seconds))


def _entries(service: type) -> list[Subscribe]:
    methods = [getattr(service, name) for name in dir(service)]
    return [e for m in methods for e in getattr(m, "nameko_entrypoints", ()) if isinstance(e, Subscribe)]


def _subscription(worker: Any, entry: Subscribe, mistake: OnceBroken) -> Subscription:
    method = next(
        getattr(worker, name)
        for name in dir(type(worker))
        if entry in getattr(getattr(type(worker), name), "nameko_entrypoints", ())
    )
    name = entry._name or f"{worker.name}.{method.__name__}"
    handler = mistake.wrap(method) if worker.name == "permits" else method
    if entry._together:
        return Subscription(name, entry._types, entry._order, lambda tx, event: handler(tx, [event]), handler)
    return Subscription(name, entry._types, entry._order, handler)


def garbage(broker: Broker, what: str) -> bool:
    """Put a message that is no event in the way of everybody who listens to persons; whether the broker took it."""
    key = "civil_registry.person.registered.v1.35.15.99"
    outgoing = Outgoing(EVENTS, key, {"ce-id": what}, b"\xff not json", f"garbage {what}")
    return broker.publish_batch([outgoing], 2.0)[0].value == "confirmed"


def topology() -> Topology:
    """What `mpp prepare` declares."""
    return Topology.of(definitions().values())


__all__ = ["DEATH", "MONDAY", "OnceBroken", "Process", "fill", "garbage", "topology"]
