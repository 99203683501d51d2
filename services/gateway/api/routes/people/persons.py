"""One resident by NIK, so that a counter need not type what the register knows.

The NIK goes in the body, and who asks is counted: what one person asks in a day is what a counter needs, not a copy of
the register.
"""

from __future__ import annotations

from datetime import timedelta

from mpp.contracts.residents import LOOK_UP_RESIDENT, LOOKUP_ROLES, ResidentAsked
from mpp.identity import demo
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.persons import LookUpPerson
from services.gateway.api.responses.people import Resident
from services.gateway.api.routes.results import UNKEPT, shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

COLLECTION = "registrations"  # whose service keeps the register
MINUTE = Limit("resident_minute", 20, timedelta(minutes=1))
DAY = Limit("resident_day", 300, timedelta(days=1))
EXAMPLE = {"nik": demo.resident(0).nik, "purpose": "PRZ-SIP-DR"}


class Persons:
    """The endpoint; none where civil registration is not installed."""

    def __init__(self, backend: Backend, gate: Gate) -> None:
        self._backend = backend
        self._gate = gate

    def routes(self) -> list[Route]:
        """Look up."""
        if COLLECTION not in self._backend.services:
            return []
        return [
            Route(
                "POST", "/api/v1/persons/lookup", self.look_up, "look_up_person", "Look up a resident for a form",
                "persons", {200: Produces("The resident", Resident)}, roles=LOOKUP_ROLES, body=LookUpPerson,
                refuses=(404, 422, 429, 503), example=EXAMPLE,
                description="For who writes down or checks persons. Each look-up is on record with its purpose, also "
                            "when there is no such resident, and one account may ask for so many a minute and a day.",
            )
        ]  # fmt: skip

    def look_up(self, request: HttpRequest) -> HttpResponse:
        """The resident of a NIK."""
        count_look_up(self._gate, request)
        asked = ResidentAsked.of(request.body)
        return shown(self._backend.ask(COLLECTION, LOOK_UP_RESIDENT, asked, request), UNKEPT)


def count_look_up(gate: Gate, request: HttpRequest) -> None:
    """Count one look-up of the account that asks. Raises Refused 429."""
    assert request.actor is not None, "the route asks for a token"
    for limit in (MINUTE, DAY):
        gate.pass_one(limit, request.actor.id, request.deadline)
