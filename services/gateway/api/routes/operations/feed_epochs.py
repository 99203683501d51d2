"""For the operator: another epoch of the feed, after the mall was restored from an older copy."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from mpp.clock import Clock
from mpp.json_values import JsonObject, text
from mpp.persistence import idempotency
from mpp.persistence.audit.trail import record
from mpp.persistence.database import Database
from mpp.web.routing import HttpRequest, HttpResponse, Produces, Route
from services.gateway.api.requests.moments import sent_moment
from services.gateway.api.requests.operations import BeginEpoch
from services.gateway.api.responses.operations import EpochBegun
from services.gateway.feed.epochs.watch import Watch

if TYPE_CHECKING:
    from sqlalchemy import Connection

SAID = "an operator said so"


class FeedEpochs:
    """The endpoint of the role operator."""

    def __init__(self, database: Database, clock: Clock, watch: Watch) -> None:
        self._database = database
        self._clock = clock
        self._watch = watch

    def routes(self) -> list[Route]:
        """Begin one."""
        return [
            Route(
                "POST", "/api/v1/operations/feed/epochs", self.begin, "begin_feed_epoch",
                "Let the partners' feed begin another epoch", "operations",
                {200: Produces("The new epoch, and the last position of the one before", EpochBegun)},
                roles=("operator",), body=BeginEpoch, keyed=True, refuses=(403, 409, 422, 503),
                example={"since": "2026-11-25T02:00:00+07:00", "reason": "snapshot of 25 November"},
                description=(
                    "After a restore that the mall cannot notice by itself. Every cursor that partners hold is 410 "
                    "from then on, with the way out: what was received before `since`, the time of the copy or "
                    "earlier, counts as read."
                ),
            )
        ]  # fmt: skip

    def begin(self, request: HttpRequest) -> HttpResponse:
        assert request.actor is not None, "the route wants a role"
        since = sent_moment(request.body, "since")
        scope = idempotency.Scope(request.actor.id, "POST", request.path, request.key or "")
        digest = idempotency.request_hash(request.body)
        with self._database.transaction(request.deadline) as tx:
            now = self._clock.now()
            answer, _ = idempotency.once(tx, scope, digest, 200, now, lambda: self._begin(tx, request, since))
        self._watch.numbered(request.deadline)
        return HttpResponse(200, answer)

    def _begin(self, tx: Connection, request: HttpRequest, since: datetime) -> JsonObject:
        actor = request.actor
        assert actor is not None
        state, base = self._watch.begin(tx, since, SAID)
        begun: JsonObject = {"epoch": state.epoch, "position": base}
        record(
            tx, at=self._clock.now(), actor=actor, office=actor.assignments[0].office if actor.assignments else None,
            action="feed_epoch_begun", reason=text(request.body, "reason"), details=begun,
            correlation_id=request.correlation_id,
        )  # fmt: skip
        return begun
