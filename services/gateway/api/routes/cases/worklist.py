"""What is mine to do: the next tasks of every service, merged, and how many they are."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from mpp.cases.interface.methods import WORKLIST, WORKLIST_COUNTS
from mpp.cases.reading.asked import DUE, TaskPage, TaskPlace, Whose
from mpp.casework.refusals import FieldError, invalid
from mpp.catalogue import Catalogue
from mpp.json_values import Json, JsonObject, objects, optional_text, optional_whole, text, truth, whole
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.web.schemas.pagination import decode_cursor, encode_cursor, malformed_cursor
from services.gateway.api.requests.cases import WhoseQuery, WorklistQuery
from services.gateway.api.requests.moments import sent_days
from services.gateway.api.responses.work import Worklist as WorklistBody
from services.gateway.api.responses.work import WorklistCounts
from services.gateway.api.routes.cases.merging import could_be, merged
from services.gateway.api.routes.results import UNKEPT
from services.gateway.backend import Backend

# A silent service may not make the clerk wait for the others as long as a command may take.
_SHARE = 0.4
_SILENT = "A service that does not answer is named under `unavailable`; "


class Worklist:
    """The endpoints, which ask every service."""

    def __init__(self, backend: Backend, catalogue: Catalogue) -> None:
        self._backend = backend
        self._catalogue = catalogue

    def routes(self) -> list[Route]:
        """Worklist and counts."""
        return [
            Route(
                "GET", "/api/v1/worklist", self.read, "worklist", "Open tasks of one's offices", "work",
                {200: Produces("Tasks in the order asked for", WorklistBody)}, query=WorklistQuery,
                refuses=(422,),
                description=(
                    _SILENT + "its tasks come in a later page or when the list is loaded again. Applicants are masked "
                    "as in every list, and null where they are not to be known. A `cursor` is good for the order that "
                    "it was given in."
                ),
            ),
            Route(
                "GET", "/api/v1/worklist/counts", self.count, "count_worklist", "How many tasks wait", "work",
                {200: Produces("By service and state, and by office", WorklistCounts)}, query=WhoseQuery,
                refuses=(422,), description=_SILENT + "its tasks are not counted then.",
            ),
        ]  # fmt: skip

    def read(self, request: HttpRequest) -> HttpResponse:
        cursor, limit = optional_text(request.query, "cursor"), whole(request.query, "limit")
        return HttpResponse(200, self.page(request, cursor, limit), UNKEPT)

    def page(self, request: HttpRequest, cursor: str | None, limit: int) -> JsonObject:
        """The next tasks of what is asked for, after the ones of the cursor."""
        service = optional_text(request.query, "service")
        sort = optional_text(request.query, "sort") or DUE
        due, filed = sent_days(request.query, "due"), sent_days(request.query, "filed")
        names = list(self._backend.services) if service is None else [self._host_of(service)]
        after = _places(cursor, names, sort)
        whose = Whose.of(request.query)
        pages = {name: TaskPage(limit, after.get(name), service, sort, due, filed, whose) for name in names}
        answers = self._backend.ask_each(names, WORKLIST, pages.__getitem__, request, _SHARE)
        heard = {n: a.result for n, a in zip(names, answers, strict=True) if a.result is not None}
        tasks, places, more = merged(heard, after, limit, sort)
        return {
            "items": [task.body for task in tasks],
            "next": _cursor(places, sort) if more else None,
            "unavailable": [name for name in names if name not in heard],
        }

    def count(self, request: HttpRequest) -> HttpResponse:
        names = list(self._backend.services)
        whose = Whose.of(request.query)
        answers = self._backend.ask_each(names, WORKLIST_COUNTS, lambda name: whose, request, _SHARE)
        heard = {n: a.result.body for n, a in zip(names, answers, strict=True) if a.result is not None}
        services = sorted((each for body in heard.values() for each in objects(body, "services")), key=_code)
        body: JsonObject = {
            "total": sum(whole(each, "total") for each in heard.values()),
            "overdue": sum(whole(each, "overdue") for each in heard.values()),
            "complete": all(truth(each, "complete") for each in heard.values()),
            "services": [*services],
            "offices": [*_by_office(heard.values())],
            "online": sum(optional_whole(each, "online") or 0 for each in heard.values()),
            "unavailable": [name for name in names if name not in heard],
        }
        return HttpResponse(200, body, UNKEPT)

    def _host_of(self, service: str) -> str:
        """The collection that keeps cases of the service. Raises Refused 422."""
        found = next((kind for kind in self._catalogue.with_left_out() if kind.code == service), None)
        if found is None or found.collection not in self._backend.services:
            raise invalid(FieldError("service", "unknown_service"))
        return found.collection


def _by_office(bodies: Iterable[JsonObject]) -> list[JsonObject]:
    """What the services have counted at each office, together."""
    found: dict[str, JsonObject] = {}
    for each in (each for body in bodies for each in objects(body, "offices")):
        code = text(each, "office")
        before = found.get(code, {"total": 0, "overdue": 0})
        sums = {name: whole(before, name) + whole(each, name) for name in ("total", "overdue")}
        found[code] = {"office": code, "office_name": optional_text(each, "office_name"), **sums}
    return [found[code] for code in sorted(found)]


def _code(counted: JsonObject) -> str:
    return text(counted, "service")


def _cursor(places: Mapping[str, TaskPlace], sort: str) -> str:
    after: dict[str, Json] = {name: place.to_json() for name, place in places.items()}
    return encode_cursor(after if sort == DUE else {"by": sort, "after": after})


def _places(cursor: str | None, names: Container[str], sort: str) -> dict[str, TaskPlace]:
    """Where each collection goes on. Raises Refused 400 for a cursor that is not of this list in this order."""
    if cursor is None:
        return {}
    found = decode_cursor(cursor)
    if sort != DUE:
        if not isinstance(found, Mapping) or found.get("by") != sort:
            raise malformed_cursor()
        found = found.get("after")
    if not isinstance(found, Mapping) or not all(name in names for name in found):
        raise malformed_cursor()
    try:
        places = {name: TaskPlace.from_json(pair) for name, pair in found.items()}
    except ValueError as error:
        raise malformed_cursor() from error
    if not all(could_be(place, sort) for place in places.values()):
        raise malformed_cursor()
    return places
