"""Tokens that travel with the calls to a service: for that service alone, and for a minute (guarantee 9).

The token of a session stays at the gateway. What reaches a service is of no use to whoever steals it there: no other
service takes it, nor does the gateway, and it is over before anybody has looked at it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mpp.casework.access.actors import Actor
from mpp.clock import Clock
from mpp.tokens.signed import TokenSigner

LIFE = timedelta(seconds=60)
# Signing costs more than all else about a call, so a token is used again; the rest of its life is for the call that it
# is sent with last, which waits 10 seconds at the most, and for clocks that differ.
USED_FOR = timedelta(seconds=40)
_MOST = 5000


class ServiceTokens:
    """Makes them, one for each actor and service, and makes a new one shortly before it ends."""

    def __init__(self, signer: TokenSigner, clock: Clock) -> None:
        self._signer = signer
        self._clock = clock
        self._made: dict[tuple[str, Actor], tuple[str, datetime]] = {}

    def of(self, actor: Actor, service: str) -> str:
        """A token that says who the actor is and at which offices; good at this service for 20 to 60 seconds."""
        now = self._clock.now()
        token, until = self._made.get((service, actor), ("", now))
        if now < until:
            return token
        if len(self._made) >= _MOST:
            self._made = {key: made for key, made in self._made.items() if now < made[1]}
        token = self._signer.sign(actor, now, LIFE, audience=service)
        self._made[service, actor] = token, now + USED_FOR
        return token
