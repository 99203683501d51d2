"""For the operator: what citizens answered, counted."""

from __future__ import annotations

from datetime import date

from mpp.cases.interface.methods import SATISFACTION_COUNTS
from mpp.cases.interface.satisfaction_payloads import OfMonth
from mpp.json_values import objects, text
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.satisfaction import MonthQuery
from services.gateway.api.responses.satisfaction import AnswerCounts
from services.gateway.backend import Backend

_SHARE = 0.8


class SatisfactionCounts:
    """The endpoint of the role operator."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def routes(self) -> list[Route]:
        """Counts of a month."""
        return [
            Route(
                "GET", "/api/v1/operations/satisfaction", self.counts, "count_satisfaction",
                "What citizens answered in a month, counted", "operations",
                {200: Produces("A line for each value that was given", AnswerCounts)}, roles=("operator",),
                query=MonthQuery, refuses=(403, 422),
                description="By service, office, version of the questions, channel, element and value. A service that "
                            "does not answer is named under `unavailable`: ask again.",
            )
        ]  # fmt: skip

    def counts(self, request: HttpRequest) -> HttpResponse:
        asked = OfMonth(date.fromisoformat(f"{text(request.query, 'month')}-01"))
        heard = self._backend.ask_each(self._backend.services, SATISFACTION_COUNTS, lambda _: asked, request, _SHARE)
        items = [item for each in heard if each.result is not None for item in objects(each.result.body, "items")]
        silent = [each.service.name for each in heard if each.result is None]
        return HttpResponse(200, {"items": items, "unavailable": silent})
