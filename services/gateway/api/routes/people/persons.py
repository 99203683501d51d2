"""The register of residents for a counter, and for who watches over it.

Numbers of persons and cards go in the body, and who asks is counted: what one person asks in a day is what a counter
needs, not a copy of the register.
"""

from __future__ import annotations

from datetime import timedelta

from mpp.contracts.residents import (
    LOOK_ALARMS,
    LOOK_UP_FAMILY,
    LOOK_UP_RESIDENT,
    LOOKS_AT,
    LOOKUP_ROLES,
    WATCHING_ROLES,
    FamilyAsked,
    LooksAsked,
    ResidentAsked,
)
from mpp.identity import demo
from mpp.messaging.calls.common import Nothing
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.persons import LooksAtPerson, LookUpFamily, LookUpPerson
from services.gateway.api.responses.people import Family, LookAlarms, Looks, Resident
from services.gateway.api.routes.results import UNKEPT, shown
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

COLLECTION = "registrations"  # whose service keeps the register
MINUTE = Limit("resident_minute", 20, timedelta(minutes=1))
DAY = Limit("resident_day", 300, timedelta(days=1))
EXAMPLE = {"nik": demo.resident(0).nik, "purpose": "PRZ-SIP-DR"}
FAMILY = {"family_card": demo.resident(0).family_card, "purpose": "ADM-LHR-01"}
LOOKS = {"nik": demo.resident(0).nik, "reason": "Warga bertanya siapa yang membuka datanya."}


class Persons:
    """The endpoints; none where civil registration is not installed."""

    def __init__(self, backend: Backend, gate: Gate) -> None:
        self._backend = backend
        self._gate = gate

    def routes(self) -> list[Route]:
        """Look up, and see who did."""
        if COLLECTION not in self._backend.services:
            return []
        return [
            Route(
                "POST", "/api/v1/persons/lookup", self.look_up, "look_up_person", "Look up a resident for a form",
                "persons", {200: Produces("The resident", Resident)}, roles=LOOKUP_ROLES, body=LookUpPerson,
                refuses=(404, 422, 429, 503), example=EXAMPLE,
                description="For who writes down or checks persons. Each look-up is on record with its purpose, also "
                            "when there is no such resident, and one account may ask for so many a minute and a day.",
            ),
            Route(
                "POST", "/api/v1/persons/families", self.family, "look_up_family", "Look up a family card",
                "persons", {200: Produces("The family, masked", Family)}, roles=LOOKUP_ROLES, body=LookUpFamily,
                refuses=(404, 422, 429, 503), example=FAMILY,
                description="As a resident is looked up, and counted with those; it is on record for each person.",
            ),
            Route(
                "POST", "/api/v1/persons/looks", self.looks_at, "list_looks_at_person", "Who looked at a person",
                "persons", {200: Produces("The looks", Looks)}, roles=WATCHING_ROLES, body=LooksAtPerson,
                refuses=(422, 429, 503), example=LOOKS,
                description="For the privacy officer. That it was asked, and why, is on record, too.",
            ),
            Route(
                "GET", "/api/v1/persons/alarms", self.alarms, "list_look_alarms", "Who looked at very many persons",
                "persons", {200: Produces("The alarms", LookAlarms)}, roles=WATCHING_ROLES, refuses=(503,),
                description="For the privacy officer.",
            ),
        ]  # fmt: skip

    def look_up(self, request: HttpRequest) -> HttpResponse:
        """The resident of a NIK."""
        count_look_up(self._gate, request)
        asked = ResidentAsked.of(request.body)
        return shown(self._backend.ask(COLLECTION, LOOK_UP_RESIDENT, asked, request), UNKEPT)

    def family(self, request: HttpRequest) -> HttpResponse:
        """The people of a family card."""
        count_look_up(self._gate, request)
        asked = FamilyAsked.of(request.body)
        return shown(self._backend.ask(COLLECTION, LOOK_UP_FAMILY, asked, request), UNKEPT)

    def looks_at(self, request: HttpRequest) -> HttpResponse:
        """Who looked at a person."""
        count_look_up(self._gate, request)
        asked = LooksAsked.of(request.body)
        return shown(self._backend.ask(COLLECTION, LOOKS_AT, asked, request), UNKEPT)

    def alarms(self, request: HttpRequest) -> HttpResponse:
        """Who looked at very many."""
        return shown(self._backend.ask(COLLECTION, LOOK_ALARMS, Nothing(), request), UNKEPT)


def count_look_up(gate: Gate, request: HttpRequest) -> None:
    """Count one look-up of the account that asks. Raises Refused 429."""
    assert request.actor is not None, "the route asks for a token"
    for limit in (MINUTE, DAY):
        gate.pass_one(limit, request.actor.id, request.deadline)
