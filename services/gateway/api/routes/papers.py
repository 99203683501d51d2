"""Papers over HTTP: holding one, signing it, giving it up; and what is signed by hand."""

from __future__ import annotations

from mpp.cases.interface import methods
from mpp.cases.interface.paper_payloads import PaperTold
from mpp.casework.refusals import FieldError, Refused, invalid, not_found
from mpp.files.names import disposition
from mpp.json_values import optional_truth, text
from mpp.messaging.calls.common import CommandOn, Item
from mpp.messaging.calls.messages import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.web.multipart import FORM
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.papers import AbandonPaper, ConfirmScan, PaperQuery, SignPaper
from services.gateway.api.responses.cases import Case
from services.gateway.api.responses.signing import HeldPaper, ScanKept
from services.gateway.api.routes.cases.secret import knocking
from services.gateway.api.routes.results import DOWNLOAD, PDF, UNKEPT, file_of, versioned, wants_pdf
from services.gateway.backend import Backend, unavailable
from services.gateway.limits.gate import Gate
from services.gateway.papers.desk import Asked
from services.gateway.papers.following import Papers, taken
from services.gateway.papers.making import ISSUED, SUPERSEDED, Asking, NotMade
from services.gateway.uploads.allowances import Sender
from services.gateway.uploads.handed_in import handed_in, least
from services.gateway.uploads.keeping import Keeper

_BASE = "/api/v1/papers/{id}"
_ID = {"id": UUID}
_HIDDEN = ("signer", "how", "template_digest")  # of no use to a reader


