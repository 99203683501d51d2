"""A person's cases and permits: the NIK or the name goes in the body, and who searches is counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from mpp.cases.interface.methods import SEARCH_CASES
from mpp.identity import demo
from mpp.messaging.calls.common import PersonSearch, Shown
from mpp.messaging.calls.methods import Method
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.cases import Search
from services.gateway.api.responses.cases import CaseList
from services.gateway.api.routes.results import UNKEPT, shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

SEARCHES = Limit("search", 30, timedelta(minutes=1))
EXAMPLE = {"nik": demo.resident(0).nik}


def search_routes(backend: Backend, gate: Gate) -> list[Route]:
    """A search for each collection."""
    return [_route(name, backend, gate) for name in backend.services]


def _route(collection: str, backend: Backend, gate: Gate) -> Route:
    return Route(
        "POST", f"/api/v1/{collection}/search", searching(collection, SEARCH_CASES, backend, gate),
        f"search_{collection}", "Find the cases of a person", collection,
        {200: Produces("A page of cases that the reader may see, masked", CaseList)},
        body=Search, refuses=(400, 403, 422, 429, 503), example=EXAMPLE,
        description="By NIK, or by words of the name, also their beginnings. Each search is audited.",
    )  # fmt: skip


def searching(
    collection: str, method: Method[PersonSearch, Shown], backend: Backend, gate: Gate
) -> Callable[[HttpRequest], HttpResponse]:
    """Handles a search by what the owning service answers, within the searcher's limit."""

    def search(request: HttpRequest) -> HttpResponse:
        assert request.actor is not None, "the route asks for a token"
        gate.pass_one(SEARCHES, request.actor.id, request.deadline)
        return shown(backend.ask(collection, method, PersonSearch.of(request.body), request), UNKEPT)

    return search
