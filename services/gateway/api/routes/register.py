"""The register of permits: lists, one permit, and what officials do to it.

It stands beside the applications (`/api/v1/permits`), since a permit is a record of its own: /api/v1/register/permits.
"""

from __future__ import annotations

from mpp.contracts import permits_register as methods
from mpp.contracts.permits_register import PermitFilters
from mpp.messaging.calls.common import CommandOn, Item
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.cases import Search
from services.gateway.api.requests.register import ActOnPermit, RegisterQuery
from services.gateway.api.requests.wanted import check_number
from services.gateway.api.responses.register import Permit, PermitPage
from services.gateway.api.routes.cases.search import EXAMPLE, searching
from services.gateway.api.routes.results import UNKEPT, shown, versioned
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate

COLLECTION = "permits"


class PermitRegister:
    """The register's endpoints; none where licensing is not installed."""

    def __init__(self, backend: Backend, gate: Gate) -> None:
        self._backend = backend
        self._gate = gate

    def routes(self) -> list[Route]:
        """List, search, read, act."""
        if COLLECTION not in self._backend.services:
            return []
        base = "/api/v1/register/permits"
        one, patterns = f"{base}/{{id}}", {"id": UUID}
        search = searching(COLLECTION, methods.SEARCH_PERMITS, self._backend, self._gate)
        return [
            Route(
                "GET", base, self.list, "list_register", "List permits", "register",
                {200: Produces("A page of the register", PermitPage)},
                query=RegisterQuery, refuses=(403, 422, 503),
                description="The own area with the holder masked, the own agency's permits. By holder: search.",
            ),
            Route(
                "POST", f"{base}/search", search, "search_register", "Find the permits of a holder", "register",
                {200: Produces("A page of the own agency's permits", PermitPage)},
                body=Search, refuses=(400, 403, 422, 429, 503), example=EXAMPLE,
                description="By NIK, or by words of the name, for those who decide on permits. Audited.",
            ),
            Route(
                "GET", one, self.get, "get_permit", "Read a permit", "register",
                {200: Produces("The permit with its history", Permit, headers=("ETag",))},
                patterns=patterns, refuses=(403, 404, 503),
            ),
            Route(
                "POST", f"{one}/actions", self.act, "act_on_permit", "Suspend, reinstate, revoke or correct a permit",
                "register", {200: Produces("The permit after the action", Permit, headers=("ETag",))},
                body=ActOnPermit, keyed=True, conditional=True, patterns=patterns, refuses=(403, 404, 409, 422, 503),
                example={"action": "suspend", "reason": "violation", "note": "Praktik di luar tempat yang diizinkan."},
                description="A correction (of the form, and of `data.holder`) issues a new permit; this one names it.",
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        """A page of permits."""
        filters = PermitFilters.of(request.query)
        check_number("number", filters.number)
        return shown(self._backend.ask(COLLECTION, methods.LIST_PERMITS, filters, request), UNKEPT)

    def get(self, request: HttpRequest) -> HttpResponse:
        """One permit."""
        item = Item(request.params["id"])
        return versioned(self._backend.ask(COLLECTION, methods.GET_PERMIT, item, request), UNKEPT)

    def act(self, request: HttpRequest) -> HttpResponse:
        """Do something to a permit."""
        command = CommandOn(request.params["id"], request.body)
        return versioned(self._backend.ask(COLLECTION, methods.ACT_ON_PERMIT, command, request), UNKEPT)
