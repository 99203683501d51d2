"""The nameko service of licensing: the common casework, the register of permits, and what licensing listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mpp.cases.interface.service import CaseService, DeskProvider
from mpp.cases.prerequisites.announcements import TYPES as PAPERS
from mpp.hosting.extensions import rpc, subscribe
from mpp.jobs.loops import Loop, Pace
from mpp.messaging.calls.rpc import Call
from mpp.messaging.events.event import Event
from services.permits import PERSONS, definition, use_cases
from services.permits.rpc import PermitsDesk

if TYPE_CHECKING:
    from sqlalchemy import Connection

Answer = dict[str, Any]
REGISTER_TIMER_SECONDS = 60.0


class PermitsDeskProvider(DeskProvider):
    """The desk, and beside the timer of the cases that of the register."""

    desk_class = PermitsDesk
    desk: PermitsDesk

    def setup(self) -> None:
        super().setup()
        timer, pace = self.desk.register_timer, Pace(REGISTER_TIMER_SECONDS, at_start=False)
        self.background.add(Loop("permits", "register", timer.run_once, pace, ended=timer.release))


class PermitsService(CaseService):
    """Licensing."""

    name = definition.name
    definition = definition
    desk: PermitsDesk = PermitsDeskProvider()

    @rpc
    def list_permits(self, payload: Answer, call: Call) -> Answer:
        """A page of the register."""
        return self.desk.list_permits(payload, call)

    @rpc
    def get_permit(self, payload: Answer, call: Call) -> Answer:
        """One permit."""
        return self.desk.get_permit(payload, call)

    @rpc
    def act_on_permit(self, payload: Answer, call: Call) -> Answer:
        """Suspend, reinstate, revoke or correct a permit."""
        return self.desk.act_on_permit(payload, call)

    @rpc
    def search_permits(self, payload: Answer, call: Call) -> Answer:
        """The permits of a holder."""
        return self.desk.search_permits(payload, call)

    @rpc
    def verify(self, payload: Answer, call: Call) -> Answer:
        """Whether a document is real and holds."""
        return self.desk.verify(payload, call)

    @subscribe(*PAPERS, name="papers", order="latest")
    def paper_changed(self, tx: Connection, event: Event) -> None:
        """What applications wait for was issued, or will not be, or no longer holds."""
        self.desk.prerequisites.heard(tx, event)

    @subscribe(*PERSONS, name="persons", order="latest")
    def person_changed(self, tx: Connection, event: Event) -> None:
        """A death puts open applications on hold and ends permits."""
        use_cases.person_changed(tx, event, self.desk.host)
