"""The one-time address of an ended case, for the counter's second screen, or for its applicant."""

from __future__ import annotations

from mpp.cases.interface.methods import SATISFACTION_ADDRESS
from mpp.casework.rules.questionnaire import COUNTER
from mpp.json_values import text
from mpp.messaging.calls.common import CommandOn, Shown
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.addresses import Addresses
from services.gateway.api.requests.satisfaction import NoWords
from services.gateway.api.responses.satisfaction import OneTimeAddress
from services.gateway.api.routes.cases.collection import CASE_ID
from services.gateway.api.routes.cases.secret import knocking
from services.gateway.api.routes.results import UNKEPT, shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate


def satisfaction_routes(backend: Backend, gate: Gate, addresses: Addresses) -> list[Route]:
    """One for each collection."""
    return [_Address(name, backend, gate, addresses).route() for name in backend.services]


class _Address:
    def __init__(self, collection: str, backend: Backend, gate: Gate, addresses: Addresses) -> None:
        self._collection = collection
        self._backend = backend
        self._gate = gate
        self._addresses = addresses

    def route(self) -> Route:
        name = self._collection
        return Route(
            "POST", f"/api/v1/{name}/{{id}}/satisfaction", self.give, f"satisfaction_{name}",
            "Where the citizen may answer nine questions about an ended case", name,
            {200: Produces("The one-time address", OneTimeAddress)}, access="token_or_secret", patterns=CASE_ID,
            body=NoWords, keyed=True, refuses=(403, 404, 409, 422, 429, 503), example={},
            description="For a clerk with whom such a case is filed, to show it on the citizen's screen, and for the "
                        "applicant. A case has one address: whoever asks again is given the same. Who asked is on "
                        "record. 409: the case goes on, was withdrawn, or the questions were answered or are over.",
        )  # fmt: skip

    def give(self, request: HttpRequest) -> HttpResponse:
        command = CommandOn(request.params["id"], request.body)
        with knocking(self._gate, request):
            given = self._backend.ask(self._collection, SATISFACTION_ADDRESS, command, request)
        address = self._addresses.of_questions(request, text(given.body, "code"), COUNTER)
        return shown(Shown({**given.body, "address": address}, given.replayed), UNKEPT)
