"""Logging in, and who one is."""

from __future__ import annotations

from datetime import timedelta

from mpp.casework.access.actors import Actor
from mpp.clock import Clock
from mpp.json_values import JsonObject, text
from mpp.tokens.signed import TokenSigner
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.accounts.login import Logins
from services.gateway.api.requests import examples
from services.gateway.api.requests.accounts import Login
from services.gateway.api.responses.accounts import Me, Token
from services.gateway.api.routes.results import NO_STORE

TOKEN_TTL = timedelta(hours=8)  # one working day at a counter


class Session:
    """The endpoints of accounts."""

    def __init__(self, logins: Logins, signer: TokenSigner, clock: Clock) -> None:
        self._logins = logins
        self._signer = signer
        self._clock = clock

    def routes(self) -> list[Route]:
        """Token and identity."""
        return [
            Route(
                "POST", "/api/v1/auth/token", self.token, "log_in", "Log in", "accounts",
                {200: Produces("An access token", Token, example=examples.TOKEN)},
                access="public", body=Login, form=True, refuses=(401, 422, 429, 503), example=examples.LOGIN,
                description="OAuth2's password grant. Failed attempts are counted per account and per address.",
            ),
            Route(
                "GET", "/api/v1/me", self.me, "me", "Who one is", "accounts",
                {200: Produces("The account and its assignments", Me, example=examples.ME)},
                refuses=(503,),
            ),
        ]  # fmt: skip

    def token(self, request: HttpRequest) -> HttpResponse:
        name, password = text(request.body, "username"), text(request.body, "password")
        bearer = self._logins.log_in(name, password, request.client, request.deadline, request.correlation_id)
        body: JsonObject = {
            "access_token": self._signer.sign(bearer.actor, self._clock.now(), TOKEN_TTL, bearer.generation),
            "token_type": "Bearer",
            "expires_in": int(TOKEN_TTL.total_seconds()),
        }
        return HttpResponse(200, body, NO_STORE)

    def me(self, request: HttpRequest) -> HttpResponse:
        assert request.actor is not None
        return HttpResponse(200, _account(self._logins.current(request.actor.id, request.deadline)))


def _account(actor: Actor) -> JsonObject:
    return {
        "account": actor.id,
        "assignments": [{"office": a.office, "role": a.role} for a in actor.assignments],
    }
