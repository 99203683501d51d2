"""Who asks, of a call: its token is verified here, whatever the gateway has checked before.

Only a token that was made for this service counts, so one that was stolen elsewhere opens nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping

from mpp.cases.recording.command import Command
from mpp.cases.recording.work import Cause
from mpp.casework.access.actors import KEEPER_ROLE, Actor
from mpp.casework.refusals import Refused, wrong_role
from mpp.hosting.runtime import Runtime
from mpp.json_values import Json, JsonObject
from mpp.messaging.calls.messages import Call

_NO_WORDS: Mapping[str, Json] = {}


class Asking:
    """Reads the callers of one service."""

    def __init__(self, runtime: Runtime, service: str) -> None:
        self._verifier = runtime.token_verifier.of(service)
        self._clock = runtime.clock

    def actor(self, call: Call) -> Actor | None:
        """The account behind the call's token; None without a token. Raises Refused 401 for a bad one."""
        token = call.caller.token
        return None if token is None else self._verifier.verify(token, self._clock.now())

    def clerk(self, call: Call) -> Actor:
        """The account. Raises Refused 401 without one: an applicant's secret does not do here."""
        actor = self.actor(call)
        if actor is None:
            raise Refused(401, "token_missing")
        return actor

    def operator(self, call: Call) -> Actor:
        """The account of an operator. Raises Refused 401, and 403 for anybody else."""
        actor = self.clerk(call)
        if not actor.has_role("operator"):
            raise wrong_role(["operator"])
        return actor

    def keeper(self, call: Call) -> Cause:
        """What the gateway does for itself: no account can have its role, and nobody else signs tokens. Raises Refused
        401, and 403 for anybody else."""
        cause = self.cause(call)
        if not cause.actor.is_keeper:
            raise wrong_role([KEEPER_ROLE])
        return cause

    def cause(self, call: Call) -> Cause:
        """What an account does now. Raises Refused 401."""
        return Cause(self.clerk(call), self._clock.now(), call.correlation_id)

    def reader(self, call: Call) -> tuple[Actor | None, str | None]:
        """The account, or the applicant's secret, which only the case can check. Raises Refused 401 without either."""
        actor, secret = self.actor(call), call.caller.secret
        if actor is None and not secret:
            raise Refused(401, "token_missing")
        return actor, secret

    def command(self, call: Call, body: JsonObject = _NO_WORDS) -> Command:
        """The command in these words. Raises Refused 401, and 400 without a key: nothing would tell a repetition."""
        actor, secret = self.reader(call)
        return self._command(call, body, actor, secret)

    def public_command(self, call: Call, body: JsonObject) -> Command:
        """The command of anybody, who needs neither account nor secret. Raises Refused 400 without a key."""
        return self._command(call, body, None, None)

    def _command(self, call: Call, body: JsonObject, actor: Actor | None, secret: str | None) -> Command:
        caller = call.caller
        if not caller.key:
            raise Refused(400, "idempotency_key_missing")
        return Command(
            actor=actor,
            secret=secret,
            key=caller.key,
            method=caller.method,
            path=caller.path,
            if_match=caller.if_match,
            body=body,
            deadline=call.deadline,
            correlation_id=call.correlation_id,
        )
