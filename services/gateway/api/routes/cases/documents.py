"""Documents of a case: handing one in, fetching one, and taking out one that was handed in by mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from wsgiref.types import WSGIEnvironment

import structlog

from mpp.cases.interface import methods
from mpp.cases.interface.payloads import DocumentOf, TakingOut
from mpp.casework.refusals import Refused
from mpp.files.kinds import EXTENSIONS
from mpp.files.names import clean_name, disposition
from mpp.json_values import Json, JsonObject, text
from mpp.messaging.calls.common import CommandOn
from mpp.persistence.deadline import Deadline
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from mpp.web.texts.notes import note_text
from services.gateway.api.requests.cases import TakeOut, UploadQuery
from services.gateway.api.responses.cases import Attached
from services.gateway.api.routes.cases.collection import CASE_ID
from services.gateway.api.routes.cases.secret import knocking
from services.gateway.api.routes.results import DOWNLOAD, versioned
from services.gateway.backend import Backend
from services.gateway.limits.gate import Gate
from services.gateway.uploads.allowances import Sender
from services.gateway.uploads.handed_in import MEDIA, handed_in, least
from services.gateway.uploads.keeping import Keeper

log = structlog.get_logger(__name__)

_PATH = re.compile(r"/api/v1/([a-z_]+/[^/]+/documents|papers/[^/]+/scan)")


def upload_limit(
    most: int, of_pages: Callable[[WSGIEnvironment], bool] = lambda environ: False
) -> Callable[[WSGIEnvironment], int | None]:
    """For `mpp.web.wsgi.Door`: which requests bring a file, and how large it may be; `of_pages` says so of others."""

    def limit(environ: WSGIEnvironment) -> int | None:
        upload = environ["REQUEST_METHOD"] == "POST" and _PATH.fullmatch(environ.get("PATH_INFO", ""))
        return most if upload or of_pages(environ) else None

    return limit


def document_routes(backend: Backend, gate: Gate, keeper: Keeper | None, seconds: float) -> list[Route]:
    """Upload and download of every collection; `seconds` is how long an answer may take once the file is there."""
    return [r for name in backend.services for r in _Documents(name, backend, gate, keeper, seconds).routes()]


class _Documents:
    def __init__(self, collection: str, backend: Backend, gate: Gate, keeper: Keeper | None, seconds: float) -> None:
        self._collection = collection
        self._backend = backend
        self._gate = gate
        self._found_keeper = keeper
        self._seconds = seconds

    def routes(self) -> list[Route]:
        name, base = self._collection, f"/api/v1/{self._collection}/{{id}}/documents"
        one = {**CASE_ID, "document": UUID}
        return [
            Route(
                "POST", base, self.attach, f"attach_{name}", "Hand in a document", name,
                {201: Produces("The case, and the document", Attached, headers=("Location", "ETag"))},
                access="token_or_secret", query=UploadQuery, streams=MEDIA, keyed=True, conditional=True,
                refuses=(403, 404, 409, 422, 429, 503), patterns=CASE_ID,
                description="The body is the file itself, or a form with the one field `file`, which then says type "
                            "and name. The file is checked by its content: one that is not what is said of it, is "
                            "damaged, or goes on after its end is 422 on `file`; so is a PDF "
                            "that is locked or holds more than pages, and what the virus scanner knows. A photo "
                            "loses what stands behind its end, and where the public will see it also place, time and "
                            "author: `notes` say so. How much one "
                            "account, or the applicant of a case, may hand in within 24 hours is bounded (429 "
                            "`upload_allowance_used`), and what a case may hold (409 `case_full`).",
            ),
            Route(
                "GET", f"{base}/{{document}}", self.read, f"document_{name}", "Fetch a document", name,
                {200: Produces("The file", binary=tuple(EXTENSIONS), headers=("Content-Disposition",))},
                access="token_or_secret", refuses=(403, 404, 429, 500, 503), patterns=one,
                description="Who fetched which document is on record.",
            ),
            Route(
                "DELETE", f"{base}/{{document}}", self.detach, f"detach_{name}", "Take out a document", name,
                {200: Produces("The case without it, and the document", Attached, headers=("ETag",))},
                access="token_or_secret", body=TakeOut, bodiless=True, keyed=True, conditional=True,
                refuses=(403, 404, 409, 422, 429, 503), patterns=one,
                description="One that was handed in by mistake, by who may hand one in and while papers are taken. "
                            "Staff say why (`note`), and the timeline shows it; the applicant may. Its "
                            "requirement is missing again; the file is removed some minutes later.",
            ),
        ]  # fmt: skip

    def attach(self, request: HttpRequest) -> HttpResponse:
        keeper, stream = self._keeper(), request.stream
        assert stream is not None
        case, requirement = request.params["id"], text(request.query, "requirement")
        size = least(request)
        asked = CommandOn(case, {"requirement": requirement, "size": size})
        with knocking(self._gate, request):  # before anything is received
            taking = self._backend.ask(self._collection, methods.CHECK_DOCUMENT, asked, request)
        sender = Sender(request.actor.id) if request.actor else Sender(taking.case or case, is_applicant=True)
        with keeper.turn(sender, stream, request.length, size) as read:
            file = handed_in(request, read)
            with keeper.receiving(sender, file, public=taking.public) as received:
                request.deadline = Deadline.after(self._seconds)  # receiving may have taken minutes
                keeper.keep(received, sender, request.deadline)
                name = clean_name(file.name, file.media, requirement)
                stored: JsonObject = {"type": file.media, "size": received.size, "sha256": received.sha256}
                command = CommandOn(case, {"requirement": requirement, "name": name, **stored})
                attached = self._backend.ask(self._collection, methods.ATTACH_DOCUMENT, command, request)
        keeper.referred_to(received.sha256)
        notes: list[Json] = [{"code": n, "text": note_text(n, request.language)} for n in received.notes]
        return versioned(replace(attached, body={**attached.body, "notes": notes}))

    def detach(self, request: HttpRequest) -> HttpResponse:
        keeper = self._keeper()
        document = TakingOut(request.params["id"], request.params["document"], request.body)
        with knocking(self._gate, request):
            sha256 = self._backend.ask(self._collection, methods.CHECK_DETACH, document, request).sha256
        if sha256 is not None:
            keeper.let_go(sha256, request.deadline)
        return versioned(self._backend.ask(self._collection, methods.DETACH_DOCUMENT, document, request))

    def read(self, request: HttpRequest) -> HttpResponse:
        asked = DocumentOf(request.params["id"], request.params["document"])
        with knocking(self._gate, request):
            found = self._backend.ask(self._collection, methods.READ_DOCUMENT, asked, request).document
        try:
            reader = self._keeper().folder.open(found.sha256)
        except FileNotFoundError as error:
            log.error("document_lost", sha256=found.sha256, document=found.id)
            raise Refused(500, "document_lost") from error
        headers = {
            **DOWNLOAD,
            "Content-Disposition": disposition(found.name),
            "Content-Length": str(reader.size),
        }
        return HttpResponse(200, headers=headers, media=found.media_type, content=reader)

    def _keeper(self) -> Keeper:
        if self._found_keeper is None:
            raise Refused(503, "storage_unavailable")
        return self._found_keeper
