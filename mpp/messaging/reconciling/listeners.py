"""Since when a service listens to what: nobody misses an event that was made before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from mpp.messaging.events.subscription import Subscription
from mpp.messaging.reconciling.digests import Listener
from mpp.persistence.tables import inbox, subscriptions

_KEY = tuple_(subscriptions.c.subscription, subscriptions.c.pattern)


def listeners(tx: Connection, current: Sequence[Subscription]) -> list[Listener]:
    """The subscriptions as they are now, with since when they listen to each pattern.

    A pattern that was never seen here begins now; a subscription that was never seen here has listened since the first
    event that it still remembers.
    """
    wanted = {(each.name, pattern) for each in current for pattern in each.types}
    rows = tx.execute(select(subscriptions))
    known = {(row.subscription, row.pattern): row.began_at for row in rows}
    if wanted != known.keys():
        tx.execute(delete(subscriptions).where(_KEY.not_in(sorted(wanted))))
        for name, pattern in sorted(wanted - known.keys()):
            seen_before = any(name == seen for seen, _ in known)
            first = select(func.min(inbox.c.received_at)).where(inbox.c.subscription == name).scalar_subquery()
            began = func.now() if seen_before else func.coalesce(first, func.now())
            row = insert(subscriptions).values(subscription=name, pattern=pattern, began_at=began)
            tx.execute(row.on_conflict_do_nothing())
        known = {(row.subscription, row.pattern): row.began_at for row in tx.execute(select(subscriptions))}
    return [Listener(each.name, {pattern: known[each.name, pattern] for pattern in each.types}) for each in current]
