"""The gateway as nameko runs it: every HTTP request to the application, every public event into the feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from nameko.extensions import DependencyProvider
from werkzeug.wrappers import Request, Response

from mpp.hosting import partner_queues
from mpp.hosting.background import Background
from mpp.hosting.extensions import InboxSharing, subscribe
from mpp.hosting.runtime import runtime_of
from mpp.hosting.service import BaseService
from mpp.jobs.loops import Loop, Pace
from mpp.messaging.events.event import Event
from services.gateway.feed.queries import store
from services.gateway.housekeeping import keep_house
from services.gateway.papers.later import MAKE
from services.gateway.reconciling.asked import RECONCILE, leave_regular
from services.gateway.server.application import (
    ApplicationProvider,
    PressSharing,
    keeper_of,
    reconciler_of,
    sweeper_of,
    watch_of,
)
from services.gateway.server.doorway import Doorway
from services.gateway.server.web import web
from services.gateway.uploads.sweeping import SWEEP, leave_sweep

if TYPE_CHECKING:
    from sqlalchemy import Connection

HOUSEKEEPING_SECONDS = 60


class Housekeeping(DependencyProvider):
    """Removes what is over, a little at a time, as long as the service runs. Several copies do not disturb."""

    background = Background()
    inbox = InboxSharing()
    shared = PressSharing()

    def setup(self) -> None:
        runtime = runtime_of(self.container)
        database, keeper, watch = runtime.databases["gateway"], keeper_of(runtime), watch_of(runtime)
        reconciler = reconciler_of(runtime, lambda: self.inbox.subscriptions)
        self.background.does(RECONCILE.done_by(reconciler.reconcile))
        if keeper is not None:
            self.background.does(SWEEP.done_by(sweeper_of(runtime, keeper).sweep))
        finisher = self.shared.press().finisher
        if finisher is not None:
            self.background.does(MAKE.done_by(finisher.finish))
            look = Pace(HOUSEKEEPING_SECONDS, at_start=False)
            self.background.add(Loop("gateway", "papers", finisher.look, look, patience=0.0))

        def clean() -> None:
            now = runtime.clock.now()
            keep_house(database, now, watch)
            leave_regular(database, now)
            if keeper is not None:
                leave_sweep(database, now, due=keeper.has_something_due())

        pace = Pace(HOUSEKEEPING_SECONDS, at_start=False)
        self.background.add(Loop("gateway", "housekeeping", clean, pace, patience=0.0))
        every = Pace(partner_queues.EVERY, at_start=False)
        self.background.add(Loop("gateway", "partner_queues", runtime.partner_queues.look, every, patience=0.0))


class Gateway(BaseService):
    """The service as nameko runs it."""

    name = "gateway"

    application: Doorway = ApplicationProvider()
    housekeeping = Housekeeping()

    @web
    def serve(self, request: Request) -> Response:
        """Answer any request."""
        return self.application.respond(request)

    @subscribe("#", name="feed", order="any", together=True)
    def keep(self, tx: Connection, events: Sequence[Event]) -> None:
        """Put every public event into the feed."""
        store(tx, events)
