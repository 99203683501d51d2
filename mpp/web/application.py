"""One request from its address to its answer; every way out is an answer of the contract.

The order of the checks is the order of the answers a caller may rely on: address, method, token, role, media type,
Idempotency-Key, If-Match, query, body.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import tzinfo
from functools import lru_cache
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

import structlog
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from mpp import json_text
from mpp.casework.access.actors import Actor
from mpp.casework.refusals import FieldError, Refused, wrong_role
from mpp.clock import new_id
from mpp.persistence.deadline import Deadline
from mpp.web import conditional
from mpp.web.bodies import read_form, read_json, unsupported
from mpp.web.problems import problem
from mpp.web.routing import COUNTER, LONGEST_DISPOSITION, OFFICE, HttpRequest, HttpResponse, Route
from mpp.web.schemas.fields import checked
from mpp.web.schemas.local_times import localised
from mpp.web.schemas.queries import read_query
from mpp.web.texts.languages import preferred

log = structlog.get_logger(__name__)

_KEY = re.compile(r"[\x21-\x7e]{1,128}")
SECRET = re.compile(r"[\x21-\x7e]{1,128}")
_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,8192})", re.IGNORECASE)
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


class Verify(Protocol):
    """Says whom a token speaks for. `first`: for what may be done with a password that must be changed."""

    def __call__(self, token: str, deadline: Deadline, /, *, first: bool) -> Actor: ...


@lru_cache(maxsize=8)
def _map_of(addresses: tuple[tuple[str, str], ...]) -> Map:
    """Method and path to the place in the list. It is compiled once in a process: werkzeug compiles the code of two
    functions for each address, and applications with the same addresses may share what nobody changes."""
    return Map(
        [Rule(re.sub(r"\{(\w+)\}", r"<\1>", path), methods=[method], endpoint=place)
         for place, (method, path) in enumerate(addresses)],
        merge_slashes=False,
        redirect_defaults=False,
    )  # fmt: skip


class Application:
    """A WSGI application over routes.

    `verify` says who the bearer is or raises Refused 401 or 403. `unavailable` are the exceptions that mean
    "unknown, repeat with the same key" (503). `seconds` is how long any answer may take; its instants are written in
    the `zone`, where there is one.
    """

    def __init__(
        self,
        routes: Iterable[Route],
        *,
        verify: Verify,
        unavailable: tuple[type[Exception], ...] = (),
        seconds: float = 8.0,
        zone: tzinfo | None = None,
        client_address: Callable[[Request], str] = lambda received: received.remote_addr or "unknown",
    ) -> None:
        self.routes = tuple(routes)
        self._verify = verify
        self._unavailable = unavailable
        self._seconds = seconds
        self._zone = zone
        self._client_address = client_address
        self._words: dict[str, frozenset[str]] = {}
        for route in self.routes:
            if "{" not in route.path:
                methods = {route.method, "HEAD"} if route.method == "GET" else {route.method}
                self._words[route.path] = self._words.get(route.path, frozenset()) | methods
        self._map = _map_of(tuple((route.method, route.path) for route in self.routes))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.respond(Request(environ))(environ, start_response)

    def respond(self, received: Request) -> Response:
        """The answer; never raises."""
        correlation_id = received.environ.setdefault("mpp.correlation_id", new_id())
        language = preferred(received.headers.get("Accept-Language"))
        try:
            response = _response(self._answer(received, correlation_id))
        except Refused as refused:
            response = problem(refused, language, correlation_id)
        except self._unavailable as error:
            log.warning("unavailable", reason=type(error).__name__, correlation_id=correlation_id)
            response = problem(Refused(503, "service_unavailable"), language, correlation_id)
        except Exception as error:
            # Only the frames: the message of a database error holds the values of the statement.
            frames = traceback.format_tb(error.__traceback__)[-8:]
            log.error("failed", error=type(error).__name__, frames=frames, correlation_id=correlation_id)
            response = problem(Refused(500, "internal"), language, correlation_id)
        response.headers["X-Correlation-Id"] = correlation_id
        return response

    def knows(self, path: str) -> bool:
        """Whether some method answers at this address."""
        return path in self._words or bool(list(self._map.bind("mpp").allowed_methods(path)))

    def _answer(self, received: Request, correlation_id: str) -> HttpResponse:
        route, params = self._find(received)
        request = HttpRequest(
            route=route,
            params=params,
            query={},
            body={},
            headers=received.headers,
            language=preferred(received.headers.get("Accept-Language")),
            correlation_id=correlation_id,
            deadline=Deadline.after(self._seconds),
            path=received.path,
            client=self._client_address(received),
        )
        self._authenticate(request)
        received.environ["mpp.actor"] = request.actor.id if request.actor else None
        empty = route.bodiless and not received.content_length
        if (route.body is not None or route.streams) and not empty:
            _check_media(received, route)
        if route.keyed:
            request.key = _key(received)
        if route.conditional:
            request.if_match = conditional.if_match(received.headers.get("If-Match"))
        request.query = read_query(route.query, _arguments(received), pass_over=route.shared)
        if route.body is not None:
            sent = request.raw = received.get_data(cache=False)
            said = {} if empty else read_form(sent) if route.form else read_json(sent)
            request.body = checked(route.body, said, route.also)
        if route.streams:
            _check_disposition(received)
            request.media = received.mimetype
            request.length = received.content_length or 0
            request.most = received.environ["mpp.most"]
            request.stream = received.environ["wsgi.input"].read
        return self._in_zone(route, route.handle(request))

    def _in_zone(self, route: Route, made: HttpResponse) -> HttpResponse:
        produced = route.produces.get(made.status)
        if self._zone is None or made.content is not None or produced is None or produced.schema is None:
            return made
        return replace(made, body=localised(produced.schema, made.body, self._zone))

    def _find(self, received: Request) -> tuple[Route, dict[str, str]]:
        # A word that is an address of its own is no id, whatever method was meant.
        here = self._words.get(received.path, frozenset())
        if here and received.method not in here:
            raise Refused(405, "method_not_allowed", params={"allow": ", ".join(sorted(here))})
        adapter = self._map.bind("mpp", path_info=received.path, default_method=received.method)
        try:
            place, params = adapter.match()
        except MethodNotAllowed as error:
            allow = ", ".join(sorted(error.valid_methods or ()))
            raise Refused(405, "method_not_allowed", params={"allow": allow}) from error
        except HTTPException as error:
            raise Refused(404, "not_found") from error
        route = self.routes[place]
        received.environ["mpp.route"] = route.path
        for name, value in params.items():
            if not re.fullmatch(route.patterns.get(name, r"[A-Za-z0-9._-]{1,64}"), value):
                raise Refused(404, "not_found")
        return route, dict(params)

    def _authenticate(self, request: HttpRequest) -> None:
        route = request.route
        if route.access == "public":
            return
        secret = request.headers.get("X-Tracking-Secret")
        header = request.headers.get("Authorization")
        if header is None and secret is not None and route.access == "token_or_secret":
            if not SECRET.fullmatch(secret):
                raise Refused(
                    400,
                    "secret_malformed",
                    fields=[FieldError("X-Tracking-Secret", "malformed", {"example": "7K2M9QX4TB"})],
                )
            request.secret = secret
            return
        if header is None:
            raise Refused(401, "token_missing")
        bearer = _BEARER.fullmatch(header.strip())
        if bearer is None:
            raise Refused(401, "token_invalid")
        request.actor = self._verify(bearer.group(1), request.deadline, first=route.first)
        request.actor = replace(request.actor, counter=_counter(request.headers.get("X-Counter")))
        request.actor = _at_one_office(request.actor, request.headers.get("X-Office"))
        if route.roles and not request.actor.has_role(*route.roles):
            raise wrong_role(route.roles)


def _arguments(received: Request) -> MultiDict[str, str]:
    try:
        return received.args
    except UnicodeDecodeError as error:  # received bytes in the address, which is not even a valid one
        raise Refused(400, "query_invalid") from error


def _counter(told: str | None) -> str | None:
    """At which counter of the office somebody sits, in a few letters, as it is to stand in the audit trail."""
    if told is not None and not re.fullmatch(COUNTER, told):
        wrong = FieldError("X-Counter", "malformed", {"example": "Loket 3"})
        raise Refused(400, "header_malformed", fields=[wrong])
    return told


def _at_one_office(actor: Actor, told: str | None) -> Actor:
    """With what the account may do at the office of which somebody says that it is where they work now; never more."""
    if told is None:
        return actor
    if not re.fullmatch(OFFICE, told):
        wrong = FieldError("X-Office", "malformed", {"example": "dpmptsp"})
        raise Refused(400, "header_malformed", fields=[wrong])
    held = tuple(each for each in actor.assignments if each.office == told)
    if not held:
        raise Refused(403, "office_not_yours")
    return replace(actor, assignments=held)


def _key(received: Request) -> str:
    key = received.headers.get("Idempotency-Key")
    if key is None:
        raise Refused(400, "idempotency_key_missing", fields=[FieldError("Idempotency-Key", "required")])
    if not _KEY.fullmatch(key):
        raise Refused(
            400,
            "idempotency_key_malformed",
            fields=[FieldError("Idempotency-Key", "malformed", {"example": "5f1c7a52-0a4e-4a3e-8f5e-2f8b7f1f6f0e"})],
        )
    return key


def _check_media(received: Request, route: Route) -> None:
    expected = route.streams or (_FORM if route.form else _JSON,)
    charset = received.mimetype_params.get("charset", "utf-8").lower()
    encoded = received.headers.get("Content-Encoding", "identity").lower()
    if received.mimetype not in expected or charset not in ("utf-8", "utf8") or encoded != "identity":
        raise unsupported(expected)


def _check_disposition(received: Request) -> None:
    if len(received.headers.get("Content-Disposition", "")) > LONGEST_DISPOSITION:
        long = FieldError("Content-Disposition", "too_long", {"max": LONGEST_DISPOSITION})
        raise Refused(400, "header_malformed", fields=[long])


def _response(made: HttpResponse) -> Response:
    written = json_text.write(made.body) if made.content is None and made.status != 304 else made.content
    return Response(written, status=made.status, content_type=made.media, headers=dict(made.headers))
