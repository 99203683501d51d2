"""What is the matter with the broker: it may be away, take nothing, or be a new one on which nothing stands yet.

A process whose account may make queues makes what is missing. The accounts of services may not: then `mpp prepare` has
to run, and readiness says so.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import structlog

from mpp.hosting.definition import ServiceDefinition
from mpp.jobs.loops import Loop, Pace
from mpp.messaging.brokers.port import Broker, BrokerAway, Outgoing, TopologyRefused
from mpp.messaging.brokers.topology import RPC, Topology

log = structlog.get_logger(__name__)

EVERY = 5.0
ALARM = "broker takes nothing (alarm: memory or disk)"
PREPARE = "run `mpp prepare`"
# What RabbitMQ says to an account or of a vhost that it does not know: a new one has none but its administrator's.
_UNKNOWN = ("AccessRefused", "NotAllowed")
_NOBODY = "mpp.nobody"  # a key that no queue has


def trial_of(services: Iterable[ServiceDefinition]) -> Outgoing | None:
    """A message to nobody that one of these services may publish by its rights; None where none may.

    The broker tells of an alarm only to who publishes, and a mall in which nobody works must know of it, too. A message
    that an account may not send would cost it its connection.
    """
    services = list(services)
    if any(service.answers_calls for service in services):
        return Outgoing("", _NOBODY, {}, b"{}", "trial")
    if any(service.calls_services for service in services):
        return Outgoing(RPC, _NOBODY, {}, b"{}", "trial")
    return None


class BrokerWatch:
    """One in a process; it looks closer at most every few seconds, and only while the broker is not all there.

    `trial` is published now and then, to hear of an alarm.
    """

    def __init__(self, broker: Broker, topology: Topology, trial: Outgoing | None = None) -> None:
        self._broker = broker
        self._topology = topology
        self._trial = trial
        self._looked_at: float | None = None
        self._told: str | None = None

    def trouble(self) -> str | None:
        """One line; None when all is well."""
        if self._broker.connected:
            self._looked_at = self._told = None
            return ALARM if self._broker.alarm else None
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at >= EVERY:
            self._looked_at = now
            self._told = self._look()
        return self._told

    def loop(self, service: str) -> Loop:
        """Looks also when nobody asks: what is missing is made soon."""

        def look() -> None:
            if self.trouble() is None and self._trial is not None:
                self._broker.publish_batch([self._trial], timeout=1.0)

        return Loop(service, "broker", look, Pace(EVERY, at_start=False), patience=0.0)

    def _look(self) -> str:
        try:
            missing = self._topology.missing(self._broker)
            if missing:
                self._topology.declare(self._broker)
                log.warning("broker.declared", missing=missing)
        except BrokerAway as error:
            return f"broker away ({error}){f': {PREPARE}' if str(error) in _UNKNOWN else ''}"
        except TopologyRefused:
            log.error("broker.new", missing=missing, hint=PREPARE)
            return f"broker lacks {', '.join(missing)}: {PREPARE}"
        return "broker away"
