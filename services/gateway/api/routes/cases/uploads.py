"""Documents of a case: handing one in, fetching one, and taking out one that was handed in by mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from werkzeug.http import parse_options_header

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.files.kinds import EXTENSIONS, FIELD
from mpp.files.names import clean_name, disposition
from mpp.messaging.calls.rpc import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.web.conditional import etag
from mpp.web.routing import UUID, Answer, Exchange, Produces, Route
from services.gateway.api.backend import Backend
from services.gateway.api.requests.schemas import UploadQuery
from services.gateway.api.responses import cases as case_responses
from services.gateway.api.routes.cases.cases import BY_SECRET, CASE_ID, PRIVATE
from services.gateway.limits.gate import Gate
from services.gateway.uploads.keeping import Keeper

log = structlog.get_logger(__name__)

_PATH = re.compile(r"/api/v1/[a-z_]+/[^/]+/documents")
# A document is somebody's: no proxy keeps it, no browser shows it inside a page of ours.
_DOWNLOAD = {
    **PRIVATE,
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}
GATEWAY = Actor("gateway", (Assignment("gateway", "operator"),))


def upload_limit(most: int) -> Callable[[dict[str, Any]], int | None]:
    """For `mpp.web.wsgi.Door`: which requests bring a file, and how large it may be."""

    def limit(environ: dict[str, Any]) -> int | None:
        upload = environ["REQUEST_METHOD"] == "POST" and _PATH.fullmatch(environ.get("PATH_INFO", ""))
        return most if upload else None

    return limit


def document_routes(backend: Backend, gate: Gate, keeper: Keeper | None, seconds: float) -> list[Route]:
    """Upload and download of every collection; `seconds` is how long an answer may take once the file is there."""
    return [r for name in backend.services for r in _Documents(name, backend, gate, keeper, seconds).routes()]


class _Documents:
    def __init__(self, collection: str, backend: Backend, gate: Gate, keeper: Keeper | None, seconds: float) -> None:
        self._collection = collection
        self._ask = partial(backend.ask, collection)
        self._gate = gate
        self._found_keeper = keeper
        self._seconds = seconds

    def routes(self) -> list[Route]:
        name, base = self._collection, f"/api/v1/{self._collection}/{{id}}/documents"
        seen: dict[str, Any] = {"tag": name, "access": "token_or_secret"}
        return [
            Route(
                "POST", base, self.attach, f"attach_{name}", "Hand in a document", produces={
                    201: Produces("The case, and the document", case_responses.Attached, headers=("Location", "ETag")),
                }, query=UploadQuery, streams=tuple(EXTENSIONS), keyed=True, conditional=True,
                refuses=(403, 404, 409, 422, 429, 503), patterns=CASE_ID,
                description="The body is the file itself. It is checked by its content: a file that is not what "
                            "`Content-Type` says, is damaged, or goes on after its end is 422 on `file`.",
                **seen,
            ),
            Route(
                "GET", f"{base}/{{document}}", self.read, f"document_{name}", "Fetch a document", produces={
                    200: Produces("The file", binary=tuple(EXTENSIONS), headers=("Content-Disposition",)),
                }, refuses=(403, 404, 429, 500, 503), patterns={**CASE_ID, "document": UUID},
                description="Who fetched which document is on record.", **seen,
            ),
            Route(
                "DELETE", f"{base}/{{document}}", self.detach, f"detach_{name}", "Take out a document", produces={
                    200: Produces("The case without it, and the document", case_responses.Attached, headers=("ETag",)),
                }, keyed=True, conditional=True, refuses=(403, 404, 409, 422, 429, 503),
                patterns={**CASE_ID, "document": UUID},
                description="One that was handed in by mistake, by who may hand one in and while papers are taken. "
                            "Its requirement is missing again; the file is removed a day later.", **seen,
            ),
        ]  # fmt: skip

    def attach(self, exchange: Exchange) -> Answer:
        keeper, stream = self._keeper(), exchange.stream
        assert stream is not None
        self._limit(exchange)
        requirement = exchange.query["requirement"]
        name = clean_name(_file_name(exchange), exchange.media, requirement)
        exchange.body = {"requirement": requirement}
        self._ask("check_document", exchange, id=exchange.params["id"])  # before anything is received
        if not exchange.length:
            raise invalid(FieldError(FIELD, "file_empty"))
        who = exchange.actor.id if exchange.actor else f"{self._collection}/{exchange.params['id']}"
        with keeper.receiving(who, stream, exchange.length, exchange.media) as received:
            exchange.deadline = Deadline.after(self._seconds)  # receiving may have taken minutes
            keeper.keep(received, exchange.deadline)
            exchange.body = {
                "requirement": requirement,
                "name": name,
                "type": exchange.media,
                "size": received.size,
                "sha256": received.sha256,
            }
            answer = self._ask("attach_document", exchange, id=exchange.params["id"])
        keeper.referred_to(received.sha256)
        headers = {**PRIVATE, "ETag": etag(answer["version"]), "Location": answer["location"]}
        if answer.get("replayed"):
            headers["Idempotency-Replayed"] = "true"
        return Answer(201, answer["body"], headers)

    def detach(self, exchange: Exchange) -> Answer:
        self._limit(exchange)
        keeper, params = self._keeper(), {"id": exchange.params["id"], "document": exchange.params["document"]}
        sha256 = self._ask("check_detach", exchange, **params)["body"]["sha256"]
        if sha256 is not None:
            keeper.let_go(sha256, exchange.deadline)
        answer = self._ask("detach_document", exchange, **params)
        headers = {**PRIVATE, "ETag": etag(answer["version"])}
        if answer.get("replayed"):
            headers["Idempotency-Replayed"] = "true"
        return Answer(200, answer["body"], headers)

    def read(self, exchange: Exchange) -> Answer:
        self._limit(exchange)
        params = {"id": exchange.params["id"], "document": exchange.params["document"]}
        found = self._ask("read_document", exchange, **params)["body"]
        try:
            reader = self._keeper().folder.open(found["sha256"])
        except FileNotFoundError as error:
            log.error("document_lost", sha256=found["sha256"], document=found["id"])
            raise Refused(500, "document_lost") from error
        headers = {
            **_DOWNLOAD,
            "Content-Disposition": disposition(found["name"]),
            "Content-Length": str(reader.size),
        }
        return Answer(200, reader, headers, media=found["type"])

    def _keeper(self) -> Keeper:
        if self._found_keeper is None:
            raise Refused(503, "storage_unavailable")
        return self._found_keeper

    def _limit(self, exchange: Exchange) -> None:
        if exchange.secret is not None:
            self._gate.pass_one(BY_SECRET, exchange.client, exchange.deadline)


def ask_every_service(
    backend: Backend, token: Callable[[], str], hashes: list[str], seconds: float, correlation_id: str
) -> set[str] | None:
    """Which contents any service's cases refer to; None when one of them did not answer."""
    request = {"token": token(), "applicant": None, "params": {"hashes": hashes}, "body": {}}
    found: set[str] = set()
    for service in backend.services.values():
        try:
            answer = backend.once(service.name, "known_documents", request, Deadline.after(seconds), correlation_id)
        except (ServiceUnavailable, Refused) as error:
            log.warning("sweep_put_off", service=service.name, reason=type(error).__name__)
            return None
        found |= set(answer["body"]["known"])
    return found


def _file_name(exchange: Exchange) -> str | None:
    """The name in Content-Disposition, if any. Browsers and curl put UTF-8 into the plain form as well."""
    _, options = parse_options_header(exchange.headers.get("Content-Disposition"))
    name = options.get("filename")
    try:
        return None if name is None else name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name
