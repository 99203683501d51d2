"""Who works where: the accounts that a task may be assigned to."""

from __future__ import annotations

from mpp.casework.access.jurisdiction import CASE_ROLES, list_sight
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError, invalid
from mpp.json_values import JsonObject, optional_text, whole
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.pagination import decode_texts, encode_cursor
from services.gateway.accounts import queries
from services.gateway.api.names import Names
from services.gateway.api.requests.places import ColleagueQuery
from services.gateway.api.responses.places import ColleagueList
from services.gateway.api.routes.results import UNKEPT


class Colleagues:
    """The endpoint: of the offices that one works at, and of those that one supervises."""

    def __init__(self, database: Database, offices: OfficeTree | None, names: Names) -> None:
        self._database = database
        self._offices = offices
        self._names = names

    def routes(self) -> list[Route]:
        """One list."""
        return [
            Route(
                "GET", "/api/v1/colleagues", self.list, "list_colleagues", "Who may be assigned a task", "work",
                {200: Produces("A page of accounts, one line for each role at an office", ColleagueList)},
                query=ColleagueQuery, refuses=(403, 422, 503),
                description="Accounts that are not disabled, at the offices that one works at or supervises. "
                            "The action `assign` takes the `account`.",
            )
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        assert request.actor is not None, "the route asks for a token"
        if self._offices is None:
            return HttpResponse(200, {"items": [], "next": None}, UNKEPT)
        sight = list_sight(request.actor, self._offices).offices
        mine = sight if sight is not None else frozenset(office.code for office in self._offices)
        wanted = optional_text(request.query, "office")
        if wanted is not None and wanted not in self._offices:
            raise invalid(FieldError("office", "unknown_office"))
        at = mine if wanted is None else mine & {wanted}
        role, limit = optional_text(request.query, "role"), whole(request.query, "limit")
        cursor = optional_text(request.query, "cursor")
        after = ("", "", "") if cursor is None else decode_texts(cursor, 3)
        with self._database.transaction(request.deadline) as tx:
            found = queries.colleagues(tx, sorted(at), [role] if role else CASE_ROLES, after, limit + 1)
        more = encode_cursor(list(found[limit - 1][:3])) if len(found) > limit else None
        return HttpResponse(200, {"items": [self._body(*each) for each in found[:limit]], "next": more}, UNKEPT)

    def _body(self, account: str, office: str, role: str, name: str | None) -> JsonObject:
        return self._names.assignment({"account": account, "name": name, "office": office, "role": role})
