"""What a process of a service does beside its commands: its loops, under one supervisor, and its jobs."""

from __future__ import annotations

from nameko.extensions import DependencyProvider, SharedExtension

from mpp.hosting.runtime import runtime_of
from mpp.jobs import queue
from mpp.jobs.kinds import JobHandler
from mpp.jobs.loops import Loop, Supervisor
from mpp.jobs.prune import Pruner
from mpp.jobs.runner import JobRunner
from mpp.jobs.sealing import Sealing, ledger_of
from mpp.messaging.events import outbox
from mpp.messaging.events.relay import Relay


class Background(SharedExtension):
    """The loops of the service and what does its jobs; a dependency provider adds its own in its `setup`.

    They start with the service, and stop after the last command and event have ended.
    """

    def __init__(self) -> None:
        self._supervisor = Supervisor()
        self._handlers: list[JobHandler] = []

    @property
    def loops(self) -> tuple[Loop, ...]:
        """All of them."""
        return self._supervisor.loops

    def add(self, *loops: Loop) -> None:
        """These loops run as long as the service does."""
        self._supervisor.add(*loops)

    def does(self, *handlers: JobHandler) -> None:
        """This is how these kinds of job are done, in this copy of the service."""
        self._handlers += handlers

    def start(self) -> None:
        if self._handlers:
            runtime = runtime_of(self.container)
            database = runtime.databases[self.container.service_name]
            runner = JobRunner(database, runtime.clock, self._handlers)
            database.on_commit(queue.ANNOUNCED, runner.loop.wake)
            self._supervisor.add(runner.loop)
        self._supervisor.start()

    def stop(self) -> None:
        self._supervisor.stop()

    def kill(self) -> None:
        self._supervisor.kill()


class RelayProvider(DependencyProvider):
    """Runs the relay of the service's outbox, seals its audit trail, and prunes what is old."""

    background = Background()

    def setup(self) -> None:
        runtime = runtime_of(self.container)
        name, settings = self.container.service_name, runtime.settings
        database = runtime.databases[name]
        relay = Relay(database, runtime.broker_of(name), runtime.clock, refusing=runtime.refusing_queues)
        database.on_commit(outbox.ANNOUNCED, relay.wake)
        pruner = Pruner(database, runtime.clock, settings.retention)
        ledger = ledger_of(settings.audit, runtime.offices.region, database.name)
        sealing = Sealing(database, runtime.clock, ledger)
        self.background.add(*relay.loops, pruner.loop, sealing.loop, runtime.broker_watch.loop(name))
