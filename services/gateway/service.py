"""The gateway as nameko runs it: every HTTP request to the application, every public event into the feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog
from nameko.extensions import DependencyProvider
from werkzeug.wrappers import Request, Response

from mpp.hosting.background import Background, RelayProvider
from mpp.hosting.extensions import subscribe
from mpp.hosting.runtime import runtime_of
from mpp.jobs.loops import Loop, Pace
from mpp.messaging.events.event import Event
from mpp.web.application import Application
from services.gateway.feed.queries import store
from services.gateway.housekeeping import keep_house
from services.gateway.server.application import ApplicationProvider, backend_of, keeper_of, sweep
from services.gateway.server.web import web

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = structlog.get_logger(__name__)

HOUSEKEEPING_SECONDS = 60
SWEEPING_SECONDS = 15 * 60


class Housekeeping(DependencyProvider):
    """Removes what is over, a little at a time, as long as the service runs. Several copies do not disturb."""

    background = Background()

    def setup(self) -> None:
        runtime = runtime_of(self.container)
        keeper = keeper_of(runtime)
        backend = backend_of(runtime)

        def clean() -> None:
            keep_house(runtime.databases["gateway"], runtime.clock.now())

        pace = Pace(HOUSEKEEPING_SECONDS, at_start=False)
        self.background.add(Loop("gateway", "housekeeping", clean, pace, patience=0.0))
        if keeper is not None:
            kept = keeper

            def sweep_documents() -> None:
                log.info("documents.swept", removed=sweep(runtime, kept, backend))

            pace = Pace(SWEEPING_SECONDS, at_start=False)
            self.background.add(Loop("gateway", "sweep", sweep_documents, pace, patience=0.0))


class Gateway:
    """The service as nameko runs it."""

    name = "gateway"

    application: Application = ApplicationProvider()
    housekeeping = Housekeeping()
    relay = RelayProvider()

    @web
    def serve(self, request: Request) -> Response:
        """Answer any request."""
        return self.application.respond(request)

    @subscribe("#", name="feed", order="any", together=True)
    def keep(self, tx: Connection, events: Sequence[Event]) -> None:
        """Put every public event into the feed."""
        store(tx, events)
