"""RabbitMQ's alarm: with too little memory or disk it takes nothing from who publishes, and says so to each who tries.

It goes on answering, so that nothing else shows it. py-amqp hands on that it happened, and not RabbitMQ's reason.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from mpp.messaging import metrics

log = structlog.get_logger(__name__)


class Alarm:
    """One for all links of a process to one broker: who hears of it tells the others."""

    def __init__(self, on_raised: Callable[[], None] = lambda: None) -> None:
        self._told: set[str] = set()  # the links that were told and have not been told that it is over
        self.on_raised = on_raised
        metrics.broker_alarm.set(0)

    @property
    def raised(self) -> bool:
        """Whether the broker takes nothing, as far as this process was told."""
        return bool(self._told)

    def tell(self, link: str) -> None:
        """The broker has told this link."""
        first = not self._told
        self._told.add(link)
        if first:
            log.error("broker.alarm", hint="RabbitMQ lacks memory or disk; its own log says which")
            metrics.broker_alarm.set(1)
            self.on_raised()

    def over(self, link: str) -> None:
        """It is over, or this link is gone, and knows nothing any more."""
        if link not in self._told:
            return
        self._told.discard(link)
        if not self._told:
            log.info("broker.alarm_over")
            metrics.broker_alarm.set(0)
