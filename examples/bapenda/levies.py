"""Bapenda's own list of assessments (SKRD) and of money that is not applied: a consumer of the mall's events
(`pip install kombu`).

The list stays right through new assessments, payments, due dates and corrections, in whatever order and however often
the events arrive: each event of an assessment or of a payment says all that the list needs, and the one with the
highest `subjectversion` of its subject wins.

    AMQP_URI=amqp://bapenda:PASSWORD@HOST/ REGION=35.15 python levies.py    # keep the list
    python levies.py list                                                   # what is still to be paid, what came in
"""

import json
import os
import sqlite3
import sys

from kombu import Connection, Exchange, Queue, binding
from kombu.mixins import ConsumerMixin

EVENTS = Exchange("mpp.events", "topic", no_declare=True)  # the mall's; a partner does not make it
# RabbitMQ 4 drops a message that was given back 20 times unless a queue says otherwise
ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
QUEUE = "partner.bapenda.levies"
TABLES = """
CREATE TABLE IF NOT EXISTS levies (
    levy TEXT PRIMARY KEY, version INTEGER NOT NULL, number TEXT NOT NULL, service TEXT NOT NULL, region TEXT NOT NULL,
    amount INTEGER NOT NULL, due_on TEXT NOT NULL, state TEXT NOT NULL, paid_at TEXT, late INTEGER);
CREATE TABLE IF NOT EXISTS payments (
    payment TEXT PRIMARY KEY, version INTEGER NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL,
    paid_at TEXT NOT NULL, status TEXT NOT NULL, reason TEXT);
CREATE TABLE IF NOT EXISTS problems (event TEXT PRIMARY KEY, problem TEXT NOT NULL, body BLOB);
"""
# Of two events of a subject the newer one counts; the same one twice changes nothing.
TAKE_LEVY = """
INSERT INTO levies VALUES (
    :subject, :version, :number, :service, :region, :amount, :due_on, :state, :paid_at, :late)
ON CONFLICT (levy) DO UPDATE SET version = excluded.version, number = excluded.number, service = excluded.service,
    region = excluded.region, amount = excluded.amount, due_on = excluded.due_on, state = excluded.state,
    paid_at = excluded.paid_at, late = excluded.late
WHERE excluded.version > levies.version
"""
TAKE_PAYMENT = """
INSERT INTO payments VALUES (:subject, :version, :number, :amount, :paid_at, :status, :reason)
ON CONFLICT (payment) DO UPDATE SET version = excluded.version, number = excluded.number, amount = excluded.amount,
    paid_at = excluded.paid_at, status = excluded.status, reason = excluded.reason
WHERE excluded.version > payments.version
"""
STATES = {"assessed": "open", "postponed": "open", "overdue": "overdue", "paid": "paid", "voided": "void"}


class LevyList:
    """The lists in a SQLite file."""

    def __init__(self, path):
        self.database = sqlite3.connect(path, timeout=10)
        self.database.executescript(TABLES)

    def take(self, headers, body):
        """Apply one event; one that cannot be read is kept for a person to look at, and never stops the queue."""
        try:
            statement, row = read(headers, body)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
            statement = "INSERT OR IGNORE INTO problems VALUES (?, ?, ?)"
            row = (str(headers.get("ce-id")), type(error).__name__, body)
        with self.database:
            self.database.execute(statement, row)

    def to_be_paid(self):
        """What is not paid yet: (number, amount, last day, open or overdue), by number."""
        query = "SELECT number, amount, due_on, state FROM levies WHERE state IN ('open', 'overdue') ORDER BY number"
        return self.database.execute(query).fetchall()

    def paid(self):
        """What was paid: (number, amount, whether late), by number."""
        return self.database.execute(
            "SELECT number, amount, late FROM levies WHERE state = 'paid' ORDER BY number"
        ).fetchall()

    def not_applied(self):
        """Money that somebody has to see to: (number, amount, why), by number."""
        query = "SELECT number, amount, reason FROM payments WHERE status IN ('waiting', 'unapplied')"
        return self.database.execute(f"{query} ORDER BY number, payment").fetchall()


def read(headers, body):
    """The row that an event makes, and how it is kept; fields that the mall adds later are passed over."""
    data = json.loads(body)
    _, entity, event, version = headers["ce-type"].split(".")
    if version != "v1":
        raise ValueError(version)
    row = {"subject": headers["ce-subject"], "version": int(headers["ce-subjectversion"])}
    row |= {name: data[name] for name in ("number", "amount")}
    if entity == "payment":
        row |= {name: data[name] for name in ("paid_at", "status", "reason")}
        return TAKE_PAYMENT, row
    row |= {name: data[name] for name in ("service", "region", "due_on")}
    row |= {"state": STATES[event], "paid_at": data.get("paid_at"), "late": data.get("late")}
    return TAKE_LEVY, row


class Consumer(ConsumerMixin):  # connects again by itself when the broker was away
    def __init__(self, connection, levies, region):
        self.connection, self.levies = connection, levies
        # every event of an assessment and of a payment, this version, the region and all that is in it
        bindings = [binding(EVENTS, f"permits.{entity}.*.v1.{region}.#") for entity in ("levy", "payment")]
        self.queue = Queue(QUEUE, bindings=bindings, durable=True, queue_arguments=ARGUMENTS)

    def get_consumers(self, Consumer, channel):
        return [Consumer(queues=[self.queue], on_message=self.on_message, prefetch_count=50)]

    def on_message(self, message):  # raw: kombu would drop a body that it cannot decode
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self.levies.take(message.headers, body)
        message.ack()  # last: killed before, it comes again


if __name__ == "__main__":
    levies = LevyList(os.environ.get("LEVIES_FILE", "levies.sqlite3"))
    if sys.argv[1:] == ["list"]:
        for row in [*levies.to_be_paid(), *levies.not_applied()]:
            print(*row, sep="\t")
    else:
        with Connection(os.environ["AMQP_URI"], heartbeat=30) as connection:
            Consumer(connection, levies, os.environ["REGION"]).run()
