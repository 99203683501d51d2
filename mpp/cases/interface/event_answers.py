"""What a case service answers to an operator about its events."""

from __future__ import annotations

from mpp.cases.interface.asking import Asking
from mpp.cases.interface.event_payloads import Resending
from mpp.hosting.runtime import Runtime
from mpp.messaging.calls.common import Shown
from mpp.messaging.calls.messages import Call
from mpp.messaging.reconciling.resending import resend
from mpp.messaging.reconciling.spans import Span


class EventAnswers:
    """The events of one service."""

    def __init__(self, asking: Asking, runtime: Runtime, service: str) -> None:
        self._asking = asking
        self._service = service
        self._database = runtime.databases[service]
        self._clock = runtime.clock
        self._retention = runtime.settings.retention

    def resend(self, asked: Resending, call: Call) -> Shown:
        """Let the next ones be sent again; none that an inbox may have forgotten meanwhile (`Retention`)."""
        self._asking.operator(call, "resend_events")
        now = self._clock.now()
        span = Span(max(asked.since, now - self._retention.outbox), asked.until or now)
        with self._database.transaction(call.deadline) as tx:
            done = resend(tx, span, asked.type, asked.after or 0)
        return Shown({"service": self._service, **span.to_json(), "resent": done.number, "next": done.next})
