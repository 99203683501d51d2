"""For the operator: whether everybody has heard what was told."""

from __future__ import annotations

import uuid

from mpp.casework.refusals import not_found
from mpp.clock import Clock
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.moments import sent_moment_or_none
from services.gateway.api.requests.operations import Compare
from services.gateway.api.responses.operations import Compared, Comparing
from services.gateway.reconciling import queries
from services.gateway.reconciling.asked import Asked, leave_reconciliation

LAST = "last"
_NAME = r"last|[0-9T-]{10,13}|[0-9a-f-]{8,36}"
_NAMES = uuid.UUID("0f6f3a52-6f0b-4d0c-9d5e-9c1c5a1c7c11")  # the key of a request, as a name that fits into an address


class Reconciliations:
    """The endpoints of the role operator."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def routes(self) -> list[Route]:
        """Ask for one, read the last one."""
        base = "/api/v1/operations/reconciliations"
        return [
            Route(
                "POST", base, self.ask, "compare_events", "Compare outboxes with inboxes and the feed",
                "operations", {202: Produces("It will be done soon", Comparing)}, roles=("operator",),
                body=Compare, keyed=True, refuses=(403, 422), example={},
                description=(
                    "By event id, over as long as outboxes are kept but for the last ten minutes, or over `since` to "
                    "`until`. `asked` is the name of the result, which is there once all was compared."
                ),
            ),
            Route(
                "GET", f"{base}/{{asked}}", self.find, "get_comparison", "What a comparison has found",
                "operations", {200: Produces("Each producer with each subscription", Compared)}, roles=("operator",),
                patterns={"asked": _NAME}, refuses=(403, 404),
                description=(
                    "404 until it was made; the newest are kept. `last` is the newest one over all that there is. "
                    "`missing` events were published and are not with the subscription: `mended_by` is the command "
                    "that sends them again. `untold` ones are with it, and its producer does not know them. What "
                    "waits for a retry or lies dead was received: `unsettled` counts it."
                ),
            ),
        ]  # fmt: skip

    def ask(self, request: HttpRequest) -> HttpResponse:
        since, until = (sent_moment_or_none(request.body, name) for name in ("since", "until"))
        name = str(uuid.uuid5(_NAMES, request.key or ""))
        leave_reconciliation(self._database, self._clock.now(), Asked(name, since, until))
        return HttpResponse(202, {"asked": name})

    def find(self, request: HttpRequest) -> HttpResponse:
        name = request.params["asked"]
        with self._database.transaction(request.deadline) as tx:
            kept = queries.last(tx) if name == LAST else queries.find(tx, name)
        if kept is None:
            raise not_found()
        when = {"asked": kept.asked, "checked_at": kept.checked_at.isoformat()}
        return HttpResponse(200, {**when, **kept.found.to_json()})
