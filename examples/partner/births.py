"""Births for BPJS: a partner's consumer of the mall's events, complete and on its own (`pip install kombu`).

A birth is printed, then stored with its event id, then the message is acknowledged. Killed before it is stored, the
consumer prints that birth again after the restart (it never loses one); killed later, or given the same event twice,
it does not print again. The row in `births` is there exactly once in every case.
"""

import hashlib
import json
import os
import sqlite3

from kombu import Connection, Exchange, Queue
from kombu.mixins import ConsumerMixin

BINDING = "civil_registry.birth.registered.v1.#"  # this version, any region
EVENTS = Exchange("mpp.events", "topic", no_declare=True)  # the mall's; a partner does not make it
# RabbitMQ 4 drops a message that was given back 20 times unless a queue says otherwise
ARGUMENTS = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000}
BIRTHS = Queue("partner.bpjs.births", EVENTS, BINDING, durable=True, queue_arguments=ARGUMENTS)


class Births(ConsumerMixin):  # connects again by itself when the broker was away
    def __init__(self, connection: Connection, database: sqlite3.Connection) -> None:
        self.connection, self.database = connection, database
        database.execute("CREATE TABLE IF NOT EXISTS births (event TEXT PRIMARY KEY, body BLOB, problem TEXT)")

    def get_consumers(self, Consumer, channel):
        return [Consumer(queues=[BIRTHS], on_message=self.on_message, prefetch_count=50)]

    def on_message(self, message):  # raw: kombu would drop a body that it cannot decode
        body, problem = message.body, None
        body = body.encode() if isinstance(body, str) else bytes(body)  # text where a content-encoding is set
        event = str(message.headers.get("ce-id") or hashlib.sha256(body).hexdigest())
        if not self.database.execute("SELECT 1 FROM births WHERE event = ?", [event]).fetchone():
            try:
                birth = json.loads(body)
                print(birth["birth_date"], birth["certificate"], birth["region"], flush=True)  # other fields: ignored
            except (ValueError, TypeError, KeyError) as error:
                problem = type(error).__name__  # stored, so that a person can look at it
            with self.database:  # one transaction; OR IGNORE, since a second copy may have been faster
                self.database.execute("INSERT OR IGNORE INTO births VALUES (?, ?, ?)", [event, body, problem])
        message.ack()


if __name__ == "__main__":
    with Connection(os.environ["AMQP_URI"], heartbeat=30) as connection:
        Births(connection, sqlite3.connect(os.environ.get("BIRTHS_FILE", "births.sqlite3"))).run()
