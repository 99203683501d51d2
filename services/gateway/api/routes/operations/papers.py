"""For the operator: papers of decisions from before there were any."""

from __future__ import annotations

from mpp.casework.refusals import FieldError, invalid
from mpp.json_values import optional_text, text
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.papers import MissingPapers
from services.gateway.api.responses.signing import MissingBegun
from services.gateway.backend import Backend, unavailable
from services.gateway.papers.making import Asking
from services.gateway.papers.missing import Missing


class MissingPaperRoutes:
    """The endpoint of the role operator."""

    def __init__(self, backend: Backend, missing: Missing) -> None:
        self._backend = backend
        self._missing = missing

    def routes(self) -> list[Route]:
        """Begin a page of them."""
        return [
            Route(
                "POST", "/api/v1/operations/papers/missing", self.begin, "make_missing_papers",
                "Make papers of former decisions", "operations",
                {200: Produces("How many were begun; send `next` as `after`", MissingBegun)}, roles=("operator",),
                body=MissingPapers, keyed=True, refuses=(403, 422, 503), example={"collection": "permits"},
                description="Some at a time, marked as printed later. The same again makes nothing twice. What the "
                            "installation signs is there some minutes later; the rest waits for its signers.",
            )
        ]  # fmt: skip

    def begin(self, request: HttpRequest) -> HttpResponse:
        collection = text(request.body, "collection")
        if collection not in self._backend.services:
            raise invalid(FieldError("collection", "unknown_choice", {"choices": ", ".join(self._backend.services)}))
        asking = Asking(request.deadline, request.correlation_id)
        try:
            begun = self._missing.begin(collection, optional_text(request.body, "after"), asking)
        except ServiceUnavailable as error:
            raise unavailable(error) from error
        return HttpResponse(200, {"begun": begun.begun, "left_out": begun.left_out, "next": begun.next})
