"""Satpol PP's own list of the permits that hold in its area: a consumer of the mall's events (`pip install kombu`).

An officer in the street asks this list, also where the mall cannot be reached. It stays right through suspensions,
corrections, revocations and expiry, in whatever order and however often the events arrive: each event of a permit
says all that the list needs, and the one with the highest `subjectversion` of its permit wins.

    AMQP_URI=amqp://satpol-pp:PASSWORD@HOST/ AREA=35.15.14 python permits.py    # keep the list
    python permits.py list                                                    # print what holds today
"""

import json
import os
import sqlite3
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from kombu import Connection, Exchange, Queue
from kombu.mixins import ConsumerMixin

EVENTS = Exchange("mpp.events", "topic", no_declare=True)  # the mall's; a partner does not make it
# RabbitMQ 4 drops a message that was given back 20 times unless a queue says otherwise
ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
QUEUE = "partner.satpol-pp.permits"
TABLES = """
CREATE TABLE IF NOT EXISTS permits (
    permit TEXT PRIMARY KEY, version INTEGER NOT NULL, number TEXT NOT NULL, service TEXT NOT NULL,
    region TEXT NOT NULL, status TEXT NOT NULL, valid_from TEXT, valid_until TEXT);
CREATE TABLE IF NOT EXISTS problems (event TEXT PRIMARY KEY, problem TEXT NOT NULL, body BLOB);
"""
# Of two events of a permit the newer one counts; the same one twice changes nothing.
TAKE = """
INSERT INTO permits VALUES (:permit, :version, :number, :service, :region, :status, :valid_from, :valid_until)
ON CONFLICT (permit) DO UPDATE SET version = excluded.version, number = excluded.number, service = excluded.service,
    region = excluded.region, status = excluded.status,
    valid_from = coalesce(excluded.valid_from, valid_from), valid_until = coalesce(excluded.valid_until, valid_until)
WHERE excluded.version > permits.version
"""
# The last day counts in full; the event of its end may still be on its way.
HOLDS = "status = 'valid' AND (valid_until IS NULL OR valid_until >= :today)"


class PermitList:
    """The list in a SQLite file."""

    def __init__(self, path):
        self.database = sqlite3.connect(path, timeout=10)
        self.database.executescript(TABLES)

    def take(self, headers, body):
        """Apply one event; one that cannot be read is kept for a person to look at, and never stops the queue."""
        event = str(headers.get("ce-id"))
        try:
            row = read(headers, body)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            with self.database:
                row = (event, type(error).__name__, body)
                self.database.execute("INSERT OR IGNORE INTO problems VALUES (?, ?, ?)", row)
            return
        with self.database:
            self.database.execute(TAKE, row)

    def holding(self, today):
        """The permits that hold on a day: (number, service, region, last day), by number."""
        query = f"SELECT number, service, region, valid_until FROM permits WHERE {HOLDS} ORDER BY number"
        return self.database.execute(query, {"today": today.isoformat()}).fetchall()


def read(headers, body):
    """The row that an event makes; fields that the mall adds later are passed over."""
    data = json.loads(body)
    # the first version of these two events came without a status
    status = {"issued": "valid", "lapsed": "lapsed"}.get(headers["ce-type"].split(".")[2])
    return {
        "permit": headers["ce-subject"],
        "version": int(headers["ce-subjectversion"]),
        "number": data["number"],
        "service": data["service"],
        "region": data["region"],
        "status": data.get("status") or status or data["status"],
        "valid_from": data.get("valid_from"),
        "valid_until": data.get("valid_until"),
    }


class Consumer(ConsumerMixin):  # connects again by itself when the broker was away
    def __init__(self, connection, permits, area):
        self.connection, self.permits = connection, permits
        # every event of a permit, this version, the area and all villages in it
        self.queue = Queue(QUEUE, EVENTS, f"permits.permit.*.v1.{area}.#", durable=True, queue_arguments=ARGUMENTS)

    def get_consumers(self, Consumer, channel):
        return [Consumer(queues=[self.queue], on_message=self.on_message, prefetch_count=50)]

    def on_message(self, message):  # raw: kombu would drop a body that it cannot decode
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        self.permits.take(message.headers, body)
        message.ack()  # last: killed before, it comes again


if __name__ == "__main__":
    permits = PermitList(os.environ.get("PERMITS_FILE", "permits.sqlite3"))
    if sys.argv[1:] == ["list"]:
        for row in permits.holding(datetime.now(ZoneInfo(os.environ.get("ZONE", "Asia/Jakarta"))).date()):
            print(*row, sep="\t")
    else:
        with Connection(os.environ["AMQP_URI"], heartbeat=30) as connection:
            Consumer(connection, permits, os.environ["AREA"]).run()
