"""The nameko side: entrypoints and dependency providers, thin shells over the plain classes of this package.

Everything they need is the `Runtime` in the container's config. A service says

    class PermitsService:
        name = "permits"
        database, relay, dead_letters = DatabaseProvider(), RelayProvider(), DeadLettersProvider()

        @rpc
        def answer(self, payload: JsonObject, call: Call) -> JsonObject: ...

        @subscribe("civil_registry.person.#", order="latest")
        def on_person(self, tx: Connection, event: Event) -> None: ...
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

from eventlet.event import Event as Signal
from nameko.extensions import DependencyProvider, Entrypoint, SharedExtension
from sqlalchemy import Connection

from mpp.casework.refusals import Refused
from mpp.hosting.dead_letters import DeadLetters
from mpp.hosting.definition import callers
from mpp.hosting.runtime import runtime_of
from mpp.jobs.dead_jobs import DeadJobs
from mpp.json_values import JsonObject
from mpp.messaging.calls.messages import Call
from mpp.messaging.calls.server import RpcServer, serve
from mpp.messaging.events.dead_letters import DeadEvents
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox import DELAYS, Inbox
from mpp.messaging.events.inbox_runner import InboxRunner
from mpp.messaging.events.subscription import Order, Subscription
from mpp.messaging.events.trust import Reader
from mpp.persistence.database import Database

Method = TypeVar("Method", bound=Callable[..., object])

_EVENT_WORKERS = 3  # the event in hand, a drained one, a retry


class _WithoutTexts(logging.Filter):
    """nameko logs what a worker raised; its text may quote a person's data. We log kind and place ourselves."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = record.exc_text = None
        if isinstance(record.args, tuple):
            record.args = tuple(type(a).__name__ if isinstance(a, BaseException) else a for a in record.args)
        return True


logging.getLogger("nameko.containers").addFilter(_WithoutTexts())


