"""For the operator: the tables of the working calendar, and the books of legal numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mpp.calendars import parse_overrides
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.catalogue import Catalogue
from mpp.messaging.calls.rpc import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.web.routing import Answer, Exchange, Produces, Route
from mpp.yaml_files import CatalogueError
from services.gateway.api.backend import Backend, payload
from services.gateway.api.requests.schemas import BookQuery, CalendarTable, DeadlineQuery, StartBook, VoidNumber
from services.gateway.api.responses import common

Together = Callable[[Sequence[Callable[[], Any]]], list[Any]]


class Books:
    """Endpoints of the role operator. A table goes to every service, a book to the one that issues in its series."""

    def __init__(self, backend: Backend, together: Together, catalogue: Catalogue) -> None:
        self._backend = backend
        self._together = together
        self._services = [s.name for s in backend.services.values()]
        self._series = {kind.number.series: kind.collection for kind in catalogue if kind.number is not None}

    def routes(self) -> list[Route]:
        """Calendar, then numbers."""
        calendar, numbers = "/api/v1/operations/calendar", "/api/v1/operations/numbers"
        shared: dict[str, Any] = {"tag": "operations", "roles": ("operator",)}
        return [
            Route(
                "GET", calendar, self.tables, "list_calendar_tables", "Override tables of the working calendar",
                produces={200: Produces("Of every service", common.CalendarTables)}, refuses=(403,), **shared,
            ),
            Route(
                "POST", calendar, self.load, "load_calendar_table", "Put an override table into effect",
                produces={200: Produces("The tables in effect", common.CalendarTables)},
                body=CalendarTable, keyed=True, refuses=(403, 422), **shared,
                example={"name": "2027.yaml", "source": "days:\n- {date: 2027-03-10, kind: joint_leave, name: Cuti}\n"},
                description="The dates of running cases follow. A service that does not answer is named under "
                            "`unavailable`: repeat; a table that is in effect already is not loaded twice.",
            ),
            Route(
                "GET", f"{calendar}/deadline", self.count, "count_deadline", "When something is due, and why",
                produces={200: Produces("As the running mall counts", common.Counted)},
                query=DeadlineQuery, refuses=(403, 422, 503), **shared,
                description="Every service is asked, as each keeps its own tables: `others` are those with another "
                            "calendar than the one that counted.",
            ),
            Route(
                "GET", numbers, self.book, "list_numbers", "A book of legal numbers, voided ones included",
                produces={200: Produces("A page of the book", common.NumberBook)},
                query=BookQuery, refuses=(403, 404, 422, 503), **shared,
            ),
            Route(
                "POST", f"{numbers}/start", self.start, "start_numbers", "Continue a paper book",
                produces={200: Produces("The book", common.NumberBook)},
                body=StartBook, keyed=True, refuses=(403, 409, 422, 503), **shared,
                example={"office": "dpmptsp", "series": "sip-dr", "year": 2026, "last": 38},
                description="`last` is the newest number of the paper book. Refused once the mall has issued.",
            ),
            Route(
                "POST", f"{numbers}/void", self.void, "void_number", "Void a number",
                produces={200: Produces("The number", common.LegalNumber)},
                body=VoidNumber, keyed=True, refuses=(403, 404, 409, 422, 503), **shared,
                example={"office": "dpmptsp", "series": "sip-dr", "year": 2026, "seq": 1, "reason": "salah cetak"},
                description="It stays in the book with its reason and is never given again.",
            ),
        ]  # fmt: skip

    # ------------------------------------------------------------- calendar

    def tables(self, exchange: Exchange) -> Answer:
        return self._calendar(exchange, "list")

    def load(self, exchange: Exchange) -> Answer:
        try:  # before any service has it: nothing is half loaded
            parse_overrides(exchange.body["name"], exchange.body["source"])
        except CatalogueError as error:
            raise Refused(422, "calendar_invalid", params={"reason": str(error)}) from error
        return self._calendar(exchange, "load")

    def count(self, exchange: Exchange) -> Answer:
        answers = self._ask_all(exchange, {**exchange.query, "op": "count"})
        found = {service: answer for service, answer in answers.items() if answer is not None}
        if not found:
            raise Refused(503, "service_unavailable", params={"service": ", ".join(answers)})
        first = next(iter(found.values()))
        agree = [service for service, answer in found.items() if answer["calendar"] == first["calendar"]]
        others = [service for service in found if service not in agree]
        silent = [service for service in answers if service not in found]
        return Answer(200, {**first, "services": agree, "others": others, "unavailable": silent})

    def _calendar(self, exchange: Exchange, op: str) -> Answer:
        answers = self._ask_all(exchange, {"op": op})
        items = [{**t, "service": s} for s, answer in answers.items() if answer for t in answer["items"]]
        silent = [service for service, answer in answers.items() if answer is None]
        return Answer(200, {"items": items, "unavailable": silent})

    def _ask_all(self, exchange: Exchange, params: dict[str, Any]) -> dict[str, Any]:
        """The body of each service's answer, None of one that is silent. Raises what any of them refused."""
        deadline = Deadline.after(exchange.deadline.left() * 0.8)

        def job(service: str) -> Callable[[], Any]:
            def ask() -> Any:
                request = payload(exchange, params)
                try:
                    return self._backend.once(service, "calendar", request, deadline, exchange.correlation_id)["body"]
                except ServiceUnavailable:
                    return None
                except Refused as refused:
                    return refused

            return ask

        answers = dict(zip(self._services, self._together([job(s) for s in self._services]), strict=True))
        for answer in answers.values():
            if isinstance(answer, Refused):
                raise answer
        return answers

    # ------------------------------------------------------------- numbers

    def book(self, exchange: Exchange) -> Answer:
        return self._numbers(exchange, "list", exchange.query)

    def start(self, exchange: Exchange) -> Answer:
        return self._numbers(exchange, "start", exchange.body)

    def void(self, exchange: Exchange) -> Answer:
        return self._numbers(exchange, "void", exchange.body)

    def _numbers(self, exchange: Exchange, op: str, named: Any) -> Answer:
        collection = self._series.get(named["series"])
        if collection is None:
            raise invalid(FieldError("series", "unknown_series"))
        answer = self._backend.ask(collection, "numbers", exchange, **{**named, "op": op})
        return Answer(200, answer["body"])
