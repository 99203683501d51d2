"""What an operator watches: is anything stuck, and is anything dead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import func, select

from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.persistence.tables import inbox, outbox

outbox_unpublished = Gauge("mpp_outbox_unpublished", "Events not yet confirmed by the broker", ["service"])
outbox_oldest = Gauge("mpp_outbox_oldest_age_seconds", "Age of the oldest unpublished event", ["service"])
outbox_unroutable = Gauge("mpp_outbox_unroutable", "Subjects whose events no queue takes", ["service"])
outbox_refused = Gauge("mpp_outbox_refused", "Subjects whose events a queue of the mall's own refuses", ["service"])
events_refused = Counter(
    "mpp_events_refused_total", "Events that a partner's queue refused; the others have them", ["service", "queue"]
)
published = Counter("mpp_outbox_published_total", "Events confirmed by the broker", ["service"])
broker_alarm = Gauge("mpp_broker_alarm", "1 while RabbitMQ takes nothing for want of memory or disk")
relay_holder = Gauge("mpp_relay_holder", "1 where this process holds the relay's lease", ["service"])

inbox_rows = Gauge("mpp_inbox_rows", "Events not settled, by status", ["service", "status"])
inbox_settled = Counter("mpp_inbox_settled_total", "Events by what became of them", ["service", "status"])
inbox_unmatched = Counter("mpp_inbox_unmatched_total", "Events that no subscription wants", ["service"])
inbox_refused = Counter("mpp_inbox_refused_total", "Messages that no inbox acts on, by why", ["service", "why"])

rpc_in_flight = Gauge("mpp_rpc_in_flight", "Calls waiting for an answer", ["service"])
rpc_seconds = Histogram("mpp_rpc_seconds", "Time from a call to its end", ["service"])
rpc_failures = Counter("mpp_rpc_failures_total", "Calls without an answer", ["service", "reason"])
rpc_refused = Counter("mpp_rpc_refused_total", "Calls that were not begun, by why", ["service", "why"])
rpc_late = Counter("mpp_rpc_late_total", "Calls refused because they came too late", ["service"])

UNSETTLED = ("retry", "parked", "dead")


@dataclass(frozen=True)
class Backlog:
    """Events that were not sent yet, the age of the oldest in seconds, and by status those that are not settled."""

    unpublished: int
    oldest: float
    unsettled: Mapping[str, int]


def backlog(database: Database, deadline: Deadline | None = None) -> Backlog:
    """What waits in the tables. Raises DatabaseAway, TooSlow."""
    waiting = outbox.c.published_at.is_(None)
    age = func.extract("epoch", func.now() - func.min(outbox.c.created_at))
    by_status = select(inbox.c.status, func.count().label("number")).where(inbox.c.status.in_(UNSETTLED))
    with database.transaction(deadline) as tx:
        count, oldest = tx.execute(select(func.count(), age).where(waiting)).one()
        rows = {row.status: row.number for row in tx.execute(by_status.group_by(inbox.c.status))}
    return Backlog(count, max(0.0, float(oldest or 0)), rows)


def refresh(database: Database, service: str) -> None:
    """Count what waits in the tables, before the gauges are read. Raises DatabaseAway."""
    found = backlog(database)
    outbox_unpublished.labels(service).set(found.unpublished)
    outbox_oldest.labels(service).set(found.oldest)
    for status in UNSETTLED:
        inbox_rows.labels(service, status).set(found.unsettled.get(status, 0))
