"""What travels with a call: on whose behalf it is made, until when, and what is answered where there is no result.

A request is a JSON object with three headers beside it. The answer is a JSON object: what the method gives, or
`{"problem": ...}` where it was refused, or `{"unavailable": reason}` where it was not begun or its end is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mpp import json_text
from mpp.casework.refusals import Refused
from mpp.json_values import Json, JsonObject, optional_mapping, optional_text, optional_whole, text
from mpp.persistence.deadline import Deadline

_METHOD, _DEADLINE, _CORRELATION = "x-method", "x-deadline", "x-correlation-id"


@dataclass(frozen=True)
class Caller:
    """Who asks, and for a command what makes it one that is done once: its key and the address it was sent to.

    An account proves itself by a `token` for the called service, an applicant by the `secret` of the case; the service
    checks both.
    `if_match` is the version that was seen of what the command changes.
    """

    token: str | None = None
    secret: str | None = None
    key: str | None = None
    method: str = ""
    path: str = ""
    if_match: int | None = None

    def to_json(self) -> dict[str, Json]:
        """The part of a request that says it."""
        return {
            "token": self.token,
            "applicant": None if self.secret is None else {"secret": self.secret},
            "key": self.key,
            "method": self.method,
            "path": self.path,
            "if_match": self.if_match,
        }

    @classmethod
    def from_json(cls, request: JsonObject) -> Caller:
        """The inverse of `to_json`. Raises ValueError."""
        applicant = optional_mapping(request, "applicant")
        return cls(
            token=optional_text(request, "token"),
            secret=None if applicant is None else text(applicant, "secret"),
            key=optional_text(request, "key"),
            method=optional_text(request, "method") or "",
            path=optional_text(request, "path") or "",
            if_match=optional_whole(request, "if_match"),
        )


@dataclass(frozen=True)
class Call:
    """What a handler knows about the call that it answers."""

    deadline: Deadline
    correlation_id: str
    method: str
    caller: Caller = field(default_factory=Caller)


class ServiceUnavailable(Exception):
    """There is no answer: 503 with Retry-After, "unknown, repeat with the same key".

    `reason`: no_queue, deadline, channel_died, broker_away, busy (too many in flight), late (the service refused to
    start), away (its database does not answer), garbled, foreign (another than the service answered) or token (the
    service does not take the token that was made for it).
    """

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason


def headers_of(call: Call) -> dict[str, str]:
    """What stands beside the request."""
    return {_METHOD: call.method, _DEADLINE: repr(call.deadline.at), _CORRELATION: call.correlation_id}


def read_headers(headers: Mapping[str, Json]) -> Call | None:
    """The inverse of `headers_of`; None where something is missing or no sense can be made of it."""
    deadline, method, correlation = (headers.get(name) for name in (_DEADLINE, _METHOD, _CORRELATION))
    if not isinstance(deadline, str) or not isinstance(method, str) or not isinstance(correlation, str):
        return None
    try:
        at = float(deadline)
    except ValueError:
        return None
    return None if at != at else Call(Deadline(at), correlation, method)


def read_object(body: bytes) -> JsonObject | None:
    """The JSON object of a request or an answer; None where it is none."""
    try:
        value = json_text.read(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def problem(refused: Refused) -> JsonObject:
    """The answer that a refusal is."""
    return {"problem": refused.to_json()}


def unavailable(reason: str) -> JsonObject:
    """The answer of a service that cannot say what became of the call."""
    return {"unavailable": reason}
