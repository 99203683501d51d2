"""Logging in and out, the own password, and who one is."""

from __future__ import annotations

from dataclasses import replace

from mpp.clock import Clock
from mpp.json_values import JsonObject, text
from mpp.tokens.signed import Bearer, TokenSigner
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.accounts.commands import identity
from services.gateway.accounts.login import (
    AT_HOME,
    FAILED_AT_HOME,
    FAILED_BY_ACCOUNT,
    FAILED_BY_ADDRESS,
    FAILED_HERE,
    LOGGED_IN,
    Logins,
)
from services.gateway.accounts.own import TOKEN_TTL, OwnAccount
from services.gateway.api.names import Names
from services.gateway.api.requests import examples
from services.gateway.api.requests.accounts import ChangePassword, Login
from services.gateway.api.responses.accounts import LoggedOut, Me, Token
from services.gateway.api.routes.results import NO_STORE

_LOG_IN = (
    f"OAuth2's password grant. Counted in {FAILED_HERE.window.seconds // 60} minutes: failures of an account from one "
    f"network ({FAILED_HERE.most}; {FAILED_AT_HOME.most} where it has logged in within {AT_HOME.window.days} days), of "
    f"an account from everywhere ({FAILED_BY_ACCOUNT.most}) and of an address at all accounts "
    f"({FAILED_BY_ADDRESS.most}); the last two lock nobody who is at home there. Log-ins of an account from one "
    f"network: {LOGGED_IN.most}. Beyond that, or with too many waiting for the same account or address: 429 with "
    "Retry-After."
)


class Session:
    """The endpoints of accounts."""

    def __init__(self, logins: Logins, own: OwnAccount, signer: TokenSigner, clock: Clock, names: Names) -> None:
        self._logins = logins
        self._own = own
        self._signer = signer
        self._clock = clock
        self._names = names

    def routes(self) -> list[Route]:
        """Token, password, log-out and identity."""
        return [
            Route(
                "POST", "/api/v1/auth/token", self.token, "log_in", "Log in", "accounts",
                {200: Produces("An access token", Token, example=examples.TOKEN)},
                access="public", body=Login, form=True, refuses=(401, 422, 429, 503), example=examples.LOGIN,
                description=_LOG_IN,
            ),
            Route(
                "POST", "/api/v1/auth/password", self.password, "change_own_password", "Change the own password",
                "accounts", {200: Produces("A token; all others of the account have ended", Token,
                                           example=examples.TOKEN)},
                body=ChangePassword, refuses=(422, 429, 503), example=examples.CHANGE_PASSWORD, first=True,
                description="The first thing to do with an account that somebody else made or gave a password: until "
                            "then every other address answers 403 `password_change_required`. No Idempotency-Key: the "
                            "token itself is good for one change.",
            ),
            Route(
                "POST", "/api/v1/auth/logout", self.logout, "log_out", "Log out", "accounts",
                {200: Produces("The token has ended; others of the account go on", LoggedOut)},
                refuses=(503,), first=True,
            ),
            Route(
                "GET", "/api/v1/me", self.me, "me", "Who one is", "accounts",
                {200: Produces("The account and its assignments", Me)},
                refuses=(503,),
            ),
        ]  # fmt: skip

    def token(self, request: HttpRequest) -> HttpResponse:
        name, password = text(request.body, "username"), text(request.body, "password")
        let_in = self._logins.log_in(name, password, request.client, request.deadline, request.correlation_id)
        return self._token_of(let_in.bearer, must_change_password=let_in.must_change_password)

    def password(self, request: HttpRequest) -> HttpResponse:
        assert request.actor is not None
        old, new = text(request.body, "old_password"), text(request.body, "new_password")
        bearer = self._own.change_password(
            request.actor, old, new, request.client, request.deadline, request.correlation_id
        )
        return self._token_of(bearer, must_change_password=False)

    def logout(self, request: HttpRequest) -> HttpResponse:
        assert request.actor is not None
        token = request.headers["Authorization"].split()[-1]  # `Bearer <token>`, or there were no actor
        self._own.log_out(request.actor, token, request.deadline, request.correlation_id)
        return HttpResponse(200, {"account": request.actor.id}, NO_STORE)

    def me(self, request: HttpRequest) -> HttpResponse:
        assert request.actor is not None
        account = self._logins.current(request.actor.id, request.deadline)
        here = request.headers.get("X-Office")
        held = tuple(each for each in account.actor.assignments if here in (None, each.office))
        shown = replace(account, actor=replace(account.actor, assignments=held))
        return HttpResponse(200, self._names.account(identity(shown)))

    def _token_of(self, bearer: Bearer, *, must_change_password: bool) -> HttpResponse:
        body: JsonObject = {
            "access_token": self._signer.sign(bearer.actor, self._clock.now(), TOKEN_TTL, bearer.generation),
            "token_type": "Bearer",
            "expires_in": int(TOKEN_TTL.total_seconds()),
            "must_change_password": must_change_password,
        }
        return HttpResponse(200, body, NO_STORE)
