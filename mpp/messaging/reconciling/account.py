"""A service's own half of a comparison: what it has told and heard."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mpp.clock import Clock
from mpp.messaging.events.subscription import Subscription
from mpp.messaging.reconciling.digests import BUCKET, Digest, heard, told, unsettled
from mpp.messaging.reconciling.ids import Ids, Wanted, heard_ids, told_ids
from mpp.messaging.reconciling.listeners import listeners
from mpp.messaging.reconciling.spans import Span
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.persistence.retention import Retention


class Account:
    """Of one service; `subscriptions` gives its own once it runs."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        retention: Retention,
        subscriptions: Callable[[], Sequence[Subscription]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._retention = retention
        self._subscriptions = subscriptions

    def digest(self, span: Span, deadline: Deadline) -> Digest:
        """Everything within a span. Raises DatabaseAway, TooSlow."""
        with self._database.transaction(deadline) as tx:
            return Digest(
                told(tx, span),
                heard(tx, span),
                listeners(tx, self._subscriptions()),
                # an event is published after it is made, so what is younger by its id was not deleted yet
                self._clock.now() - self._retention.outbox + BUCKET,
                unsettled(tx),
            )

    def ids(self, wanted: Wanted, deadline: Deadline) -> Ids:
        """A page of ids. Raises DatabaseAway, TooSlow."""
        with self._database.transaction(deadline) as tx:
            return told_ids(tx, wanted) if wanted.subscription is None else heard_ids(tx, wanted)
