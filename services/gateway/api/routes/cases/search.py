"""A person's cases and permits: the NIK or the name goes in the body, and who searches is counted."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from mpp.identity import demo
from mpp.web.routing import Answer, Exchange, Produces, Route
from mpp.web.schemas.fields import Int, Strict, Text
from mpp.web.schemas.pagination import DEFAULT_LIMIT, MAX_LIMIT
from services.gateway.api.backend import Backend
from services.gateway.api.requests.schemas import NAME
from services.gateway.api.responses import cases as case_responses
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

SEARCHES = Limit("search", 30, timedelta(minutes=1))
PRIVATE = {"Cache-Control": "private, no-store"}
EXAMPLE = {"nik": demo.resident(0).nik}


class Search(Strict):
    """Whose: the NIK, or the beginning of the name. `cursor` is the `next` of the page before."""

    nik = Text(min=16, max=16, pattern=r"[0-9]{16}", code="invalid_nik")
    name = Text(min=3, max=120, pattern=NAME)
    limit = Int(min=1, max=MAX_LIMIT, load_default=DEFAULT_LIMIT)
    cursor = Text(max=1024, pattern=r"[A-Za-z0-9_-]+")


def search_routes(backend: Backend, gate: Gate) -> list[Route]:
    """A search for each collection."""
    return [_route(name, backend, gate) for name in backend.services]


def _route(collection: str, backend: Backend, gate: Gate) -> Route:
    return Route(
        "POST", f"/api/v1/{collection}/search", partial(found, collection, "search_cases", backend, gate),
        f"search_{collection}", "Find the cases of a person", collection,
        {200: Produces("A page of cases that the reader may see, masked", case_responses.CaseList)},
        body=Search, refuses=(400, 403, 422, 429, 503), example=EXAMPLE,
        description="By NIK, or by the beginning of the name (three letters at least). Each search is audited.",
    )  # fmt: skip


def found(collection: str, method: str, backend: Backend, gate: Gate, exchange: Exchange) -> Answer:
    """The answer of the owning service, within the searcher's limit."""
    assert exchange.actor is not None, "the route asks for a token"
    gate.pass_one(SEARCHES, exchange.actor.id, exchange.deadline)
    answer: dict[str, Any] = backend.ask(collection, method, exchange)
    return Answer(200, answer["body"], PRIVATE)
