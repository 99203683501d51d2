"""For the second person: what an operator asked for and may not give alone."""

from __future__ import annotations

from mpp.json_values import Json
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.accounts.commands import OPERATOR, WATCHER
from services.gateway.accounts.grants import Grants
from services.gateway.api.names import Names
from services.gateway.api.requests.operations import Empty
from services.gateway.api.responses import accounts as bodies
from services.gateway.api.routes.people.accounts import command_of

_WHO = (OPERATOR, WATCHER)


class Confirmations:
    """The endpoints of operators and of the inspectorate."""

    def __init__(self, grants: Grants, names: Names) -> None:
        self._grants = grants
        self._named = names.account

    def routes(self) -> list[Route]:
        """List, confirm, refuse."""
        base = "/api/v1/operations/grants"
        one = f"{base}/{{id}}"
        return [
            Route(
                "GET", base, self.list, "list_grants", "What waits for a second person", "operations",
                {200: Produces("Oldest first", bodies.Grants)}, roles=_WHO, refuses=(403, 503),
            ),
            Route(
                "POST", f"{one}/confirm", self.confirm, "confirm_grant", "Confirm what another person asked for",
                "operations", {200: Produces("The account", bodies.Account)}, roles=_WHO, body=Empty, keyed=True,
                patterns={"id": UUID}, refuses=(403, 404, 409, 422, 503), example={},
                description="What one operator may not give alone, see `create_account` and `change_account`. Neither "
                            "who asked for it nor who would get it may confirm.",
            ),
            Route(
                "POST", f"{one}/refuse", self.refuse, "refuse_grant", "Refuse it, or take it back", "operations",
                {200: Produces("The account", bodies.Account)}, roles=_WHO, body=Empty, keyed=True,
                patterns={"id": UUID}, refuses=(403, 404, 409, 422, 503), example={},
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        items: list[Json] = [self._named(each) for each in self._grants.waiting(request.deadline)]
        return HttpResponse(200, {"items": items})

    def confirm(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, self._named(self._grants.confirm(request.params["id"], command_of(request))))

    def refuse(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(200, self._named(self._grants.refuse(request.params["id"], command_of(request))))
