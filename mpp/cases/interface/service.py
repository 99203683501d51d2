"""The nameko half of every case service: the one RPC interface, over `CaseDesk`."""

from __future__ import annotations

from typing import Any

from nameko.extensions import DependencyProvider

from mpp.cases.interface.rpc import CaseDesk
from mpp.cases.recording.catalogue_hosts import hooks_of
from mpp.hosting.background import Background, RelayProvider
from mpp.hosting.definition import definitions
from mpp.hosting.extensions import DeadLettersProvider, rpc
from mpp.hosting.runtime import runtime_of
from mpp.jobs.loops import Loop, Pace
from mpp.messaging.calls.rpc import Call

Answer = dict[str, Any]

TIMER_SECONDS = 15.0


class DeskProvider(DependencyProvider):
    """One desk per process of the service, and its timer beside it."""

    desk_class: type[CaseDesk] = CaseDesk  # a service with an interface of its own adds it in a subclass
    background = Background()

    def setup(self) -> None:
        definition = definitions()[self.container.service_name]
        runtime = runtime_of(self.container)
        self.desk = self.desk_class(definition, runtime, hooks_of(definition))
        pace = Pace(runtime.settings.timer_seconds, at_start=False)
        timer = self.desk.timer
        self.background.add(Loop(definition.name, "timer", timer.run_once, pace, ended=timer.release))

    def get_dependency(self, worker_ctx: Any) -> CaseDesk:
        return self.desk


class CaseService:
    """What a case service inherits; it adds its name and its subscriptions."""

    desk: CaseDesk = DeskProvider()
    relay = RelayProvider()
    letters = DeadLettersProvider()

    @rpc
    def open_case(self, payload: Answer, call: Call) -> Answer:
        """Open a case."""
        return self.desk.open_case(payload, call)

    @rpc
    def act(self, payload: Answer, call: Call) -> Answer:
        """Take an action on a case."""
        return self.desk.act(payload, call)

    @rpc
    def pay(self, payload: Answer, call: Call) -> Answer:
        """The bank reported a payment."""
        return self.desk.pay(payload, call)

    @rpc
    def settle_payment(self, payload: Answer, call: Call) -> Answer:
        """What became of money that was not applied."""
        return self.desk.settle_payment(payload, call)

    @rpc
    def check_document(self, payload: Answer, call: Call) -> Answer:
        """Whether the case would take a document."""
        return self.desk.check_document(payload, call)

    @rpc
    def attach_document(self, payload: Answer, call: Call) -> Answer:
        """A stored content becomes a document of the case."""
        return self.desk.attach_document(payload, call)

    @rpc
    def check_detach(self, payload: Answer, call: Call) -> Answer:
        """Whether a document may be taken out of a case, and what content it is."""
        return self.desk.check_detach(payload, call)

    @rpc
    def detach_document(self, payload: Answer, call: Call) -> Answer:
        """A document is taken out of a case."""
        return self.desk.detach_document(payload, call)

    @rpc
    def read_document(self, payload: Answer, call: Call) -> Answer:
        """What is needed to hand a document out."""
        return self.desk.read_document(payload, call)

    @rpc
    def known_documents(self, payload: Answer, call: Call) -> Answer:
        """Which contents are referred to."""
        return self.desk.known_documents(payload, call)

    @rpc
    def get_case(self, payload: Answer, call: Call) -> Answer:
        """One case."""
        return self.desk.get_case(payload, call)

    @rpc
    def list_cases(self, payload: Answer, call: Call) -> Answer:
        """A page of cases."""
        return self.desk.list_cases(payload, call)

    @rpc
    def search_cases(self, payload: Answer, call: Call) -> Answer:
        """A person's cases."""
        return self.desk.search_cases(payload, call)

    @rpc
    def worklist(self, payload: Answer, call: Call) -> Answer:
        """The next open tasks."""
        return self.desk.worklist(payload, call)

    @rpc
    def track(self, payload: Answer, call: Call) -> Answer:
        """The public state of a case."""
        return self.desk.track(payload, call)

    @rpc
    def receipt(self, payload: Answer, call: Call) -> Answer:
        """The data of a receipt."""
        return self.desk.receipt(payload, call)

    @rpc
    def dead_letters(self, payload: Answer, call: Call) -> Answer:
        """What could not be processed, for the operator."""
        return self.desk.dead_letters(payload, self.letters)

    @rpc
    def calendar(self, payload: Answer, call: Call) -> Answer:
        """The override tables of the working calendar, for the operator."""
        return self.desk.calendar_tables(payload, call)

    @rpc
    def numbers(self, payload: Answer, call: Call) -> Answer:
        """The series of legal numbers, for the operator."""
        return self.desk.numbers(payload, call)

    @rpc
    def ping(self, payload: Answer, call: Call) -> Answer:
        """An answer, to measure the way."""
        return {"status": 200, "body": {"pong": True}}
