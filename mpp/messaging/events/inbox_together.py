"""Settling events that came together: one transaction, one acknowledgement for as many as wait anyway.

An event on its own costs a transaction, a commit and an acknowledgement. Under load several have come while one is
settled; a subscription that can act on several (`Subscription.together`) gets them at once. Nobody waits for a second
event. What is not plain goes alone, as ever: a message that is no event, one that was given out before (it may be
what killed the process), one that a subscription takes one at a time; and so does every event of a run that failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from mpp import crashpoints
from mpp.failures import describe
from mpp.messaging import metrics
from mpp.messaging.brokers.port import Delivery
from mpp.messaging.events import inbox_rows as store
from mpp.messaging.events.event import Event
from mpp.messaging.events.inbox_rows import Raw
from mpp.messaging.events.subscription import Subscription
from mpp.messaging.events.trust import NoContract, NotTaken

if TYPE_CHECKING:
    from mpp.messaging.events.inbox import Inbox

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Plain:
    """An event that may be settled with others."""

    delivery: Delivery
    event: Event

    @property
    def raw(self) -> Raw:
        """The message as it came."""
        return Raw.of(self.delivery.routing_key, self.delivery.headers, self.delivery.body, self.delivery.publisher)


def take(inbox: Inbox, deliveries: Sequence[Delivery]) -> None:
    """Settle and acknowledge the deliveries in their order. Raises DatabaseAway: then some are not acknowledged."""
    run: list[_Plain] = []
    for delivery in deliveries:
        plain = _plain(inbox, delivery) if len(deliveries) > 1 else None
        if plain is not None:
            run.append(plain)
            continue
        _settle(inbox, run)
        run = []
        inbox.handle(delivery)
    _settle(inbox, run)


def _plain(inbox: Inbox, delivery: Delivery) -> _Plain | None:
    wanted = [s for s in inbox.subscriptions if s.wants(delivery.routing_key)]
    if delivery.delivery_count or not wanted or any(s.together is None for s in wanted):
        return None
    try:
        event = inbox.reader.read(delivery.headers, delivery.body, delivery.routing_key, delivery.publisher)
    except (NotTaken, NoContract):
        return None
    return _Plain(delivery, event)


def _settle(inbox: Inbox, run: Sequence[_Plain]) -> None:
    if len(run) < 2:
        for one in run:
            inbox.handle(one.delivery)
        return
    for subscription in inbox.subscriptions:
        mine = [one for one in run if subscription.wants(one.delivery.routing_key)]
        if mine and not _at_once(inbox, subscription, mine):
            for one in mine:
                inbox.settle(subscription, one.event, one.raw)
    run[-1].delivery.ack_through()


def _at_once(inbox: Inbox, subscription: Subscription, run: Sequence[_Plain]) -> bool:
    """One transaction for all; False when it failed and nothing was done."""
    done = 0

    def attempt() -> None:
        nonlocal done
        with inbox.database.transaction() as tx:
            done = _act(inbox, tx, subscription, run)
            crashpoints.reach("inbox.before_commit")

    error = inbox.attempt(attempt)
    if error is not None:
        about = {"service": inbox.service, "subscription": subscription.name, "events": len(run)}
        log.warning("inbox.one_by_one", **about, **describe(error))
        return False
    crashpoints.reach("inbox.after_commit")
    metrics.inbox_settled.labels(inbox.service, "done").inc(done)
    return True


def _act(inbox: Inbox, tx: Connection, subscription: Subscription, run: Sequence[_Plain]) -> int:
    fresh = store.add_done(tx, [one.event for one in run], subscription.name, inbox.clock.now())
    mine = list({one.event.id: one.event for one in run if one.event.id in fresh}.values())
    if mine:
        inbox.refused.settle_copies(tx, subscription.name, (one.raw for one in run), inbox.clock.now())
        crashpoints.reach("inbox.before_effect")
        assert subscription.together is not None
        subscription.together(tx, mine)
    return len(mine)
