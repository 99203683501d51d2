"""For operators, and officials of an office: the books of legal numbers.

A book belongs to the one service that issues in its series.
"""

from __future__ import annotations

from mpp.cases.interface import operator_payloads as payloads
from mpp.cases.interface.methods import (
    CONFIRM_VOID,
    LIST_BOOKS,
    LIST_NUMBER_GAPS,
    LIST_NUMBERS,
    LIST_VOIDING,
    REFUSE_VOID,
    START_NUMBERS,
    VOID_NUMBER,
)
from mpp.cases.interface.operator_payloads import Book, BookPage, BooksOf, BookStart, Voiding
from mpp.cases.interface.results import Items
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError, invalid
from mpp.catalogue import Catalogue
from mpp.catalogue.series_list import series_of
from mpp.json_values import Json, JsonObject, optional_text, optional_truth, optional_whole, text, whole
from mpp.messaging.calls.common import Nothing, Shown
from mpp.messaging.calls.methods import Method, Payload
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.operations import BookNumber, BookQuery, BooksQuery, StartBook, VoidNumber
from services.gateway.api.responses.numbers import (
    LegalNumber,
    NumberBook,
    NumberBooks,
    NumberGaps,
    NumberSeriesList,
    NumbersToVoid,
)
from services.gateway.api.routes.results import shown
from services.gateway.backend import Backend

_SHARE = 0.5  # of the time that is left, for who is silent
_OFFICIALS = ("signer", "supervisor")
_READERS = ("operator", *_OFFICIALS)
_NUMBER: JsonObject = {"office": "dpmptsp", "series": "sip-dr", "year": 2026, "seq": 1}


class Numbers:
    """Endpoints of operators, and of officials."""

    def __init__(self, backend: Backend, catalogue: Catalogue, offices: OfficeTree | None = None) -> None:
        self._backend = backend
        self._offices = offices
        kinds = list(catalogue.with_left_out())
        self._listed = series_of(kinds)
        self._series = [(each, kind.collection) for kind in kinds for each in kind.series]

    def routes(self) -> list[Route]:
        """A book, its start, and voiding."""
        base = "/api/v1/operations/numbers"
        return [
            Route(
                "GET", base, self.book, "list_numbers", "A book of legal numbers, voided ones included",
                "operations", {200: Produces("A page of the book", NumberBook)}, roles=_READERS,
                query=BookQuery, refuses=(403, 404, 422, 503), description="Also for officials of its office.",
            ),
            Route(
                "GET", f"{base}/series", self.series, "list_series", "The series of the mall",
                "operations", {200: Produces("By name and office", NumberSeriesList)}, roles=_READERS,
                refuses=(403,), description="Also for officials, of every office.",
            ),
            Route(
                "GET", f"{base}/books", self.books, "list_books", "The books of a series",
                "operations", {200: Produces("A page of them, by name", NumberBooks)}, roles=_READERS,
                query=BooksQuery, refuses=(403, 422, 503),
                description="Of a series with a book of each kecamatan and day (`pbg`), or of one kecamatan in it "
                            "(`pbg.351514`). Also for officials of the office.",
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
                "POST", f"{base}/void", self.void, "void_number", "Ask to void a number",
                "operations", {200: Produces("The number", LegalNumber)}, roles=("operator",),
                body=VoidNumber, keyed=True, refuses=(403, 404, 409, 422, 503),
                example={"office": "dpmptsp", "series": "sip-dr", "year": 2026, "seq": 1, "reason": "salah cetak"},
                description="An official of the office confirms it. 409 while its document is in force: revoke it or "
                            "correct it first. A void number stays in the book with its reason.",
            ),
            Route(
                "GET", f"{base}/voiding", self.voiding, "list_voiding", "Numbers that somebody asked to void",
                "operations", {200: Produces("What waits for an official", NumbersToVoid)}, roles=_READERS,
                refuses=(403,),
            ),
            Route(
                "POST", f"{base}/void/confirm", self.confirm, "confirm_void", "Confirm that a number is void",
                "operations", {200: Produces("The number", LegalNumber)}, roles=_OFFICIALS, body=BookNumber,
                keyed=True, refuses=(403, 404, 409, 422, 503), example=_NUMBER,
                description="An official (signer, supervisor) of the office of the book, and not who asked for it.",
            ),
            Route(
                "POST", f"{base}/void/refuse", self.refuse, "refuse_void", "Refuse it, or take it back", "operations",
                {200: Produces("The number", LegalNumber)}, roles=_READERS, body=BookNumber, keyed=True,
                refuses=(403, 404, 409, 422, 503), example=_NUMBER,
            ),
        ]  # fmt: skip

    def book(self, request: HttpRequest) -> HttpResponse:
        book = Book.from_json(request.query)
        return self._ask(LIST_NUMBERS, BookPage(book, optional_whole(request.query, "after")), book, request)

    def series(self, request: HttpRequest) -> HttpResponse:
        items: list[Json] = [
            {
                "series": each.series,
                "office": each.office,
                "office_name": None if self._offices is None else self._offices.name_of(each.office),
                "per": list(each.per),
                "services": [{"code": kind.code, "name": dict(kind.name)} for kind in each.services],
            }
            for each in self._listed
        ]
        return HttpResponse(200, {"items": items})

    def books(self, request: HttpRequest) -> HttpResponse:
        book = Book.from_json(request.query)
        return self._ask(LIST_BOOKS, BooksOf(book, optional_text(request.query, "after")), book, request)

    def gaps(self, request: HttpRequest) -> HttpResponse:
        return self._each(LIST_NUMBER_GAPS, request)

    def start(self, request: HttpRequest) -> HttpResponse:
        book, body = Book.from_json(request.body), request.body
        start = BookStart(book, whole(body, "last"), optional_truth(body, "check"))
        return self._ask(START_NUMBERS, start, book, request)

    def void(self, request: HttpRequest) -> HttpResponse:
        book, body = Book.from_json(request.body), request.body
        return self._ask(VOID_NUMBER, Voiding(book, whole(body, "seq"), text(body, "reason")), book, request)

    def voiding(self, request: HttpRequest) -> HttpResponse:
        return self._each(LIST_VOIDING, request)

    def confirm(self, request: HttpRequest) -> HttpResponse:
        return self._decide(CONFIRM_VOID, request)

    def refuse(self, request: HttpRequest) -> HttpResponse:
        return self._decide(REFUSE_VOID, request)

    def _decide(self, method: Method[payloads.BookNumber, Shown], request: HttpRequest) -> HttpResponse:
        book = Book.from_json(request.body)
        return self._ask(method, payloads.BookNumber(book, whole(request.body, "seq")), book, request)

    def _each(self, method: Method[Nothing, Items], request: HttpRequest) -> HttpResponse:
        heard = self._backend.ask_each(self._backend.services, method, lambda _: Nothing(), request, _SHARE)
        found = [item for each in heard if each.result is not None for item in each.result.items]
        silent = [each.service.name for each in heard if each.result is None]
        return HttpResponse(200, {"items": found, "unavailable": silent})

    def _ask(self, method: Method[Payload, Shown], payload: Payload, book: Book, request: HttpRequest) -> HttpResponse:
        collection = next((of for series, of in self._series if series.named_by(book.series)), None)
        if collection is None:
            raise invalid(FieldError("series", "unknown_series"))
        return shown(self._backend.ask(collection, method, payload, request))
