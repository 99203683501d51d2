"""Nobody tries out the secrets of applicants: whoever sends one passes a gate, on every address that takes one."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from mpp.casework.codes.tracking import normalise
from mpp.casework.refusals import FieldError, Refused
from mpp.web.application import SECRET
from mpp.web.routing import HttpRequest
from services.gateway.limits.gate import Gate, Guessing

SECRETS = Guessing.of("secret", misses_at_one=10)


def knocking(gate: Gate, request: HttpRequest) -> AbstractContextManager[None]:
    """While a service is asked for somebody who sends a secret: see `Gate.guess`. Nothing for who has a token."""
    if request.secret is None:
        return nullcontext()
    case = request.params["id"]
    return gate.guess(SECRETS, request.client, normalise(case) or case.lower(), request.deadline)


def sent_secret(request: HttpRequest) -> str | None:
    """The secret that came with the request, beside a token as well as alone. Raises Refused 400."""
    secret = request.secret or request.headers.get("X-Tracking-Secret")
    if secret is not None and not SECRET.fullmatch(secret):
        raise Refused(
            400, "secret_malformed", fields=[FieldError("X-Tracking-Secret", "malformed", {"example": "7K2M9QX4TB"})]
        )
    return secret
