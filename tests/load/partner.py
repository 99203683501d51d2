"""A partner's AMQP consumer: `python -m tests.load.partner URI SECONDS RESULT.json` notes when each event came."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from mpp.messaging.brokers.topology import EVENTS
from tests.load.bare import connect


def main(uri: str, seconds: str, result: str) -> None:
    """[subject, version, seconds since the epoch] of every event of a complaint, as JSON."""
    connection = connect(uri)
    channel = connection.channel()
    channel.queue_declare("partner.bench.q", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    channel.queue_bind("partner.bench.q", EVENTS, "complaints.report.#")
    seen: list[tuple[str, int, float]] = []

    def note(message: Any) -> None:
        headers = message.properties["application_headers"]
        seen.append((headers["ce-subject"], int(headers["ce-subjectversion"]), time.time()))
        channel.basic_ack(message.delivery_info["delivery_tag"])

    channel.basic_qos(0, 100, False)
    channel.basic_consume("partner.bench.q", callback=note)
    print("ready", flush=True)
    until = time.monotonic() + float(seconds)
    while (left := until - time.monotonic()) > 0:
        try:
            connection.drain_events(timeout=left)
        except TimeoutError:
            break
    channel.queue_delete("partner.bench.q")
    Path(result).write_text(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