def _work(container: Any, entrypoint: Entrypoint, *args: Any) -> Any:
    """Run the entrypoint's method in a worker of the container, and wait for what it returns or raises."""
    done = Signal()

    def handle_result(_context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        done.send((result, exc_info))
        return result, exc_info

    container.spawn_worker(entrypoint, args, {}, handle_result=handle_result)
    result, exc_info = done.wait()
    if exc_info is not None:
        raise exc_info[1]
    return result


class RpcServing(SharedExtension):
    """Answers the calls to the service, by its one entrypoint."""

    def __init__(self) -> None:
        self._entrypoint: Rpc | None = None
        self._server: RpcServer | None = None

    def register(self, entrypoint: Rpc) -> None:
        """Say who answers."""
        assert self._entrypoint is None, "a service has one method that answers every call"
        self._entrypoint = entrypoint

    @property
    def attached(self) -> bool:
        """Whether calls reach this process."""
        return self._server is not None and self._server.attached

    def start(self) -> None:
        name = self.container.service_name
        broker = runtime_of(self.container).broker_of(name)
        # some of the container's workers stay free for events
        workers = max(1, self.container.max_workers - _EVENT_WORKERS)
        self._server = serve(broker, name, self._handle, workers, None if broker.speaker is None else callers())

    def finish(self) -> None:
        """Take no more calls, answer those that were begun."""
        server, self._server = self._server, None
        if server is not None:
            server.stop()

    def _handle(self, payload: JsonObject, call: Call) -> JsonObject:
        assert self._entrypoint is not None, "calls come after the set-up"
        answer: JsonObject = _work(self.container, self._entrypoint, payload, call)
        return answer


class Rpc(Entrypoint):
    """The method that answers every call to the service: `method(self, payload, call) -> JsonObject`.

    `call.method` says what is called; `mpp.messaging.calls.methods.Bindings` finds the function for it.
    """

    serving = RpcServing()

    def __init__(self) -> None:
        # a refusal is an answer: nameko would log it as an error
        super().__init__(expected_exceptions=(Refused,))

    @property
    def attached(self) -> bool:
        """Whether calls reach this process (readiness)."""
        return self.serving.attached

    def setup(self) -> None:
        self.serving.register(self)

    def stop(self) -> None:
        self.serving.finish()


def rpc(method: Method) -> Method:
    """Make a method the one that answers every call (`Rpc`)."""
    return cast(Method, Rpc.decorator(method))


class InboxSharing(SharedExtension):
    """The inbox of the service, with all its subscriptions."""

    def __init__(self) -> None:
        self._subscriptions: list[Subscription] = []
        self._runner: InboxRunner | None = None
        self.inbox: Inbox | None = None

    def register(self, subscription: Subscription) -> None:
        """Add a subscription."""
        self._subscriptions.append(subscription)

    @property
    def subscriptions(self) -> tuple[Subscription, ...]:
        """All of them."""
        return tuple(self._subscriptions)

    @property
    def attached(self) -> bool:
        """Whether events reach this process, or there are none to reach it."""
        return not self._subscriptions or (self._runner is not None and self._runner.attached)

    def dead_letters(self) -> DeadLetters:
        """What the service could not process, and could not do of its own jobs."""
        assert self.inbox is not None, "workers run after the start"
        return DeadLetters(DeadEvents(self.inbox), DeadJobs(self.inbox.database, self.inbox.clock))

    def start(self) -> None:
        runtime, name = runtime_of(self.container), self.container.service_name
        delays = runtime.settings.retry_delays or DELAYS
        broker = runtime.broker_of(name)
        reader = Reader(runtime.contracts, by_name=broker.speaker is not None)
        self.inbox = Inbox(runtime.databases[name], name, self._subscriptions, runtime.clock, delays, reader=reader)
        if self._subscriptions:
            self._runner = InboxRunner(self.inbox, broker)
            self._runner.start()

    def finish(self) -> None:
        """Finish the event in hand, take no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.stop()

    def kill(self) -> None:
        if self._runner is not None:
            self._runner.kill()


class Subscribe(Entrypoint):
    """A method that acts on events: `method(self, tx, event)`, in the transaction that settles the event.

    `types` are patterns on the event type; `name` is stored with each event (default `<service>.<method>`), so a
    method that is renamed keeps its old name here. With `together` it is `method(self, tx, events)`, for one event or
    several that came together (`Subscription.together`).
    """

    sharing = InboxSharing()

    def __init__(
        self,
        *types: str,
        name: str | None = None,
        order: Order = "latest",
        together: bool = False,
    ) -> None:
        self._types = types
        self._together = together
        self._name = name
        self._order = order
        super().__init__()

    @property
    def attached(self) -> bool:
        """Whether events reach this process (readiness)."""
        return self.sharing.attached

    def setup(self) -> None:
        name = self._name or f"{self.container.service_name}.{self.method_name}"
        if self._together:
            subscription = Subscription(name, self._types, self._order, self._act_on_one, self._act)
        else:
            subscription = Subscription(name, self._types, self._order, self._act)
        self.sharing.register(subscription)

    def stop(self) -> None:
        self.sharing.finish()

    def _act(self, tx: Connection, what: Event | Sequence[Event]) -> None:
        _work(self.container, self, tx, what)

    def _act_on_one(self, tx: Connection, event: Event) -> None:
        self._act(tx, [event])


def subscribe(
    *types: str, name: str | None = None, order: Order = "latest", together: bool = False
) -> Callable[[Method], Method]:
    """Make a method one that acts on events (`Subscribe`)."""
    made = Subscribe.decorator(*types, name=name, order=order, together=together)
    return cast(Callable[[Method], Method], made)


class DatabaseProvider(DependencyProvider):
    """The service's own database."""

    def get_dependency(self, worker_ctx: object) -> Database:
        return runtime_of(self.container).databases[self.container.service_name]


class DeadLettersProvider(DependencyProvider):
    """The service's dead letters, for the operator."""

    sharing = InboxSharing()

    def get_dependency(self, worker_ctx: object) -> DeadLetters:
        return self.sharing.dead_letters()
