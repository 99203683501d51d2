"""The floor of messaging, nothing of ours in it: `python -m tests.load.bare serve|ask|publish URI SECONDS [WINDOW]`.

`ask` and `serve` are the two ends of a request over RabbitMQ's direct reply-to; `publish` sends confirmed batches of
500 persistent messages, of the size of an event, to a quorum queue. Each prints how many per second.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from typing import Any
from urllib.parse import unquote, urlsplit

import amqp

QUEUE, EVENTS = "bench.echo", "bench.events"
BATCH = 500
HEADERS = {f"ce-{name}": "x" * 36 for name in ("id", "type", "source", "subject", "time", "correlationid")}
BODY = b"x" * 250


def connect(uri: str) -> Any:
    """An open py-amqp connection."""
    parts = urlsplit(uri)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}", userid=unquote(parts.username or ""),
        password=unquote(parts.password or ""), virtual_host=unquote(parts.path[1:]), confirm_publish=False,
    )  # fmt: skip
    connection.connect()
    return connection


def serve(uri: str, seconds: float) -> None:
    """Answer every request with its own body."""
    connection = connect(uri)
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, auto_delete=False)
    channel.queue_purge(QUEUE)

    def answer(message: Any) -> None:
        properties = message.properties
        reply = amqp.Message(message.body, correlation_id=properties["correlation_id"])
        channel.basic_publish(reply, exchange="", routing_key=properties["reply_to"])

    channel.basic_qos(0, 50, False)
    channel.basic_consume(QUEUE, no_ack=True, callback=answer)
    print("ready", flush=True)
    _until(connection, time.monotonic() + seconds + 5)


def ask(uri: str, seconds: float, window: int) -> float:
    """Requests per second with `window` under way at any moment."""
    connection = connect(uri)
    channel = connection.channel()
    answered = 0

    def send() -> None:
        message = amqp.Message(BODY, reply_to="amq.rabbitmq.reply-to", correlation_id="1", expiration="5000")
        channel.basic_publish(message, exchange="", routing_key=QUEUE)

    def on_answer(_message: Any) -> None:
        nonlocal answered
        answered += 1
        send()

    channel.basic_consume("amq.rabbitmq.reply-to", no_ack=True, callback=on_answer)
    for _ in range(window):
        send()
    began = time.monotonic()
    _until(connection, began + seconds)
    return answered / (time.monotonic() - began)


def publish(uri: str, seconds: float) -> float:
    """Confirmed messages per second."""
    connection = connect(uri)
    channel = connection.channel()
    channel.queue_delete(EVENTS)
    channel.queue_declare(EVENTS, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.confirm_select()
    confirmed: deque[int] = deque([0])
    channel.events["basic_ack"].add(lambda tag, multiple: confirmed.append(tag) if multiple else confirmed.append(-1))
    sent, began = 0, time.monotonic()
    while time.monotonic() - began < seconds:
        confirmed.clear()
        for _ in range(BATCH):
            message = amqp.Message(BODY, delivery_mode=2, application_headers=HEADERS, content_type="application/json")
            channel._basic_publish(message, exchange="", routing_key=EVENTS, mandatory=True)
        sent += BATCH
        _drain_confirms(connection, confirmed, sent)
    rate = sent / (time.monotonic() - began)
    channel.queue_delete(EVENTS)
    return rate


def _drain_confirms(connection: Any, confirmed: deque[int], last: int) -> None:
    singles = 0
    highest = last - BATCH
    while highest + singles < last:
        connection.drain_events(timeout=10)
        while confirmed:
            tag = confirmed.popleft()
            if tag > highest:
                highest, singles = tag, 0  # `multiple` covers every single one before it
            elif tag == -1:
                singles += 1


def _until(connection: Any, end: float) -> None:
    while (left := end - time.monotonic()) > 0:
        try:
            connection.drain_events(timeout=left)
        except TimeoutError:
            return


if __name__ == "__main__":
    what, uri, seconds, *window = sys.argv[1:]
    if what == "serve":
        serve(uri, float(seconds))
    else:
        print(ask(uri, float(seconds), int(window[0])) if what == "ask" else publish(uri, float(seconds)))
