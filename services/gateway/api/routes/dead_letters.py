"""For the operator: events that a service could not act on, to look at and to let happen again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from mpp.casework.refusals import Refused, not_found
from mpp.messaging.calls.rpc import ServiceUnavailable
from mpp.persistence.deadline import Deadline
from mpp.web.routing import UUID, Answer, Exchange, Produces, Route
from services.gateway.api.backend import Backend, payload
from services.gateway.api.requests.schemas import Empty
from services.gateway.api.responses import common

OWN = "gateway"
_PATTERNS = {"service": r"[a-z_]{1,32}", "id": UUID, "subscription": r"[a-z0-9_.-]{1,64}"}


class OwnDeadLetters(Protocol):
    """The gateway's own inbox (`mpp.messaging.events.dead_letters.DeadLetters`), which needs no call."""

    def list(self) -> list[dict[str, Any]]: ...

    def show(self, item_id: str) -> dict[str, Any] | None: ...

    def replay(self, item_id: str) -> str | None: ...


class DeadLetters:
    """The endpoints of the role operator."""

    def __init__(
        self,
        backend: Backend,
        together: Callable[[Sequence[Callable[[], Any]]], list[Any]],
        own: Callable[[], OwnDeadLetters] | None = None,
    ) -> None:
        self._backend = backend
        self._together = together
        self._own = own
        self._services = [s.name for s in backend.services.values()] + ([OWN] if own else [])

    def routes(self) -> list[Route]:
        """List, show, replay."""
        base = "/api/v1/operations/dead-letters"
        one = f"{base}/{{service}}/{{id}}/{{subscription}}"
        shared: dict[str, Any] = {"tag": "operations", "roles": ("operator",)}
        return [
            Route(
                "GET", base, self.list, "list_dead_letters", "Events that no retry could settle",
                produces={200: Produces("Of every service", common.DeadLetters)}, refuses=(403,), **shared,
            ),
            Route(
                "GET", one, self.show, "get_dead_letter", "One of them, with its reason",
                produces={200: Produces("The entry", common.DeadLetter)},
                patterns=_PATTERNS, refuses=(403, 404, 503), **shared,
            ),
            Route(
                "POST", f"{one}/replay", self.replay, "replay_dead_letter", "Try it again now",
                produces={200: Produces("What became of it", common.DeadLetter)},
                body=Empty, keyed=True, patterns=_PATTERNS, refuses=(403, 404, 409, 422, 503), example={}, **shared,
            ),
        ]  # fmt: skip

    def list(self, exchange: Exchange) -> Answer:
        deadline = Deadline.after(exchange.deadline.left() * 0.5)

        def job(service: str) -> Callable[[], Any]:
            def ask() -> Any:
                try:
                    return self._ask(service, {"op": "list"}, exchange, deadline)
                except ServiceUnavailable:
                    return None
                except Refused as refused:
                    return refused

            return ask

        answers = self._together([job(s) for s in self._services])
        items: list[Any] = []
        for service, answer in zip(self._services, answers, strict=True):
            if isinstance(answer, Refused):
                raise answer
            if answer is not None:
                items += [{**item, "service": service} for item in answer["items"]]
        silent = [s for s, a in zip(self._services, answers, strict=True) if a is None]
        return Answer(200, {"items": items, "unavailable": silent})

    def show(self, exchange: Exchange) -> Answer:
        return self._one("show", exchange)

    def replay(self, exchange: Exchange) -> Answer:
        return self._one("replay", exchange)

    def _one(self, op: str, exchange: Exchange) -> Answer:
        service = exchange.params["service"]
        if service not in self._services:
            raise not_found()
        params = {"op": op, "id": f"{exchange.params['id']}:{exchange.params['subscription']}"}
        try:
            return Answer(200, self._ask(service, params, exchange, exchange.deadline))
        except ServiceUnavailable as error:
            raise Refused(503, "service_unavailable", params={"service": service}) from error

    def _ask(self, service: str, params: dict[str, Any], exchange: Exchange, deadline: Deadline) -> dict[str, Any]:
        if service == OWN and self._own is not None:
            return _own_answer(self._own(), params)
        request = payload(exchange, params)
        answer = self._backend.once(service, "dead_letters", request, deadline, exchange.correlation_id)
        body: dict[str, Any] = answer["body"]
        return body


def _own_answer(letters: OwnDeadLetters, params: dict[str, Any]) -> dict[str, Any]:
    if params["op"] == "list":
        return {"items": letters.list()}
    if params["op"] == "replay" and letters.replay(params["id"]) is None:
        raise not_found()
    found = letters.show(params["id"])
    if found is None:
        raise not_found()
    return {**found, "service": OWN}
