"""Filing without an account: it waits for a clerk, and counts from when one has accepted it (ADR 0028)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from mpp.cases.interface import methods
from mpp.cases.interface.payloads import Filing, OnlinePage
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.catalogue import Catalogue
from mpp.json_values import JsonObject, optional_text, whole
from mpp.messaging.calls.common import CommandOn, Item
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests import examples, filing
from services.gateway.api.requests.cases import ActOnline, FileOnline
from services.gateway.api.requests.pages import PageQuery
from services.gateway.api.responses.online import OnlineFiled, OnlineFiling, OnlineList
from services.gateway.api.routes.cases.collection import CASE_ID
from services.gateway.api.routes.cases.secret import knocking
from services.gateway.api.routes.results import NO_STORE, PRIVATE, UNKEPT, replayed, shown, versioned
from services.gateway.backend import Backend
from services.gateway.limits.addresses import one_client
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

# A village behind one address still gets through; whoever floods from one is stopped before the others are.
FROM_ONE = Limit("online_filed", 30, timedelta(hours=1))
IN_ALL = Limit("online_filed_in_all", 600, timedelta(hours=1))
_EVERYBODY = "everybody"
_KEY_MIN = 16  # characters: nobody's account tells one filing from another's, so the key has to
_SHORT = FieldError("Idempotency-Key", "too_short", {"min": _KEY_MIN})


def online_routes(
    backend: Backend, gate: Gate, catalogue: Catalogue, offices: OfficeTree | None, today: Callable[[], date]
) -> list[Route]:
    """The routes of every collection that the installed services keep."""
    found: list[Route] = []
    for name in backend.services:
        wrong_fields = filing.wrong_fields(name, catalogue, offices, today)
        found += _Online(name, backend, gate, today, wrong_fields).routes()
    return found


class _Online:
    def __init__(
        self,
        collection: str,
        backend: Backend,
        gate: Gate,
        today: Callable[[], date],
        wrong_fields: Callable[[JsonObject], list[FieldError]],
    ) -> None:
        self._collection = collection
        self._backend = backend
        self._gate = gate
        self._today = today
        self._wrong_fields = wrong_fields

    def routes(self) -> list[Route]:
        name, base = self._collection, f"/api/v1/{self._collection}/online"
        one = f"{base}/{{id}}"
        return [
            Route(
                "POST", base, self.file, f"file_online_{name}", "File without an account", name,
                {201: Produces("Code and secret; it waits for a clerk", OnlineFiled)}, access="public",
                body=FileOnline, also=self._wrong_fields, keyed=True, refuses=(409, 422, 429, 503),
                example=examples.file_online(name),
                description="Only services with `filed_online`. It counts from when a clerk of the office accepts it; "
                            "where `accept_within` is null it is a case at once. Papers are seen by clerks: none can "
                            "be ticked. The Idempotency-Key has at least 16 characters and is drawn by lot.",
            ),
            Route(
                "GET", base, self.list, f"list_online_{name}", "What waits to be accepted", name,
                {200: Produces("A page, the oldest first", OnlineList)}, query=PageQuery, refuses=(403, 503),
            ),
            Route(
                "GET", one, self.get, f"get_online_{name}", "Read what was filed without an account", name,
                {200: Produces("The filing, with what may be done now", OnlineFiling, headers=("ETag",))},
                access="token_or_secret", patterns=CASE_ID, refuses=(403, 404, 429, 503),
            ),
            Route(
                "POST", f"{one}/actions", self.act, f"act_online_{name}", "Accept, decline, correct, withdraw", name,
                {200: Produces("The filing after it", OnlineFiling, headers=("ETag",))}, access="token_or_secret",
                patterns=CASE_ID, body=ActOnline, keyed=True, conditional=True,
                refuses=(403, 404, 409, 422, 429, 503),
                example={"action": "decline", "note": "Lokasi tidak di kabupaten ini."},
                description="A clerk of the office accepts (with the NIK on the card that was seen) or declines with "
                            "a reason; the applicant corrects or withdraws. What was accepted is a case from then on.",
            ),
        ]  # fmt: skip

    def file(self, request: HttpRequest) -> HttpResponse:
        if filing.wrong_people(request.body, self._today()):
            raise invalid(*self._wrong_fields(request.body))
        if len(request.key or "") < _KEY_MIN:
            raise Refused(400, "idempotency_key_malformed", fields=[_SHORT])
        self._gate.pass_one(FROM_ONE, one_client(request.client), request.deadline)
        self._gate.pass_one(IN_ALL, _EVERYBODY, request.deadline)
        found = self._backend.ask(self._collection, methods.FILE_ONLINE, Filing(request.body), request)
        return HttpResponse(201, found.body, {**NO_STORE, **replayed(found.replayed)})

    def list(self, request: HttpRequest) -> HttpResponse:
        page = OnlinePage(whole(request.query, "limit"), optional_text(request.query, "cursor"))
        return shown(self._backend.ask(self._collection, methods.LIST_ONLINE, page, request), UNKEPT)

    def get(self, request: HttpRequest) -> HttpResponse:
        with knocking(self._gate, request):
            found = self._backend.ask(self._collection, methods.GET_ONLINE, Item(request.params["id"]), request)
        return versioned(found, PRIVATE)

    def act(self, request: HttpRequest) -> HttpResponse:
        with knocking(self._gate, request):
            command = CommandOn(request.params["id"], request.body)
            return versioned(self._backend.ask(self._collection, methods.ACT_ONLINE, command, request))
