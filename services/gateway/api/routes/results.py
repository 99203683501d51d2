"""What a service answered, as an HTTP response."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from mpp.files.names import disposition
from mpp.messaging.calls.common import Shown, Versioned
from mpp.web.conditional import etag
from mpp.web.routing import HttpRequest, HttpResponse

PDF = "application/pdf"
_MAX_HEADER = 512

# May be kept by the reader's own browser, to be asked about again.
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-Tracking-Secret, Accept-Language"}
# Is kept by nobody: a list of persons, or what is true only now.
UNKEPT = {"Cache-Control": "private, no-store"}
NO_STORE = {"Cache-Control": "no-store"}
# A document is somebody's: no proxy keeps it, no browser shows it inside a page of ours.
DOWNLOAD = {
    **PRIVATE,
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
}
_DEFAULT: Mapping[str, str] = {}  # as every answer: no store
_REPLAYED = {"Idempotency-Replayed": "true"}


def replayed(known: bool) -> Mapping[str, str]:
    """What is said of an answer that was given before."""
    return _REPLAYED if known else {}


def versioned(result: Versioned, headers: Mapping[str, str] = PRIVATE) -> HttpResponse:
    """A case or a permit, with its ETag, and the address of what was made."""
    found = {**headers, "ETag": etag(result.version), **replayed(result.replayed)}
    if result.location is not None:
        found["Location"] = result.location
    return HttpResponse(result.status, result.body, found)


def shown(result: Shown, headers: Mapping[str, str] = _DEFAULT) -> HttpResponse:
    """What a service shows."""
    return HttpResponse(200, result.body, {**headers, **replayed(result.replayed)})


def wants_pdf(request: HttpRequest, usual: str) -> bool:
    """Whether the header (RFC 9110, 12.5.1) ranks PDF higher than the usual media type."""
    header = request.headers.get("Accept", "")
    try:
        accept = parse_accept_header(header[:_MAX_HEADER], MIMEAccept)
        return accept.best_match([usual, PDF], default=usual) == PDF
    except ValueError:
        return False


def file_of(content: bytes, name: str) -> HttpResponse:
    """A PDF that was made for this answer."""
    headers = {**DOWNLOAD, "Content-Disposition": disposition(f"{name}.pdf"), "Content-Length": str(len(content))}
    return HttpResponse(200, headers=headers, media=PDF, content=[content])
