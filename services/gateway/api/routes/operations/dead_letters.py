"""For the operator: events and jobs that a service could not act on, to look at and to let happen again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from mpp.cases.interface.methods import (
    LIST_DEAD_LETTERS,
    REPLAY_DEAD_LETTER,
    REPLAY_DEAD_LETTERS,
    SHOW_DEAD_LETTER,
)
from mpp.cases.interface.operator_payloads import Replaying
from mpp.casework.refusals import FieldError, invalid, not_found
from mpp.hosting.dead_letters import Replayed
from mpp.json_values import JsonObject, optional_text
from mpp.messaging.calls.common import Item, Nothing, Shown
from mpp.messaging.calls.methods import Method, Payload
from mpp.web.routing import UUID, HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.operations import Empty, Replays
from services.gateway.api.responses import operations as bodies
from services.gateway.backend import Backend

OWN = "gateway"
_PATTERNS = {"service": r"[a-z_]{1,32}", "id": UUID, "subscription": r"[a-z0-9_.-]{1,64}"}
_SHARE = 0.5


class OwnDeadLetters(Protocol):
    """What the gateway itself could not do (`mpp.hosting.dead_letters.DeadLetters`), which needs no call."""

    def list(self) -> Sequence[JsonObject]: ...

    def show(self, item_id: str) -> JsonObject | None: ...

    def replay(self, item_id: str) -> str | None: ...

    def replay_some(self, reason: str | None = None, after: str | None = None) -> Replayed: ...


class DeadLetters:
    """The endpoints of the role operator."""

    def __init__(self, backend: Backend, own: Callable[[], OwnDeadLetters] | None = None) -> None:
        self._backend = backend
        self._own = own

    def routes(self) -> list[Route]:
        """List, show, replay."""
        base = "/api/v1/operations/dead-letters"
        one = f"{base}/{{service}}/{{id}}/{{subscription}}"
        return [
            Route(
                "GET", base, self.list, "list_dead_letters", "Events and jobs that no retry could settle",
                "operations", {200: Produces("Of every service", bodies.DeadLetters)}, roles=("operator",),
                refuses=(403,),
            ),
            Route(
                "GET", one, self.show, "get_dead_letter", "One of them, with its reason",
                "operations", {200: Produces("The entry", bodies.DeadLetter)}, roles=("operator",),
                patterns=_PATTERNS, refuses=(403, 404, 503),
            ),
            Route(
                "POST", f"{base}/{{service}}/replays", self.replay_all, "replay_dead_letters",
                "Try all of a service again", "operations",
                {200: Produces("How many are tried again soon; with `next`, ask again", bodies.Replayed)},
                roles=("operator",), body=Replays, keyed=True, patterns=_PATTERNS, refuses=(403, 404, 422, 503),
                example={},
                description=(
                    "Some hundreds at once: while the answer has a `next`, send it as `after`. Each is tried once in "
                    "this way, however often it fails. `reason` is a text that stands in theirs."
                ),
            ),
            Route(
                "POST", f"{one}/replay", self.replay, "replay_dead_letter", "Try it again now",
                "operations", {200: Produces("What became of it", bodies.DeadLetter)}, roles=("operator",),
                body=Empty, keyed=True, patterns=_PATTERNS, refuses=(403, 404, 409, 422, 503), example={},
            ),
        ]  # fmt: skip

    def list(self, request: HttpRequest) -> HttpResponse:
        heard = self._backend.ask_each(self._backend.services, LIST_DEAD_LETTERS, lambda _: Nothing(), request, _SHARE)
        answered = [(each.service.name, each.result.items) for each in heard if each.result is not None]
        if self._own is not None:
            answered.append((OWN, tuple(self._own().list())))
        items = [{**item, "service": service} for service, listed in answered for item in listed]
        silent = [each.service.name for each in heard if each.result is None]
        return HttpResponse(200, {"items": items, "unavailable": silent})

    def show(self, request: HttpRequest) -> HttpResponse:
        if _is_own(request) and self._own is not None:
            return HttpResponse(200, _shown(self._own(), _id(request)))
        return self._ask(SHOW_DEAD_LETTER, request)

    def replay(self, request: HttpRequest) -> HttpResponse:
        if _is_own(request) and self._own is not None:
            letters = self._own()
            if letters.replay(_id(request)) is None:
                raise not_found()
            return HttpResponse(200, _shown(letters, _id(request)))
        return self._ask(REPLAY_DEAD_LETTER, request)

    def replay_all(self, request: HttpRequest) -> HttpResponse:
        reason, after = optional_text(request.body, "reason"), optional_text(request.body, "after")
        if not _is_own(request) or self._own is None:
            return self._ask_for(REPLAY_DEAD_LETTERS, Replaying(reason, after), request)
        try:
            done = self._own().replay_some(reason, after)
        except ValueError as error:
            raise invalid(FieldError("after", "malformed")) from error
        return HttpResponse(200, {"service": OWN, "replayed": done.number, "next": done.next})

    def _ask(self, method: Method[Item, Shown], request: HttpRequest) -> HttpResponse:
        return self._ask_for(method, Item(_id(request)), request)

    def _ask_for(self, method: Method[Payload, Shown], asked: Payload, request: HttpRequest) -> HttpResponse:
        service = self._backend.named(request.params["service"])
        # once: a letter that was replayed is none any more
        return HttpResponse(200, self._backend.ask_once(service, method, asked, request).body)


def _is_own(request: HttpRequest) -> bool:
    return request.params["service"] == OWN


def _id(request: HttpRequest) -> str:
    return f"{request.params['id']}:{request.params['subscription']}"


def _shown(letters: OwnDeadLetters, item_id: str) -> JsonObject:
    found = letters.show(item_id)
    if found is None:
        raise not_found()
    return {**found, "service": OWN}
