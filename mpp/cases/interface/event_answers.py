"""What a case service answers to an operator about its events."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mpp.cases.interface.asking import Asking
from mpp.cases.interface.event_payloads import Resending, ToldAndHeard, Within
from mpp.hosting.runtime import Runtime
from mpp.messaging.calls.common import Shown
from mpp.messaging.calls.messages import Call
from mpp.messaging.events.subscription import Subscription
from mpp.messaging.reconciling.account import Account
from mpp.messaging.reconciling.ids import Ids, Wanted
from mpp.messaging.reconciling.resending import resend
from mpp.messaging.reconciling.spans import Span


class EventAnswers:
    """The events of one service."""

    def __init__(
        self, asking: Asking, runtime: Runtime, service: str, subscriptions: Callable[[], Sequence[Subscription]]
    ) -> None:
        self._asking = asking
        self._service = service
        self._database = runtime.databases[service]
        self._clock = runtime.clock
        self._retention = runtime.settings.retention
        self._account = Account(self._database, self._clock, self._retention, subscriptions)

    def resend(self, asked: Resending, call: Call) -> Shown:
        """Let the next ones be sent again; none that an inbox may have forgotten meanwhile (`Retention`)."""
        self._asking.operator(call)
        now = self._clock.now()
        span = Span(max(asked.since, now - self._retention.outbox), asked.until or now)
        with self._database.transaction(call.deadline) as tx:
            done = resend(tx, span, asked.type, asked.after or 0)
        return Shown({"service": self._service, **span.to_json(), "resent": done.number, "next": done.next})

    def digest(self, asked: Within, call: Call) -> ToldAndHeard:
        """What the service has told and heard within a span."""
        self._asking.operator(call)
        return ToldAndHeard(self._account.digest(asked.span, call.deadline))

    def ids(self, wanted: Wanted, call: Call) -> Ids:
        """The ids behind a part of it."""
        self._asking.operator(call)
        return self._account.ids(wanted, call.deadline)
