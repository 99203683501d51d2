"""For the operator: the override tables of the working calendar, which every service keeps for itself."""

from __future__ import annotations

from mpp.calendars import parse_overrides
from mpp.cases.interface.methods import CALENDAR_YEAR, CHECK_CALENDAR, COUNT_DEADLINE, LIST_CALENDAR, LOAD_CALENDAR
from mpp.cases.interface.operator_payloads import CalendarTable, Counting, OfYear
from mpp.cases.interface.results import Items
from mpp.casework.refusals import Refused
from mpp.json_values import Json, JsonObject, optional_truth, text, whole
from mpp.messaging.calls.common import Nothing, Shown
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from mpp.yaml_files import CatalogueError
from services.gateway.api.requests import operations as bodies
from services.gateway.api.responses.operations import CalendarCheck, CalendarTables, CalendarYear, Counted
from services.gateway.backend import Backend, Heard

_SHARE = 0.8


class Calendar:
    """Endpoints of the role operator; each asks every service."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def routes(self) -> list[Route]:
        """List, load, count."""
        base = "/api/v1/operations/calendar"
        return [
            Route(
                "GET", base, self.list, "list_calendar_tables", "Override tables of the working calendar",
                "operations", {200: Produces("Of every service", CalendarTables)}, roles=("operator",), refuses=(403,),
            ),
            Route(
                "POST", base, self.load, "load_calendar_table", "Put an override table into effect",
                "operations", {200: Produces("The tables in effect", CalendarTables)}, roles=("operator",),
                body=bodies.CalendarTable, keyed=True, refuses=(403, 422),
                example={"name": "2027.yaml", "source": "days:\n- {date: 2027-03-10, kind: joint_leave, name: Cuti}\n"},
                description="The dates of running cases follow. A service that does not answer is named under "
                            "`unavailable`: repeat; a table that is in effect already is not loaded twice.",
            ),
            Route(
                "POST", f"{base}/check", self.check, "check_calendar_table", "What an override table would change",
                "operations", {200: Produces("Nothing is stored", CalendarCheck)}, roles=("operator",),
                body=bodies.CalendarTable, refuses=(403, 422, 503),
                example={"name": "2027.yaml", "source": "days:\n- {date: 2027-03-10, kind: joint_leave, name: Cuti}\n"},
                description="`may_move` counts the running cases of each service that end on the first changed day or "
                            "later: at most so many get another date.",
            ),
            Route(
                "GET", f"{base}/year", self.year, "get_calendar_year", "Days off of a year, and hours",
                "operations", {200: Produces("As the running mall counts", CalendarYear)}, roles=("operator",),
                query=bodies.YearQuery, refuses=(403, 422, 503),
                description="By the first service that answers; `count_deadline` tells whether all have one calendar.",
            ),
            Route(
                "GET", f"{base}/deadline", self.count, "count_deadline", "When something is due, and why",
                "operations", {200: Produces("As the running mall counts", Counted)}, roles=("operator",),
                query=bodies.DeadlineQuery, refuses=(403, 422, 503),
                description="Every service is asked, as each keeps its own tables: `others` are those with another "
                            "calendar than the one that counted.",
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        every = self._backend.services
        return _listed(self._backend.ask_each(every, LIST_CALENDAR, lambda _: Nothing(), request, _SHARE))

    def load(self, request: HttpRequest) -> HttpResponse:
        table = CalendarTable(text(request.body, "name"), text(request.body, "source"))
        try:  # before any service has it: nothing is half loaded
            parse_overrides(table.name, table.source)
        except CatalogueError as error:
            raise Refused(422, "calendar_invalid", params={"reason": str(error)}) from error
        every = self._backend.services
        return _listed(self._backend.ask_each(every, LOAD_CALENDAR, lambda _: table, request, _SHARE))

    def check(self, request: HttpRequest) -> HttpResponse:
        table = CalendarTable(text(request.body, "name"), text(request.body, "source"))
        every = self._backend.services
        heard = self._backend.ask_each(every, CHECK_CALENDAR, lambda _: table, request, _SHARE)
        first = _first(heard)
        moving: list[Json] = [
            {"service": each.service.name, "may_move": whole(each.result.body, "may_move")}
            for each in heard
            if each.result is not None
        ]
        silent: list[Json] = [each.service.name for each in heard if each.result is None]
        return HttpResponse(200, {"days": first["days"], "services": moving, "unavailable": silent})

    def year(self, request: HttpRequest) -> HttpResponse:
        asked = OfYear(whole(request.query, "year"))
        every = self._backend.services
        return HttpResponse(200, _first(self._backend.ask_each(every, CALENDAR_YEAR, lambda _: asked, request, _SHARE)))

    def count(self, request: HttpRequest) -> HttpResponse:
        query = request.query
        asked = Counting(
            text(query, "start"), text(query, "duration"), text(query, "office"), optional_truth(query, "roll") or False
        )
        every = self._backend.services
        heard = self._backend.ask_each(every, COUNT_DEADLINE, lambda _: asked, request, _SHARE)
        found = {each.service.name: each.result for each in heard if each.result is not None}
        if not found:
            silent = ", ".join(each.service.name for each in heard)
            raise Refused(503, "service_unavailable", params={"service": silent})
        first = next(iter(found.values()))
        body = {
            **first.body,
            "services": [name for name, counted in found.items() if counted.calendar == first.calendar],
            "others": [name for name, counted in found.items() if counted.calendar != first.calendar],
            "unavailable": [each.service.name for each in heard if each.result is None],
        }
        return HttpResponse(200, body)


def _first(heard: list[Heard[Shown]]) -> JsonObject:
    """The first answer. Raises Refused 503 where nobody gave one."""
    found = next((each.result.body for each in heard if each.result is not None), None)
    if found is None:
        silent = ", ".join(each.service.name for each in heard)
        raise Refused(503, "service_unavailable", params={"service": silent})
    return found


def _listed(heard: list[Heard[Items]]) -> HttpResponse:
    items = [
        {**item, "service": each.service.name}
        for each in heard
        if each.result is not None
        for item in each.result.items
    ]
    silent = [each.service.name for each in heard if each.result is None]
    return HttpResponse(200, {"items": items, "unavailable": silent})
