"""How civil registration answers: the methods of every case service, and those of the register of residents."""

from __future__ import annotations

from mpp.cases.interface.answers import CaseInterface
from mpp.contracts.residents import LOOK_UP_RESIDENT, ResidentAsked
from mpp.messaging.calls.common import Shown
from mpp.messaging.calls.messages import Call
from services.civil_registry.looking_up import ResidentLookup


class RegistryInterface(CaseInterface):
    """Registrations by `CaseInterface`, residents by the register."""

    def __post_init__(self) -> None:
        super().__post_init__()
        lookup = ResidentLookup(self.host)

        def look_up(asked: ResidentAsked, call: Call) -> Shown:
            return Shown(lookup.look_up(self.asking.clerk(call), asked, call.deadline, call.correlation_id))

        self.bindings.bind(LOOK_UP_RESIDENT, look_up)
