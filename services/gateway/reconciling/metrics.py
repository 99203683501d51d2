"""What an operator watches of the last whole comparison."""

from __future__ import annotations

from prometheus_client import Gauge

from mpp.persistence.database import Database, DatabaseAway, TooSlow
from mpp.persistence.deadline import Deadline
from services.gateway.reconciling import queries

_PAIR = ["producer", "consumer", "subscription"]

missing = Gauge("mpp_events_missing", "Published events that a subscription does not have, by the last look", _PAIR)
untold = Gauge("mpp_events_untold", "Events of a subscription that their producer does not know", _PAIR)
reconciled = Gauge("mpp_events_reconciled_timestamp_seconds", "When outboxes and inboxes were compared last")


def refresh(database: Database, service: str) -> None:
    """Read the last result, before the gauges are read. Raises DatabaseAway."""
    with database.transaction() as tx:
        kept = queries.last(tx)
    if kept is None:
        return
    reconciled.set(kept.checked_at.timestamp())
    for pair in kept.found.pairs:
        missing.labels(pair.producer, pair.consumer, pair.subscription).set(pair.missing)
        untold.labels(pair.producer, pair.consumer, pair.subscription).set(pair.untold)


def notes(database: Database) -> list[str]:
    """The last result for the long form of readiness: one line, or one for each pair that lacks something."""
    try:
        with database.transaction(Deadline.after(2.0)) as tx:
            kept = queries.last(tx)
    except (DatabaseAway, TooSlow):
        return []
    if kept is None:
        return ["events: not compared yet"]
    when = f"compared {kept.checked_at.isoformat(timespec='seconds')}"
    lines = [f"events: {name} did not answer, {when}" for name in kept.found.silent]
    for pair in kept.found.pairs:
        if pair.missing or pair.untold:
            where = f"{pair.producer} -> {pair.consumer} ({pair.subscription})"
            lines.append(f"events: {where}: {pair.missing} missing, {pair.untold} not known to their producer, {when}")
    return lines or [f"events: none missing, {when}"]
