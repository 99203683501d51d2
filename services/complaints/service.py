"""The nameko service of the complaints desk: the common casework, and what the desk listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpp.cases.interface.service import CaseService
from mpp.hosting.definition import person_events
from mpp.hosting.extensions import subscribe
from mpp.messaging.events.event import Event
from services.complaints import definition, use_cases

if TYPE_CHECKING:
    from sqlalchemy import Connection


class ComplaintsService(CaseService):
    """The complaints desk."""

    name = definition.name
    definition = definition

    @subscribe(*person_events().told, name="persons", order="latest")
    def person_changed(self, tx: Connection, event: Event) -> None:
        """Who is alive, deceased or moved."""
        use_cases.person_changed(tx, event)
