"""What can be called: each method with the type of its payload and of its result, the same on both sides.

TRACK = Method("track", TrackingCode, Shown)                     # the table, known to both
bindings.bind(TRACK, lambda code, call: Shown(...))              # the service
shown = backend.ask("permits", TRACK, TrackingCode(code), ...)   # the gateway
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Protocol, Self, TypeVar

from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.json_values import JsonObject, optional_mapping
from mpp.messaging.calls.messages import Call, Caller


class Wire(Protocol):
    """A value that travels as a JSON object."""

    def to_json(self) -> JsonObject:
        """The value as JSON."""

    @classmethod
    def from_json(cls, found: JsonObject) -> Self:
        """The inverse of `to_json`. Raises ValueError, which names the field and never its value."""


Payload = TypeVar("Payload", bound=Wire)
Result = TypeVar("Result", bound=Wire)


@dataclass(frozen=True)
class Method(Generic[Payload, Result]):
    """One method of an interface.

    `payload` is written as `{"params": {...}, "body": {...}}`, where either may be left out. Several methods may share
    a name: the parameter `op` then says which one is meant.
    """

    name: str
    payload: type[Payload]
    result: type[Result]
    op: str | None = None

    def request(self, caller: Caller, payload: Payload) -> JsonObject:
        """The whole request as it is sent."""
        written = payload.to_json()
        params = dict(optional_mapping(written, "params") or {})
        if self.op is not None:
            params["op"] = self.op
        return {**caller.to_json(), "params": params, "body": written.get("body") or {}}


Answering = Callable[[JsonObject, Call], JsonObject]


class Bindings:
    """Which function of a service answers which method."""

    def __init__(self) -> None:
        self._answering: dict[str, dict[str | None, Answering]] = {}

    def bind(self, method: Method[Payload, Result], function: Callable[[Payload, Call], Result]) -> None:
        """Let the function answer the method: it gets the payload and the call with its caller."""

        def answer(request: JsonObject, call: Call) -> JsonObject:
            try:
                caller, payload = Caller.from_json(request), method.payload.from_json(request)
            except ValueError as error:
                raise Refused(400, "body_invalid") from error
            return function(payload, replace(call, caller=caller)).to_json()

        self._answering.setdefault(method.name, {})[method.op] = answer

    def answer(self, request: JsonObject, call: Call) -> JsonObject:
        """The answer to a request as it came. Raises what the function raises.

        And Refused: 400 `body_invalid` for a request of another shape than the method's, 422 for an unknown `op`. And
        LookupError for a method that is not bound.
        """
        named = self._answering[call.method]
        if None in named:
            return named[None](request, call)
        params = request.get("params")
        op = params.get("op") if isinstance(params, dict) else None
        if not isinstance(op, str) or op not in named:
            raise invalid(FieldError("op", "unknown_choice"))
        return named[op](request, call)
