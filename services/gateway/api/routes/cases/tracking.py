"""Where is my case? For everybody who holds the code, and without a word about persons."""

from __future__ import annotations

from datetime import timedelta

from mpp.casework.codes.tracking import normalise
from mpp.casework.refusals import not_found
from mpp.web.routing import Answer, Exchange, Produces, Route
from services.gateway.api.backend import Backend
from services.gateway.api.responses import cases as case_responses
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

LOOK_UPS = Limit("track", 60, timedelta(minutes=1))


class Tracking:
    """The public endpoint; the code's letter says which service to ask."""

    def __init__(self, backend: Backend, gate: Gate) -> None:
        self._backend = backend
        self._gate = gate
        self._collections = {s.tracking_letter: name for name, s in backend.services.items()}

    def routes(self) -> list[Route]:
        """Track."""
        return [
            Route(
                "GET", "/api/v1/track/{tracking_code}", self.track, "track", "Follow a case by its tracking code",
                "public", {200: Produces("Where the case stands", case_responses.Track)}, access="public",
                patterns={"tracking_code": r"[0-9A-Za-z -]{1,24}"}, refuses=(404, 429, 503),
                description="A code with a mistyped character and one that nobody has are both simply not found.",
            )
        ]  # fmt: skip

    def track(self, exchange: Exchange) -> Answer:
        self._gate.pass_one(LOOK_UPS, exchange.client, exchange.deadline)
        code = normalise(exchange.params["tracking_code"])
        collection = self._collections.get(code[0]) if code else None
        if code is None or collection is None:
            raise not_found()
        return Answer(200, self._backend.ask(collection, "track", exchange, tracking_code=code)["body"])
