"""Where is my case? For everybody who holds the code, and without a word about persons."""

from __future__ import annotations

from mpp.cases.interface import methods
from mpp.cases.interface.payloads import TrackingCode
from mpp.casework.codes.tracking import normalise
from mpp.casework.refusals import not_found
from mpp.messaging.calls.common import Shown
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.responses.cases import Track
from services.gateway.api.routes.results import shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate, Guessing

CODES = Guessing.of("track")
CODE = {"tracking_code": r"[0-9A-Za-z -]{1,24}"}


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
                "public", {200: Produces("Where the case stands", Track)}, access="public",
                patterns=CODE, refuses=(404, 429, 503),
                description="A code with a mistyped character and one that nobody has are both simply not found.",
            )
        ]  # fmt: skip

    def track(self, request: HttpRequest) -> HttpResponse:
        return shown(self.found(request))

    def found(self, request: HttpRequest) -> Shown:
        """What everybody may know of the case whose code stands in the address. Raises Refused 404, 429, 503."""
        code = normalise(request.params["tracking_code"])
        collection = self._collections.get(code[0]) if code else None
        with self._gate.guess(CODES, request.client, code or "", request.deadline):
            if code is None or collection is None:
                raise not_found()
            return self._backend.ask(collection, methods.TRACK, TrackingCode(code), request)
