"""For the operator: the books of legal numbers. A book belongs to the one service that issues in its series."""

from __future__ import annotations

from mpp.cases.interface.methods import LIST_NUMBER_GAPS, LIST_NUMBERS, START_NUMBERS, VOID_NUMBER
from mpp.cases.interface.operator_payloads import Book, BookPage, BookStart, Voiding
from mpp.casework.refusals import FieldError, invalid
from mpp.catalogue import Catalogue
from mpp.json_values import optional_truth, optional_whole, text, whole
from mpp.messaging.calls.common import Nothing, Shown
from mpp.messaging.calls.methods import Method, Payload
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.operations import BookQuery, StartBook, VoidNumber
from services.gateway.api.responses.operations import LegalNumber, NumberBook, NumberGaps
from services.gateway.api.routes.results import shown
from services.gateway.backend import Backend

_SHARE = 0.5  # of the time that is left, for who is silent


class Numbers:
    """Endpoints of the role operator."""

    def __init__(self, backend: Backend, catalogue: Catalogue) -> None:
        self._backend = backend
        kinds = catalogue.with_left_out()
        self._series = {each.series: kind.collection for kind in kinds for each in kind.series}

    def routes(self) -> list[Route]:
        """A book, its start, and voiding."""
        base = "/api/v1/operations/numbers"
        return [
            Route(
                "GET", base, self.book, "list_numbers", "A book of legal numbers, voided ones included",
                "operations", {200: Produces("A page of the book", NumberBook)}, roles=("operator",),
                query=BookQuery, refuses=(403, 404, 422, 503),
            ),
            Route(
                "GET", f"{base}/gaps", self.gaps, "list_number_gaps", "Numbers that restores have passed over",
                "operations", {200: Produces("The gaps of all books", NumberGaps)}, roles=("operator",),
                refuses=(403,),
            ),
            Route(
                "POST", f"{base}/start", self.start, "start_numbers", "Continue a paper book",
                "operations", {200: Produces("The book", NumberBook)}, roles=("operator",),
                body=StartBook, keyed=True, refuses=(403, 409, 422, 503),
                example={"office": "dpmptsp", "series": "sip-dr", "year": 2026, "last": 38},
                description="`last` is the newest number of the paper book. Refused once the mall has issued.",
            ),
            Route(
                "POST", f"{base}/void", self.void, "void_number", "Void a number",
                "operations", {200: Produces("The number", LegalNumber)}, roles=("operator",),
                body=VoidNumber, keyed=True, refuses=(403, 404, 409, 422, 503),
                example={"office": "dpmptsp", "series": "sip-dr", "year": 2026, "seq": 1, "reason": "salah cetak"},
                description="It stays in the book with its reason and is never given again.",
            ),
        ]  # fmt: skip

    def book(self, request: HttpRequest) -> HttpResponse:
        book = Book.from_json(request.query)
        return self._ask(LIST_NUMBERS, BookPage(book, optional_whole(request.query, "after")), book, request)

    def gaps(self, request: HttpRequest) -> HttpResponse:
        heard = self._backend.ask_each(self._backend.services, LIST_NUMBER_GAPS, lambda _: Nothing(), request, _SHARE)
        found = [item for each in heard if each.result is not None for item in each.result.items]
        silent = [each.service.name for each in heard if each.result is None]
        return HttpResponse(200, {"items": found, "unavailable": silent})

    def start(self, request: HttpRequest) -> HttpResponse:
        book, body = Book.from_json(request.body), request.body
        start = BookStart(book, whole(body, "last"), optional_truth(body, "check"))
        return self._ask(START_NUMBERS, start, book, request)

    def void(self, request: HttpRequest) -> HttpResponse:
        book, body = Book.from_json(request.body), request.body
        return self._ask(VOID_NUMBER, Voiding(book, whole(body, "seq"), text(body, "reason")), book, request)

    def _ask(self, method: Method[Payload, Shown], payload: Payload, book: Book, request: HttpRequest) -> HttpResponse:
        collection = self._series.get(book.series)
        if collection is None:
            raise invalid(FieldError("series", "unknown_series"))
        return shown(self._backend.ask(collection, method, payload, request))
