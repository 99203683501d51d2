"""A partner's program as shipped in `examples`: loaded to be asked, and run over a real RabbitMQ where it is killed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import kombu

from mpp.messaging.brokers.port import Outgoing, PublishResult
from mpp.messaging.brokers.rabbitmq import AmqpBroker
from mpp.messaging.brokers.topology import EVENTS, Topology
from mpp.messaging.events.event import Event
from tests.support.wait import until

EXAMPLES = Path(__file__).parents[2] / "examples"


def delivered(events: list[Event], random: Random) -> list[Event]:
    """As a bad day delivers them: in any order, some of them twice or three times."""
    found = [event for event in events for _ in range(random.choice([1, 1, 2, 3]))]
    random.shuffle(found)
    return found


@dataclass(frozen=True)
class PartnerProgram:
    """One file below `examples`, and the queue that it makes."""

    file: str
    queue: str

    @property
    def path(self) -> Path:
        return EXAMPLES / self.file

    def load(self) -> Any:
        """Its module."""
        spec = importlib.util.spec_from_file_location(self.file.removesuffix(".py").replace("/", "_"), self.path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def uses_nothing_of_the_mall(self) -> None:
        text = self.path.read_text("utf-8")
        assert "import mpp" not in text
        assert "from mpp" not in text
        assert "services" not in text

    def keeps_up_though_it_is_killed(
        self,
        amqp_uri: str,
        settings: Mapping[str, str],
        events: list[Event],
        opened: Callable[[], Any],
        right: Callable[[Any], bool],
    ) -> None:
        """Killed when half of the events are published, started again after the rest: its list ends as `right`.

        `opened` reads the list that it keeps, while it runs.
        """
        broker = AmqpBroker(amqp_uri)
        broker.declare(Topology.of([]))
        half = len(events) // 2
        running = [self._start(amqp_uri, settings)]
        try:
            _publish(broker, events[:half])
            running[0].kill()
            running[0].wait()
            _publish(broker, events[half:])
            until(lambda: self._consumers(amqp_uri) == 0, what="RabbitMQ noticed that it is gone")
            running.append(self._start(amqp_uri, settings))
            kept = opened()
            until(lambda: right(kept), what="the partner's list is the mall's")
        finally:
            for process in running:
                process.kill()
                process.wait()
            broker.close()

    def _start(self, amqp_uri: str, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "AMQP_URI": amqp_uri, **settings}
        process = subprocess.Popen([sys.executable, str(self.path)], env=environment)
        until(lambda: self._consumers(amqp_uri) == 1, what="the partner listens")
        return process

    def _consumers(self, amqp_uri: str) -> int:
        with kombu.Connection(amqp_uri) as connection:
            channel = connection.channel()
            try:
                return int(channel.queue_declare(self.queue, passive=True).consumer_count)
            except connection.channel_errors:
                return 0


def _publish(broker: AmqpBroker, events: list[Event]) -> None:
    # one by one, so that a quorum queue keeps the shuffled order
    for event in events:
        headers, body = event.to_message()
        outcome = broker.publish_batch([Outgoing(EVENTS, event.routing_key, headers, body, event.id)])
        assert outcome == [PublishResult.CONFIRMED]
