"""For the operator: whether everybody has heard what was told."""

from __future__ import annotations

from mpp.casework.refusals import FieldError, invalid, not_found
from mpp.clock import Clock
from mpp.json_values import optional_moment
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.operations import Compare
from services.gateway.api.responses.operations import Compared, Comparing
from services.gateway.reconciling import queries
from services.gateway.reconciling.job import Asked, leave_reconciliation


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
                    "By event id, over `since` to `until`, or over as long as outboxes are kept, but for the last ten "
                    "minutes. `asked` is the name by which the result is known: read until it has that name."
                ),
            ),
            Route(
                "GET", f"{base}/last", self.last, "get_comparison", "What the last comparison has found",
                "operations", {200: Produces("Each producer with each subscription", Compared)}, roles=("operator",),
                refuses=(403, 404),
                description=(
                    "`missing` events were published and are not with the subscription: `mended_by` is the command "
                    "that sends them again. `untold` ones are with it, and its producer does not know them. What "
                    "waits for a retry or lies dead was received: `unsettled` counts it."
                ),
            ),
        ]  # fmt: skip

    def ask(self, request: HttpRequest) -> HttpResponse:
        try:
            since, until = optional_moment(request.body, "since"), optional_moment(request.body, "until")
        except ValueError as error:
            raise invalid(FieldError(str(error).partition(":")[0], "malformed")) from None
        name = f"asked {request.key}"
        leave_reconciliation(self._database, self._clock.now(), Asked(name, since, until))
        return HttpResponse(202, {"asked": name})

    def last(self, request: HttpRequest) -> HttpResponse:
        with self._database.transaction(request.deadline) as tx:
            kept = queries.last(tx)
        if kept is None:
            raise not_found()
        when = {"asked": kept.asked, "checked_at": kept.checked_at.isoformat()}
        return HttpResponse(200, {**when, **kept.found.to_json()})
