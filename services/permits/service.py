"""The nameko service of licensing: the common casework, the register of permits, and what licensing listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpp.cases.interface.service import CaseService, InterfaceProvider
from mpp.hosting.definition import paper_events, person_events
from mpp.hosting.extensions import subscribe
from mpp.jobs.loops import Loop, Pace
from mpp.messaging.events.event import Event
from services.permits import definition, use_cases
from services.permits.answers import PermitsInterface

if TYPE_CHECKING:
    from sqlalchemy import Connection

REGISTER_TIMER_SECONDS = 60.0


class PermitsProvider(InterfaceProvider):
    """The interface, and beside the timer of the cases that of the register."""

    interface_class = PermitsInterface
    interface: PermitsInterface

    def setup(self) -> None:
        super().setup()
        timer, pace = self.interface.register_timer, Pace(REGISTER_TIMER_SECONDS, at_start=False)
        self.background.add(Loop("permits", "register", timer.run_once, pace, ended=timer.release))


class PermitsService(CaseService):
    """Licensing."""

    name = definition.name
    definition = definition
    interface: PermitsInterface = PermitsProvider()

    @subscribe(*paper_events().types, name="papers", order="latest")
    def paper_changed(self, tx: Connection, event: Event) -> None:
        """What applications wait for was issued, or will not be, or no longer holds."""
        self.interface.prerequisites.heard(tx, event)

    @subscribe(*person_events().told, name="persons", order="latest")
    def person_changed(self, tx: Connection, event: Event) -> None:
        """A death puts open applications on hold and ends permits."""
        use_cases.person_changed(tx, event, self.interface.host)

    @subscribe(*definition.papers_elsewhere, name="papers_elsewhere", order="any")
    def paper_told(self, tx: Connection, event: Event) -> None:
        """Another service tells of a paper that may be needed here."""
        self.interface.prerequisites.told_elsewhere(tx, event)

    @subscribe(*definition.paper_types, name="paper_types", order="any")
    def paper_type_needed(self, tx: Connection, event: Event) -> None:
        """Another service needs the papers of a service type, or has told all of those that were asked for."""
        self.interface.paper_needs.heard(tx, event)
