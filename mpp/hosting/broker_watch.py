"""What is the matter with the broker: it may be away, take nothing, or be a new one on which nothing stands yet.

A process whose account may make queues makes what is missing. The accounts of services may not: then `mpp prepare` has
to run, and readiness says so.
"""

from __future__ import annotations

import time

import structlog

from mpp.jobs.loops import Loop, Pace
from mpp.messaging.brokers.port import Broker, BrokerAway, Outgoing, TopologyRefused
from mpp.messaging.brokers.topology import RPC, Topology

log = structlog.get_logger(__name__)

EVERY = 5.0
ALARM = "broker takes nothing (alarm: memory or disk)"
PREPARE = "run `mpp prepare`"
# What RabbitMQ says to an account or of a vhost that it does not know: a new one has none but its administrator's.
_UNKNOWN = ("AccessRefused", "NotAllowed")
# To nobody. The broker tells of an alarm only to who publishes, and a mall in which nobody works must know of it too.
_TRIAL = Outgoing(RPC, "", {}, b"{}", "trial")


class BrokerWatch:
    """One in a process; it looks closer at most every few seconds, and only while the broker is not all there."""

    def __init__(self, broker: Broker, topology: Topology) -> None:
        self._broker = broker
        self._topology = topology
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
            if self.trouble() is None:
                self._broker.publish_batch([_TRIAL], timeout=1.0)

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
