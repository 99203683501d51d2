"""What an operator watches of the cases: money that is on record and not applied, and messages that are under way."""

from __future__ import annotations

from prometheus_client import Gauge
from sqlalchemy import func, select

from mpp.cases.levies.assessments import UNAPPLIED, WAITING
from mpp.cases.storage.tables import payments
from mpp.messages import rows as messages
from mpp.persistence.database import Database

payments_open = Gauge(
    "mpp_payments_open", "Payments that are not applied: waiting for their case, or for a person", ["service", "status"]
)
messages_open = Gauge(
    "mpp_messages", "Messages to citizens that wait, are under way, or stand on the call list", ["service", "state"]
)


def refresh(database: Database, service: str) -> None:
    """Count them, before the gauge is read. Raises DatabaseAway."""
    by_status = select(payments.c.status, func.count().label("number")).group_by(payments.c.status)
    with database.transaction() as tx:
        query = by_status.where(payments.c.status.in_((WAITING, UNAPPLIED)))
        rows = {row.status: row.number for row in tx.execute(query)}
        counted = messages.count(tx)
    for status in (WAITING, UNAPPLIED):
        payments_open.labels(service, status).set(rows.get(status, 0))
    for state, number in counted.items():
        messages_open.labels(service, state).set(number)
