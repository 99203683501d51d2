"""What an endpoint declares: the same words steer the checks of a request and write the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from marshmallow import Schema
from werkzeug.datastructures import Headers

from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError
from mpp.json_values import Json, JsonObject
from mpp.persistence.deadline import Deadline
from mpp.web.texts.languages import Language

# That RFC 9110 and RFC 5789 know.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
Access = Literal["public", "token", "token_or_secret"]
LONGEST_DISPOSITION = 1024  # characters of the Content-Disposition that comes with a file
COUNTER = r"[A-Za-z0-9][A-Za-z0-9 .-]{0,11}"  # the label of a counter, such as "Loket 3": too short for a person
OFFICE = r"[A-Za-z0-9.-]{1,64}"  # the code of an office
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass
class HttpRequest:
    """One request, checked as its route declares, on its way through a handler."""

    route: Route
    params: Mapping[str, str]
    query: JsonObject
    body: JsonObject
    headers: Headers
    language: Language
    correlation_id: str
    deadline: Deadline
    path: str
    client: str
    actor: Actor | None = None
    secret: str | None = None
    key: str | None = None
    if_match: int | None = None
    raw: bytes = b""  # the body as it was sent, where the route has one
    media: str = ""  # of a streamed body, as `length` (bytes) and `stream` (reads on, b"" at the end)
    length: int = 0
    most: int = 0  # bytes that a file in it may have
    stream: Callable[[int], bytes] | None = None


@dataclass(frozen=True)
class HttpResponse:
    """What a handler returns: a `body` that is written as JSON, or `content` of the given media type as it is."""

    status: int = 200
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str = "application/json"
    content: str | Iterable[bytes] | None = None


@dataclass(frozen=True)
class Produces:
    """One documented success: a schema, or a media type other than JSON."""

    description: str
    schema: type[Schema] | None = None
    media: str = "application/json"
    headers: tuple[str, ...] = ()
    binary: tuple[str, ...] = ()  # media types, when the answer may be one of several kinds of file
    example: Json = None
    links: tuple[str, ...] = ()  # operations that take the `id` of this answer


@dataclass(frozen=True, eq=False)
class Route:
    """One method on one address.

    `path` has OpenAPI's braces; `patterns` are what a path parameter must look like (else 404). `roles` limits the
    actor (403). `keyed` requires an Idempotency-Key, `conditional` an If-Match. `refuses` are statuses besides
    those that follow from the rest. `also` names what else is wrong with a body, whatever its shape: a clerk hears of
    it together with what `body` finds.
    """

    method: str
    path: str
    handle: Callable[[HttpRequest], HttpResponse]
    name: str
    summary: str
    tag: str
    produces: Mapping[int, Produces]
    description: str = ""
    access: Access = "token"
    roles: tuple[str, ...] = ()
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    also: Callable[[JsonObject], list[FieldError]] | None = None
    form: bool = False
    bodiless: bool = False  # `body` may be left out altogether
    streams: tuple[str, ...] = ()  # media types of a body that the handler reads by itself, instead of `body`
    keyed: bool = False
    conditional: bool = False
    patterns: Mapping[str, str] = field(default_factory=dict)
    refuses: tuple[int, ...] = ()
    example: Json = None
    first: bool = False  # also for who must change the password before anything else
    quiet: bool = False  # not in the OpenAPI document
    shared: bool = False  # a page whose address gets about: what others hang on it (`?fbclid=...`) is no mistake
