"""Is this paper real, and does it hold? For everybody who holds its code: one look-up for programs and for people."""

from __future__ import annotations

from mpp.cases.interface.methods import VERIFY
from mpp.cases.interface.payloads import VerificationCode
from mpp.casework.codes.verification import normalise
from mpp.casework.refusals import not_found
from mpp.messaging.calls.common import Shown
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.responses.papers import Verified
from services.gateway.api.routes.results import NO_STORE, shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate, Guessing

CODES = Guessing.of("verify")


class Verification:
    """The public endpoint; the code's letter says which service to ask."""

    def __init__(self, backend: Backend, gate: Gate) -> None:
        self._backend = backend
        self._gate = gate
        self._collections = {s.tracking_letter: name for name, s in backend.services.items()}

    def routes(self) -> list[Route]:
        """Verify."""
        return [
            Route(
                "GET", "/api/v1/verify/{code}", self.verify, "verify", "Is this paper real, and does it hold?",
                "public", {200: Produces("A real paper, and its status", Verified)}, access="public",
                patterns={"code": r"[0-9A-Za-z -]{1,32}"}, refuses=(404, 429, 503),
                description="A mistyped code and one that no paper carries are both simply not found. The address "
                "that papers print, `/v/{code}`, says the same to people, and to `Accept: application/json`.",
            )
        ]  # fmt: skip

    def verify(self, request: HttpRequest) -> HttpResponse:
        """Whether a code is that of a real paper."""
        return shown(self.found(request), NO_STORE)

    def found(self, request: HttpRequest) -> Shown:
        """What everybody may know of the paper whose code stands in the address. Raises Refused 404, 429, 503."""
        code = normalise(request.params["code"])
        collection = self._collections.get(code[0]) if code else None
        with self._gate.guess(CODES, request.client, code or "", request.deadline):
            if code is None or collection is None:
                raise not_found()
            return self._backend.ask(collection, VERIFY, VerificationCode(code), request)
