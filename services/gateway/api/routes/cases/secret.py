"""Nobody tries out the secrets of applicants: whoever sends one passes a gate, on every address that takes one."""

from __future__ import annotations

from datetime import timedelta

from mpp.web.routing import HttpRequest
from services.gateway.limits.gate import Gate
from services.gateway.limits.queries import Limit

BY_SECRET = Limit("secret", 30, timedelta(minutes=1))


def throttle(gate: Gate, request: HttpRequest) -> None:
    """Count the attempt of who sends a secret. Raises Refused 429 when it is one too many."""
    if request.secret is not None:
        gate.pass_one(BY_SECRET, request.client, request.deadline)
