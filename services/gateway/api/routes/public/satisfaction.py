"""The nine questions for programs: asked and answered by a one-time code, without an account."""

from __future__ import annotations

from mpp.cases.interface.methods import SATISFACTION_ANSWER, SATISFACTION_FORM
from mpp.cases.interface.satisfaction_payloads import Answered, OneTimeCode
from mpp.casework.codes.verification import normalise
from mpp.casework.refusals import Refused
from mpp.json_values import JsonObject
from mpp.messaging.calls.common import Shown
from mpp.messaging.calls.methods import Method, Payload
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.satisfaction import CODE, Satisfied
from services.gateway.api.responses.satisfaction import AnswersKept, AskedQuestions
from services.gateway.api.routes.results import NO_STORE, shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate, Guessing

CODES = Guessing.of("satisfaction")


class SatisfactionRoutes:
    """The public endpoints; the code's letter says which service to ask."""

    def __init__(self, backend: Backend, gate: Gate) -> None:
        self._backend = backend
        self._gate = gate
        self._collections = {s.tracking_letter: name for name, s in backend.services.items()}

    def routes(self) -> list[Route]:
        """Ask and answer."""
        one = "/api/v1/satisfaction/{code}"
        return [
            Route(
                "GET", one, self.read, "satisfaction_questions", "The nine questions about an ended case", "public",
                {200: Produces("What is asked", AskedQuestions)}, access="public", patterns=CODE,
                refuses=(404, 409, 429, 503),
                description="By the one-time code that the citizen was given when the case had ended. 409: it was "
                "answered already, or its time is over. The page `/s/{code}` asks the same.",
            ),
            Route(
                "POST", one, self.answer, "answer_satisfaction", "Answer them, once and without a name", "public",
                {200: Produces("The answers are kept", AnswersKept)}, access="public", patterns=CODE, body=Satisfied,
                refuses=(404, 409, 422, 429, 503), example={"answers": {"time": 4, "behaviour": 3}},
                description="Any of the nine, at least one. Nothing kept with them says whose case it was. The code "
                "is spent then; of two answers at once one is kept.",
            ),
        ]  # fmt: skip

    def read(self, request: HttpRequest) -> HttpResponse:
        return shown(self.questions(request), NO_STORE)

    def answer(self, request: HttpRequest) -> HttpResponse:
        return shown(self.keep(request, request.body), NO_STORE)

    def questions(self, request: HttpRequest) -> Shown:
        """What is asked by the code in the address. Raises Refused 404, 409, 429, 503."""
        return self._ask(request, SATISFACTION_FORM, OneTimeCode(request.params["code"]))

    def keep(self, request: HttpRequest, body: JsonObject) -> Shown:
        """Keep the answers. Raises Refused 404, 409, 422, 429, 503."""
        return self._ask(request, SATISFACTION_ANSWER, Answered(request.params["code"], body))

    def _ask(self, request: HttpRequest, method: Method[Payload, Shown], payload: Payload) -> Shown:
        code = normalise(request.params["code"])
        collection = self._collections.get(code[0]) if code else None
        with self._gate.guess(CODES, request.client, code or "", request.deadline):
            if code is None or collection is None:
                raise Refused(404, "satisfaction_unknown")
            return self._backend.ask(collection, method, payload, request)
