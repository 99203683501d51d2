"""The nameko half of every case service: one method that answers every call, over `CaseInterface`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from nameko.extensions import DependencyProvider

from mpp.cases.interface.answers import CaseInterface
from mpp.cases.recording.catalogue_hosts import hooks_of
from mpp.cases.telling.posting import SETTLED
from mpp.cases.time import forgetting
from mpp.cases.time.filling import EVERY, PAUSE, Filling
from mpp.hosting.background import Background
from mpp.hosting.definition import definitions
from mpp.hosting.extensions import InboxSharing, rpc
from mpp.hosting.runtime import runtime_of
from mpp.hosting.service import BaseService
from mpp.hosting.starting import awaited
from mpp.jobs.loops import Loop, Pace
from mpp.json_values import JsonObject
from mpp.messages import stranded
from mpp.messages.sending import Sending
from mpp.messaging.calls.messages import Call
from mpp.persistence.database import DatabaseAway, TooSlow

log = structlog.get_logger(__name__)


class InterfaceProvider(DependencyProvider):
    """One interface per process of the service, and its timer beside it."""

    interface_class: type[CaseInterface] = CaseInterface  # a service with methods of its own adds them in a subclass
    background = Background()
    inbox = InboxSharing()

    def setup(self) -> None:
        definition = definitions()[self.container.service_name]
        runtime = runtime_of(self.container)
        hooks, inbox = hooks_of(definition), self.inbox
        make = partial(
            self.interface_class, definition, runtime, hooks, inbox.dead_letters, lambda: inbox.subscriptions
        )
        self.interface = awaited(make, DatabaseAway, TooSlow, told=self._waits)
        self.background.does(*Sending(self.interface.post).handlers())
        pace = Pace(runtime.settings.timer_seconds, at_start=False)
        timer = self.interface.timer
        beat = replace(pace, spacing=min(1.0, runtime.settings.timer_seconds))
        clockwork = Loop(definition.name, "timer", timer.run_once, beat, ended=timer.release)
        self.interface.host.database.on_commit(SETTLED, clockwork.wake)
        self.background.add(clockwork)
        self.background.add(_filling(definition.name, self.interface.filling))
        forget = partial(forgetting.forget, self.interface.host)
        seldom = Pace(forgetting.EVERY, at_start=False)
        self.background.add(Loop(definition.name, "what has ended", forget, seldom, patience=0.0))
        find = partial(stranded.run_once, self.interface.post)
        self.background.add(Loop(definition.name, "stranded messages", find, Pace(stranded.EVERY, at_start=False)))
        if definition.shares_papers:
            self.background.add(_sharing(definition.name, self.interface, pace))

    def _waits(self, error: Exception) -> None:
        log.warning("service.waits", service=self.container.service_name, for_what="database")

    def get_dependency(self, worker_ctx: Any) -> CaseInterface:
        return self.interface


def _filling(service: str, filling: Filling) -> Loop:
    """Names from before, batch after batch while there is more of them."""

    def work() -> None:
        if filling.run_once():
            loop.no_later_than(PAUSE)

    loop = Loop(service, "names", work, Pace(EVERY))
    return loop


def _sharing(service: str, interface: CaseInterface, pace: Pace) -> Loop:
    """Papers that others need from before, and those of the others that time has ended."""

    def work() -> None:
        more = [interface.paper_needs.run_once(), interface.prerequisites.run_out()]
        if any(more):
            loop.no_later_than(PAUSE)

    loop = Loop(service, "papers", work, pace)
    return loop


class CaseService(BaseService):
    """What a case service inherits; it adds its name and its subscriptions."""

    interface: CaseInterface = InterfaceProvider()

    @rpc
    def answer(self, request: JsonObject, call: Call) -> JsonObject:
        """Any method of the table."""
        return self.interface.answer(request, call)
