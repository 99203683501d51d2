"""How the citizen of a case is told: what became of it, and a number that was mistyped."""

from __future__ import annotations

from mpp.cases.interface.methods import CASE_MESSAGES, CONTACT
from mpp.messaging.calls.common import CommandOn, Item
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.messages import ContactDetails
from services.gateway.api.responses.messages import ContactKept, Messages
from services.gateway.api.routes.cases.collection import CASE_ID
from services.gateway.api.routes.cases.secret import knocking
from services.gateway.api.routes.results import PRIVATE, shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate


class CaseMessages:
    """The endpoints of one collection."""

    def __init__(self, collection: str, backend: Backend, gate: Gate) -> None:
        self._collection = collection
        self._backend = backend
        self._gate = gate

    def routes(self) -> list[Route]:
        """List, correct."""
        name, one = self._collection, f"/api/v1/{self._collection}/{{id}}"
        return [
            Route(
                "GET", f"{one}/messages", self.list, f"messages_{name}", "What the citizen was told", name,
                {200: Produces("The messages of the case, oldest first", Messages)}, access="token_or_secret",
                patterns=CASE_ID, refuses=(403, 404, 429, 503),
            ),
            Route(
                "POST", f"{one}/contact", self.contact, f"contact_{name}", "Correct how the citizen is reached", name,
                {200: Produces("What is kept now", ContactKept)}, patterns=CASE_ID, body=ContactDetails, keyed=True,
                refuses=(403, 404, 409, 422, 503), example={"phone": "+6281234567890"},
                description="For a clerk of an office that the case concerns and at which such cases are filed, at any "
                "time. What may have gone to the wrong number is told again. `do_not_contact` and `language` are kept "
                "by person, in this service.",
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        with knocking(self._gate, request):
            found = self._backend.ask(self._collection, CASE_MESSAGES, Item(request.params["id"]), request)
        return shown(found, PRIVATE)

    def contact(self, request: HttpRequest) -> HttpResponse:
        command = CommandOn(request.params["id"], request.body)
        return shown(self._backend.ask(self._collection, CONTACT, command, request))
