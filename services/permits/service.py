"""The nameko service of licensing: the common casework, and what licensing listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpp.cases.service import CaseService
from mpp.messaging.events import Event
from mpp.messaging.extensions import subscribe
from services.permits import definition, use_cases

if TYPE_CHECKING:
    from sqlalchemy import Connection


class PermitsService(CaseService):
    """Licensing."""

    name = definition.name
    definition = definition

    @subscribe(*definition.subscribes, name="persons", order="latest")
    def person_changed(self, tx: Connection, event: Event) -> None:
        """A death puts open applications on hold and ends permits."""
        use_cases.person_changed(tx, event, self.desk.commands, self.desk.runtime.clock)