class PaperRoutes:
    """The endpoints; those that need files are 503 where this process has no folder for them."""

    def __init__(
        self, backend: Backend, gate: Gate, papers: Papers | None, keeper: Keeper | None, seconds: float
    ) -> None:
        self._backend = backend
        self._gate = gate
        self._found_papers = papers
        self._found_keeper = keeper
        self._seconds = seconds

    def routes(self) -> list[Route]:
        """Read, sign, give up; print, scan and confirm what is signed by hand."""
        refuses = (403, 404, 409, 422, 429, 503)
        return [
            Route(
                "GET", _BASE, self.read, "get_paper", "Hold a paper", "papers",
                {200: Produces("Its file where PDF is asked for (Accept), else what is known of it", HeldPaper,
                               binary=(PDF,), headers=("Content-Disposition",))},
                access="token_or_secret", query=PaperQuery, patterns=_ID, refuses=(403, 404, 409, 429, 500, 503),
                description="For who sees its case, and for the applicant with the secret once it is issued. Who read "
                            "it is on record. What was revoked or replaced is handed to officials only.",
            ),
            Route(
                "POST", f"{_BASE}/signature", self.sign, "sign_paper", "Sign a paper that waits", "papers",
                {200: Produces("The paper", HeldPaper)}, patterns=_ID, body=SignPaper, keyed=True, refuses=refuses,
                example={"passphrase": "kata-sandi"},
                description="By the account that decided. Signing again what is signed changes nothing; what may have "
                            "been signed is looked up before anything is sent again. 409 with the code of what went "
                            "wrong; a wrong passphrase is 422 and uses up nothing.",
            ),
            Route(
                "POST", f"{_BASE}/abandonment", self.abandon, "abandon_paper", "Give a paper up", "papers",
                {200: Produces("The case, which can be decided anew", Case, headers=("ETag",))},
                patterns=_ID, body=AbandonPaper, keyed=True, refuses=refuses,
                example={"reason": "mistake", "note": "Nama tempat praktik salah tulis."},
                description="Before it is signed, by its signer, who signs at its office, or who supervises that. Its "
                            "number is void in the book, for everybody to see.",
            ),
            Route(
                "GET", f"{_BASE}/print", self.sheet, "print_paper", "The sheet to be signed", "papers",
                {200: Produces("The numbered print, without a signature", binary=(PDF,),
                               headers=("Content-Disposition",))},
                patterns=_ID, refuses=(403, 404, 409, 503),
                description="While it waits: for its signer, to be read before it is signed, and for the officials of "
                            "an office that signs by hand.",
            ),
            Route(
                "POST", f"{_BASE}/scan", self.put_scan, "scan_paper", "Hand in the signed sheet", "papers",
                {200: Produces("What waits for a second person", ScanKept)}, streams=(PDF, FORM), keyed=True,
                patterns=_ID, refuses=refuses,
                description="A PDF, as a document is handed in. A later scan takes the place of an earlier one.",
            ),
            Route(
                "GET", f"{_BASE}/scan", self.get_scan, "scan_of_paper", "The scan that waits", "papers",
                {200: Produces("The scan", binary=(PDF,), headers=("Content-Disposition",))},
                patterns=_ID, refuses=(403, 404, 409, 500, 503),
            ),
            Route(
                "POST", f"{_BASE}/confirmation", self.confirm, "confirm_scan", "Confirm the scan", "papers",
                {200: Produces("The paper, in force", HeldPaper)}, patterns=_ID, body=ConfirmScan, keyed=True,
                refuses=refuses, example={"sha256": "0" * 64},
                description="By a second person of the office, who has compared sheet and scan: neither who scanned "
                            "it nor who signed (403 `second_person`). The same again is answered alike.",
            ),
        ]  # fmt: skip

    # ---------------------------------------------------------------- holding

    def read(self, request: HttpRequest) -> HttpResponse:
        with knocking(self._gate, request):
            told = self._read(request)
        if not wants_pdf(request, "application/json"):
            body = {name: value for name, value in told.body.items() if name not in _HIDDEN}
            return HttpResponse(200, body, {**UNKEPT, "Vary": "Accept, Authorization, X-Tracking-Secret"})
        if told.status not in (ISSUED, SUPERSEDED):
            raise Refused(409, "paper_not_signed")
        if request.query.get("language") == "en":
            return file_of(self._translated(told, request), f"{told.kind}-en")
        return self._stored(told.sha256 or "", told.kind)

    def _read(self, request: HttpRequest) -> PaperTold:
        """As the service hands it out, whichever has it. Raises Refused."""
        for collection in self._backend.services:
            try:
                return self._backend.ask(collection, methods.READ_PAPER, Item(request.params["id"]), request)
            except Refused as refused:
                if refused.status != 404:
                    raise
        raise not_found()

    def _translated(self, told: PaperTold, request: HttpRequest) -> bytes:
        return self._papers().translated(told, _asking(request))

    def _stored(self, sha256: str, name: str) -> HttpResponse:
        try:
            reader = self._keeper().folder.open(sha256)
        except FileNotFoundError as error:
            raise Refused(500, "document_lost") from error
        headers = {**DOWNLOAD, "Content-Disposition": disposition(f"{name}.pdf"), "Content-Length": str(reader.size)}
        return HttpResponse(200, headers=headers, media=PDF, content=reader)

    # ---------------------------------------------------------------- signing

    def sign(self, request: HttpRequest) -> HttpResponse:
        request.body, passphrase = taken(request.body)
        assert request.actor is not None
        try:
            told = self._papers().desk.sign(
                request.actor.id,
                request.params["id"],
                passphrase,
                request.correlation_id,
                again=optional_truth(request.body, "again") or False,
            )
        except NotMade as not_made:
            raise _refusal(not_made.code) from None
        except ServiceUnavailable as error:
            raise unavailable(error) from error
        return _shown(told)

    def abandon(self, request: HttpRequest) -> HttpResponse:
        papers, paper = self._papers(), request.params["id"]
        found = self._found(papers, paper, request)
        command = CommandOn(paper, request.body)
        done = self._backend.ask(found.collection, methods.ABANDON_PAPER, command, request)
        papers.desk.forget(paper)
        return versioned(done)

    def _found(self, papers: Papers, paper: str, request: HttpRequest) -> PaperTold:
        try:
            return papers.desk.find(paper, _asking(request)).paper
        except ServiceUnavailable as error:
            raise unavailable(error) from error

    # ---------------------------------------------------------------- by hand

    def sheet(self, request: HttpRequest) -> HttpResponse:
        try:
            return file_of(self._papers().desk.sheet(request.params["id"], _asked(request)), "cetakan")
        except NotMade as not_made:
            raise _refusal(not_made.code) from None
        except ServiceUnavailable as error:
            raise unavailable(error) from error

    def put_scan(self, request: HttpRequest) -> HttpResponse:
        keeper, desk, asked, stream = self._keeper(), self._papers().desk, _asked(request), request.stream
        assert stream is not None
        try:
            desk.may_scan(request.params["id"], asked)
        except ServiceUnavailable as error:
            raise unavailable(error) from error
        sender = Sender(asked.actor.id)
        with keeper.turn(sender, stream, request.length, least(request)) as read:
            file = handed_in(request, read)
            if file.media != PDF:
                raise invalid(FieldError("file", "unknown_choice", {"choices": PDF}))
            with keeper.receiving(sender, file) as received:
                deadline = Deadline.after(self._seconds)  # receiving may have taken minutes
                keeper.keep(received, sender, deadline)
                asked = Asked(asked.actor, Asking(deadline, request.correlation_id))
                desk.scanned(request.params["id"], received.sha256, received.size, asked)
                return HttpResponse(200, {"sha256": received.sha256, "size": received.size}, UNKEPT)

    def get_scan(self, request: HttpRequest) -> HttpResponse:
        try:
            scan = self._papers().desk.scan(request.params["id"], _asked(request))
        except ServiceUnavailable as error:
            raise unavailable(error) from error
        return self._stored(scan.sha256, "pindaian")

    def confirm(self, request: HttpRequest) -> HttpResponse:
        try:
            told = self._papers().desk.confirm(request.params["id"], text(request.body, "sha256"), _asked(request))
        except ServiceUnavailable as error:
            raise unavailable(error) from error
        return _shown(told)

    def _papers(self) -> Papers:
        if self._found_papers is None:
            raise Refused(503, "storage_unavailable")
        return self._found_papers

    def _keeper(self) -> Keeper:
        if self._found_keeper is None:
            raise Refused(503, "storage_unavailable")
        return self._found_keeper


def _shown(told: PaperTold) -> HttpResponse:
    return HttpResponse(200, {name: value for name, value in told.body.items() if name not in _HIDDEN}, UNKEPT)


def _asking(request: HttpRequest) -> Asking:
    return Asking(request.deadline, request.correlation_id)


def _asked(request: HttpRequest) -> Asked:
    assert request.actor is not None, "the route asks for a token"
    return Asked(request.actor, _asking(request))


def _refusal(code: str) -> Refused:
    """Why a paper could not be made, to who asked for it."""
    if code in ("passphrase_wrong", "passphrase_missing"):
        return invalid(FieldError("passphrase", code))
    if code == "service_unavailable":
        return Refused(503, code, params={"service": "-"})
    if code in ("signer_not_registered", "outcome_unknown", "signing_under_way", "lookup_not_possible"):
        return Refused(409, code)
    return Refused(409, "paper_not_made")
