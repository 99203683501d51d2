"""The whole mall in this process: each desk, relay and inbox over one broker, the gateway's application in front."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from werkzeug.test import TestResponse

from mpp.clock import new_id
from mpp.contracts import civil_registry as contracts
from mpp.hosting.definition import callers, case_services
from mpp.jobs.runner import JobRunner
from mpp.messaging.brokers.port import Broker
from mpp.messaging.calls.client import RpcClient
from mpp.messaging.calls.server import RpcServer
from mpp.messaging.events import outbox
from mpp.messaging.events.event import Event
from mpp.messaging.reconciling.account import Account
from mpp.persistence.database import Database
from services.gateway.reconciling.asked import RECONCILE
from services.gateway.reconciling.job import Reconciler
from services.gateway.reconciling.peers import Own, peers_of
from tests.support.counter import Counter
from tests.support.crash import DEATH, MONDAY, OnceBroken, Process, topology

OPERATOR = ("mpp-sidoarjo", "operator")
PARTNER = ("bpjs", "partner")
CLERK = ("35.15.14.2013", "clerk")
RECONCILIATIONS = "/api/v1/operations/reconciliations"


class WholeMall:
    """`start` and `die` are those of a process. The databases and, but for the embedded one, the broker remain."""

    def __init__(self, urls: dict[str, str], broker: Broker, now: datetime = MONDAY) -> None:
        topology().declare(broker)
        self.broker = broker
        self.process = Process(urls, broker, now, OnceBroken(""))
        self.desks = self.process.desks
        self._servers: list[RpcServer] = []
        self._dead = 1
        for definition in case_services().values():
            desk = self.desks.desks[definition.collection or ""]
            letters = self.process.letters[definition.name]
            desk.letters = lambda letters=letters: letters  # type: ignore[misc]
            mine = self.process.subscriptions[definition.name]
            desk.listens = lambda mine=mine: mine  # type: ignore[misc]
            desk._bind_operator(desk.bindings)
            own = broker.speaking_as(definition.name)
            may_call = None if own.speaker is None else callers()
            self._servers.append(RpcServer(own, definition.name, desk.answer, 4, may_call))
        gateway = self.process.letters["gateway"]
        self.counter = Counter(self.desks, urls["gateway"], RpcClient(broker.speaking_as("gateway")), lambda: gateway)
        database, heard = self.database("gateway"), self.process.subscriptions["gateway"]
        retention = self.desks.runtime.settings.retention
        account = Account(database, self.desks.clock, retention, lambda: heard)
        self.peers = peers_of(self.counter.backend, Own(database, self.desks.clock, account))
        reconciler = Reconciler(database, self.desks.clock, lambda: self.peers, retention.outbox)
        self.jobs = JobRunner(database, self.desks.clock, [RECONCILE.done_by(reconciler.reconcile)])

    def database(self, service: str) -> Database:
        """The pool of one service."""
        return self.desks.databases[service]

    def start(self, frozen: str | None = None) -> WholeMall:
        """Answer calls, relay, listen; but for one service, which does not listen until `thaw`."""
        for server in self._servers:
            server.start()
        for name, inbox in self.process.inboxes.items():
            if name != frozen:
                inbox.start()
        self.process.relays.start()
        return self

    def thaw(self, service: str) -> None:
        """The service that did not listen does."""
        self.process.inboxes[service].start()

    def die(self) -> None:
        """Like kill -9."""
        self.process.die()
        self.counter.close()

    def get(self, path: str, who: tuple[str, str] = OPERATOR) -> Any:
        """The JSON of a read that succeeds."""
        answer = self.counter.get(path, who)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, path: str, body: Any, who: tuple[str, str] = OPERATOR) -> TestResponse:
        """A command."""
        return self.counter.post(path, body, who)

    def reconcile(self, **span: str) -> dict[str, Any]:
        """Ask as an operator does, for everything up to this moment, and wait for the answer."""
        answer = self.post(RECONCILIATIONS, {"until": datetime.now(UTC).isoformat(), **span})
        assert answer.status_code == 202, answer.text
        while self.jobs.run_once():
            self.jobs.wait()
        found: dict[str, Any] = self.get(f"{RECONCILIATIONS}/{answer.get_json()['asked']}")
        return found

    def tell_of_deaths(self, number: int) -> list[Event]:
        """So many deaths in the registry's outbox, of as many persons."""
        told = [death(f"{index:064x}") for index in range(self._dead, self._dead + number)]
        self._dead += number
        with self.database("civil_registry").transaction() as tx:
            for event in told:
                outbox.append(tx, event)
        return told


def death(person: str, version: int = 1) -> Event:
    """The event that a person died."""
    contract = next(contract for contract in contracts.EVENTS if contract.type == DEATH)
    return Event(
        id=new_id(),
        type=DEATH,
        source="mpp/civil_registry",
        subject=person,
        subjectversion=version,
        time=MONDAY,
        region="35.15.14.2013",
        data={**contract.example, "person": person},
        correlationid=new_id(),
        dataclassification="internal",
    )
