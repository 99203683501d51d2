"""What a process of a service does beside its commands: its loops, under one supervisor."""

from __future__ import annotations

from nameko.extensions import DependencyProvider, SharedExtension

from mpp.hosting.runtime import runtime_of
from mpp.jobs.loops import Loop, Supervisor
from mpp.jobs.prune import Pruner, Retention
from mpp.jobs.sealing import Sealing, ledger_of
from mpp.messaging.events.relay import Relay


class Background(SharedExtension):
    """The loops of the service; a dependency provider adds its own in its `setup`.

    They start with the service, and stop after the last command and event have ended.
    """

    def __init__(self) -> None:
        self._supervisor = Supervisor()

    def add(self, *loops: Loop) -> None:
        """These loops run as long as the service does."""
        self._supervisor.add(*loops)

    def start(self) -> None:
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
        database = runtime.databases[self.container.service_name]
        relay = Relay(database, runtime.broker, runtime.clock)
        database.on_commit(relay.wake)
        retention = getattr(runtime.settings, "retention", None) or Retention()
        pruner = Pruner(database, runtime.clock, retention)
        sealing = Sealing(database, runtime.clock, ledger_of(runtime.settings, database.name))
        self.background.add(*relay.loops, pruner.loop, sealing.loop)
