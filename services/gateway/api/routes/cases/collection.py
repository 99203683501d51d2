"""One router for all collections of cases: open, list, read, act, receipt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta, tzinfo

from mpp.cases.interface import methods
from mpp.cases.interface.payloads import Action, Filing
from mpp.cases.reading.asked import CaseFilters
from mpp.casework.access.actors import Assignment
from mpp.casework.access.offices import OfficeTree
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.casework.rules.questionnaire import RECEIPT
from mpp.catalogue import Catalogue
from mpp.json_values import JsonObject, optional_text
from mpp.messaging.calls.common import CommandOn, Item
from mpp.persistence.deadline import Deadline
from mpp.web.conditional import etag, none_matches
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.addresses import Addresses
from services.gateway.api.requests import examples, filing
from services.gateway.api.requests.cases import Act, CardSeen, ListQuery, RegisterCase
from services.gateway.api.requests.moments import sent_days
from services.gateway.api.requests.papers import ReceiptQuery
from services.gateway.api.requests.wanted import check_code_or_number
from services.gateway.api.responses.cases import Case, CaseList, NewSecret, Opened
from services.gateway.api.routes.cases.receipt import receipt_page
from services.gateway.api.routes.cases.secret import knocking, sent_secret
from services.gateway.api.routes.results import PDF, PRIVATE, UNKEPT, file_of, shown, versioned, wants_pdf
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit
from services.gateway.papers.following import Papers, taken
from services.gateway.papers.receipts import snapshot_of

PRINTS = Limit("receipt_printed", 60, timedelta(minutes=1))  # of one account, or of one address: each takes a processor
CASE_ID = {"id": rf"(?:{UUID}|[0-9A-Za-z]{{12}})"}  # or the tracking code: all that the applicant's receipt shows

WorkOf = Callable[[str, Deadline], tuple[Assignment, ...]]  # what an account may do where; nothing if there is none


def case_routes(
    backend: Backend,
    gate: Gate,
    catalogue: Catalogue,
    offices: OfficeTree | None,
    today: Callable[[], date],
    zone: tzinfo,
    addresses: Addresses,
    papers: Papers | None,
    work_of: WorkOf,
) -> list[Route]:
    """The routes of every collection that the installed services keep."""
    found: list[Route] = []
    for name in backend.services:
        wrong_fields = filing.wrong_fields(name, catalogue, offices, today)
        cases = _Cases(name, backend, gate, today, zone, addresses, papers, offices, wrong_fields, work_of)
        found += cases.routes()
    return found


class _Cases:
    def __init__(
        self,
        collection: str,
        backend: Backend,
        gate: Gate,
        today: Callable[[], date],
        zone: tzinfo,
        addresses: Addresses,
        papers: Papers | None,
        offices: OfficeTree | None,
        wrong_fields: Callable[[JsonObject], list[FieldError]],
        work_of: WorkOf,
    ) -> None:
        self._work_of = work_of
        self._collection = collection
        self._backend = backend
        self._gate = gate
        self._today = today
        self._zone = zone
        self._addresses = addresses
        self._papers = papers
        self._offices = offices
        self._wrong_fields = wrong_fields

    def routes(self) -> list[Route]:
        name, base = self._collection, f"/api/v1/{self._collection}"
        one = f"{base}/{{id}}"
        return [
            Route(
                "POST", base, self.open, f"open_{name}", "Open a case", name,
                {201: Produces("The case, with its tracking code and secret", Opened,
                               headers=("Location", "ETag"),
                               links=(f"get_{name}", f"act_{name}", f"receipt_{name}"))},
                body=RegisterCase, also=self._wrong_fields, keyed=True, refuses=(403, 404, 409, 422, 503),
                example=examples.open_case(name),
                description="The fields of `data` are those of the service's form: see `/api/v1/services/{code}`.",
            ),
            Route(
                "GET", base, self.list, f"list_{name}", "List the cases of one's offices", name,
                {200: Produces("A page of cases", CaseList)},
                query=ListQuery, refuses=(403, 503),
                description="`q` takes a tracking code or a document number, never a name or a NIK.",
            ),
            Route(
                "GET", one, self.get, f"get_{name}", "Read a case", name, {
                    200: Produces("The case, with its timeline, tasks and allowed actions", Case, headers=("ETag",)),
                    304: Produces("Not changed since the version in If-None-Match"),
                }, access="token_or_secret", patterns=CASE_ID, refuses=(403, 404, 429, 503),
            ),
            Route(
                "POST", f"{one}/actions", self.act, f"act_{name}", "Take an action on a case", name,
                {200: Produces("The case after the action", Case, headers=("ETag",))},
                access="token_or_secret", patterns=CASE_ID, body=Act, keyed=True, conditional=True,
                refuses=(403, 404, 409, 422, 429, 503), example=examples.ACT,
                description="A refused action changes nothing. `amend` corrects the form, and `data.applicant`. A "
                            "decision that makes a paper is answered with the case as decided when the paper is "
                            "signed, else with `signing`: then a job goes on, or the signer does.",
            ),
            Route(
                "GET", f"{one}/receipt", self.receipt, f"receipt_{name}", "Print the receipt (tanda terima)", name,
                {200: Produces("A page to print, or a PDF where that is asked for (Accept)", media="text/html",
                               binary=(PDF,))},
                access="token_or_secret", query=ReceiptQuery, patterns=CASE_ID, refuses=(403, 404, 429, 503),
                description="With the token and the secret of the case together (`X-Tracking-Secret`, as it was "
                            "answered at filing or when a new one was given) the secret is printed; otherwise it is "
                            "not, and it can never be asked for again.",
            ),
            Route(
                "POST", f"{one}/secret", self.new_secret, f"secret_{name}", "Give the applicant a new secret", name,
                {200: Produces("The secret that holds from now on; the former one opens nothing any more", NewSecret)},
                patterns=CASE_ID, body=CardSeen, keyed=True, refuses=(403, 404, 409, 422, 429, 503),
                example=examples.CARD_SEEN,
                description="For somebody who has lost the receipt, by a clerk with whom such a case is filed and who "
                            "has seen the identity card of the applicant, or of the proxy who filed. It is on record "
                            "who gave it and whose card it was.",
            ),
        ]  # fmt: skip

    def open(self, request: HttpRequest) -> HttpResponse:
        if filing.wrong_people(request.body, self._today()):
            raise invalid(*self._wrong_fields(request.body))
        return versioned(self._backend.ask(self._collection, methods.OPEN_CASE, Filing(request.body), request))

    def list(self, request: HttpRequest) -> HttpResponse:
        for name in ("due", "filed"):
            sent_days(request.query, name)
        filters = CaseFilters.of(request.query)
        check_code_or_number("q", filters.q)
        return shown(self._backend.ask(self._collection, methods.LIST_CASES, filters, request), PRIVATE)

    def get(self, request: HttpRequest) -> HttpResponse:
        with knocking(self._gate, request):
            found = self._backend.ask(self._collection, methods.GET_CASE, Item(request.params["id"]), request)
        if not none_matches(request.headers.get("If-None-Match"), found.version):
            return HttpResponse(304, None, {**PRIVATE, "ETag": etag(found.version)})
        return versioned(found)

    def act(self, request: HttpRequest) -> HttpResponse:
        request.body, passphrase = taken(request.body)
        command = Action(request.params["id"], request.body, self._colleague(request))
        with knocking(self._gate, request):
            begun = self._backend.ask(self._collection, methods.ACT, command, request)
        if self._papers is None or not self._papers.follow(self._collection, begun.body, passphrase, request):
            return versioned(begun)
        try:
            now = self._backend.ask(self._collection, methods.GET_CASE, Item(request.params["id"]), request)
        except Refused:  # the step is done, whatever keeps the case from being read again
            return versioned(begun)
        return versioned(replace(now, replayed=begun.replayed))

    def _colleague(self, request: HttpRequest) -> tuple[Assignment, ...]:
        """What the account to which a task shall be given may do where: the service that has the task checks it."""
        given = request.body.get("data")
        to = given.get("to") if isinstance(given, dict) else None
        if request.body.get("action") != "assign" or request.actor is None or not isinstance(to, str):
            return ()
        return self._work_of(to.strip(), request.deadline)

    def receipt(self, request: HttpRequest) -> HttpResponse:
        item, request.secret = Item(request.params["id"]), sent_secret(request)
        with knocking(self._gate, request):
            receipt = self._backend.ask(self._collection, methods.RECEIPT, item, request)
        shown_secret = request.secret if receipt.secret_holds else None
        address = self._addresses.of_case(request, receipt.tracking_code)
        asked = receipt.questions
        questions = None if asked is None else self._addresses.of_questions(request, asked.code, RECEIPT)
        if not wants_pdf(request, "text/html"):
            return receipt_page(receipt, address, self._zone, shown_secret, questions)
        if self._papers is None:
            raise Refused(503, "storage_unavailable")
        self._gate.pass_one(PRINTS, request.client if request.actor is None else request.actor.id, request.deadline)
        snapshot = snapshot_of(receipt, address, shown_secret, questions, self._offices, self._today(), self._zone)
        width = optional_text(request.query, "width")
        return file_of(self._papers.receipt(snapshot, "" if width is None else f"roll{width}"), "tanda-terima")

    def new_secret(self, request: HttpRequest) -> HttpResponse:
        command = CommandOn(request.params["id"], request.body)
        return shown(self._backend.ask(self._collection, methods.NEW_SECRET, command, request), UNKEPT)
