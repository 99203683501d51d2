"""Parts of the product, measured alone in a green process of their own: `python -m tests.load.inside WHAT ...`.

`echo URI SECONDS WINDOW`: calls to a running service's `ping`, per second. `relay URI DATABASE_URL`: what waits in the
outbox, brought to the broker; events per second.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import sys  # noqa: E402
import time  # noqa: E402
from typing import Any  # noqa: E402

from mpp.clock import SystemClock, new_id  # noqa: E402
from mpp.messaging.brokers.rabbitmq import AmqpBroker  # noqa: E402
from mpp.messaging.calls.client import RpcClient  # noqa: E402
from mpp.messaging.events.relay import Relay  # noqa: E402
from mpp.persistence.database import Database  # noqa: E402
from mpp.persistence.deadline import Deadline  # noqa: E402


def echo(uri: str, seconds: float, window: int) -> float:
    """Answered calls per second with `window` under way at any moment."""
    broker: Any = AmqpBroker(uri, "bench")
    client = RpcClient(broker)
    answered = 0
    until = 0.0

    def work() -> None:
        nonlocal answered
        while time.monotonic() < until:
            client.call("complaints", "ping", {"payload": "x" * 200}, Deadline.after(5), new_id())
            answered += 1

    client.call("complaints", "ping", {}, Deadline.after(5), new_id())
    began = time.monotonic()
    until = began + seconds
    threads = [eventlet.spawn(work) for _ in range(window)]
    for thread in threads:
        thread.wait()
    rate = answered / (time.monotonic() - began)
    broker.close()
    return rate


def relay(uri: str, url: str) -> float:
    """Events per second until nothing waits any more."""
    database = Database(url, name="complaints", pool_size=3)
    broker = AmqpBroker(uri, "bench")
    runner = Relay(database, broker, SystemClock())
    began, sent = time.monotonic(), 0
    while (now := runner.run_once()) or not sent:
        sent += now
    rate = sent / (time.monotonic() - began)
    broker.close()
    return rate


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    print(echo(rest[0], float(rest[1]), int(rest[2])) if what == "echo" else relay(rest[0], rest[1]))
