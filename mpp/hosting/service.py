"""What every service of the mall stands on that has a database, whether it keeps cases or not."""

from __future__ import annotations

from mpp.hosting.background import RelayProvider
from mpp.hosting.extensions import DeadLettersProvider


class BaseService:
    """Its outbox is sent, its inbox retried, its audit trail sealed, what is old pruned; it can reach its dead letters.

        class NoticesService(BaseService):
            name = definition.name

            @subscribe(*definition.hears, order="latest")
            def heard(self, tx: Connection, event: Event) -> None: ...

    Only what the definition names is there: without `subscribes` it has no queue, without `publishes` nobody takes its
    events.
    """

    relay = RelayProvider()
    letters = DeadLettersProvider()
