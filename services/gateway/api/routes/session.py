"""Logging in, and who one is."""

from __future__ import annotations

from datetime import timedelta

from mpp.casework.access.actors import Actor
from mpp.clock import Clock
from mpp.tokens.signed import TokenSigner
from mpp.web.routing import Answer, Exchange, Produces, Route
from services.gateway.accounts.login import Logins
from services.gateway.api.requests import examples
from services.gateway.api.requests.schemas import Login
from services.gateway.api.responses import common

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
                {200: Produces("An access token", common.Token, example=examples.TOKEN)},
                access="public", body=Login, form=True, refuses=(401, 422, 429, 503), example=examples.LOGIN,
                description="OAuth2's password grant. Failed attempts are counted per account and per address.",
            ),
            Route(
                "GET", "/api/v1/me", self.me, "me", "Who one is", "accounts",
                {200: Produces("The account and its assignments", common.Me, example=examples.ME)},
                refuses=(503,),
            ),
        ]  # fmt: skip

    def token(self, exchange: Exchange) -> Answer:
        form = exchange.body
        bearer = self._logins.log_in(
            form["username"], form["password"], exchange.client, exchange.deadline, exchange.correlation_id
        )
        body = {
            "access_token": self._signer.sign(bearer.actor, self._clock.now(), TOKEN_TTL, bearer.generation),
            "token_type": "Bearer",
            "expires_in": int(TOKEN_TTL.total_seconds()),
        }
        return Answer(200, body, {"Cache-Control": "no-store"})

    def me(self, exchange: Exchange) -> Answer:
        assert exchange.actor is not None
        return Answer(200, _account(self._logins.current(exchange.actor.id, exchange.deadline)))


def _account(actor: Actor) -> dict[str, object]:
    return {
        "account": actor.id,
        "assignments": [{"office": a.office, "role": a.role} for a in actor.assignments],
    }
