"""What a service answered, as an HTTP response."""

from __future__ import annotations

from collections.abc import Mapping

from mpp.messaging.calls.common import Shown, Versioned
from mpp.web.conditional import etag
from mpp.web.routing import HttpResponse

# May be kept by the reader's own browser, to be asked about again.
PRIVATE = {"Cache-Control": "private, no-cache", "Vary": "Authorization, X-Tracking-Secret, Accept-Language"}
# Is kept by nobody: a list of persons, or what is true only now.
UNKEPT = {"Cache-Control": "private, no-store"}
NO_STORE = {"Cache-Control": "no-store"}
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
