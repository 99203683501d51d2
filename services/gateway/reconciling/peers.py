"""Whom a comparison asks: the other services by a call, the gateway itself in its own database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from mpp.cases.interface.event_payloads import Within
from mpp.cases.interface.methods import DIGEST_EVENTS, LIST_EVENT_IDS
from mpp.clock import Clock, new_id
from mpp.messaging.reconciling.account import Account
from mpp.messaging.reconciling.digests import BUCKET, Digest, Listener
from mpp.messaging.reconciling.ids import Ids, Wanted
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.backend import THE_GATEWAY, Backend
from services.gateway.feed import queries
from services.gateway.feed.keeping import KEPT

SECONDS = 30.0  # for one answer
FEED = "partners_feed"  # what partners read, as one more that listens


class Peer(Protocol):
    """One service. Its methods raise what stands between it and an answer."""

    def digest(self, span: Span) -> Digest: ...

    def ids(self, wanted: Wanted) -> Ids: ...


@dataclass(frozen=True)
class Called:
    """A service that is called."""

    backend: Backend
    service: str

    def digest(self, span: Span) -> Digest:
        """Raises ServiceUnavailable, Refused."""
        deadline = Deadline.after(SECONDS)
        return self.backend.once(self.service, DIGEST_EVENTS, Within(span), THE_GATEWAY, deadline, new_id()).digest

    def ids(self, wanted: Wanted) -> Ids:
        """Raises ServiceUnavailable, Refused."""
        return self.backend.once(self.service, LIST_EVENT_IDS, wanted, THE_GATEWAY, Deadline.after(SECONDS), new_id())


class Own:
    """The gateway: its subscription, and the feed that it keeps for partners."""

    def __init__(self, database: Database, clock: Clock, account: Account) -> None:
        self._database = database
        self._clock = clock
        self._account = account

    def digest(self, span: Span) -> Digest:
        """Raises DatabaseAway, TooSlow."""
        deadline = Deadline.after(SECONDS)
        found = self._account.digest(span, deadline)
        with self._database.transaction(deadline) as tx:
            heard = [*found.heard, *queries.kept_within(tx, span, FEED)]
        return replace(found, heard=heard, listeners=[*found.listeners, *self._feed(found.listeners)])

    def ids(self, wanted: Wanted) -> Ids:
        """Raises DatabaseAway, TooSlow."""
        deadline = Deadline.after(SECONDS)
        if wanted.subscription != FEED:
            return self._account.ids(wanted, deadline)
        with self._database.transaction(deadline) as tx:
            return queries.ids_within(tx, wanted)

    def _feed(self, own: Sequence[Listener]) -> list[Listener]:
        """The feed holds what the gateway heard, and not for longer than it is kept."""
        kept_since = self._clock.now() - KEPT + BUCKET
        return [
            Listener(FEED, {pattern: max(at, kept_since) for pattern, at in each.since.items()}, public_only=True)
            for each in own
        ]


def peers_of(backend: Backend, own: Own) -> dict[str, Peer]:
    """Everybody who tells or hears events, by name."""
    called: dict[str, Peer] = {each.name: Called(backend, each.name) for each in backend.services.values()}
    return {**called, "gateway": own}
