"""How civil registration answers: the methods of every case service, and those of the register of residents."""

from __future__ import annotations

from mpp.cases.interface.answers import CaseInterface
from mpp.contracts.residents import (
    LOOK_ALARMS,
    LOOK_UP_FAMILY,
    LOOK_UP_RESIDENT,
    LOOKS_AT,
    FamilyAsked,
    LooksAsked,
    ResidentAsked,
)
from mpp.messaging.calls.common import Nothing, Shown
from mpp.messaging.calls.messages import Call
from services.civil_registry.looking_up import ResidentLookup


class RegistryInterface(CaseInterface):
    """Registrations by `CaseInterface`, residents by the register."""

    def __post_init__(self) -> None:
        super().__post_init__()
        lookup = ResidentLookup(self.host)

        def look_up(asked: ResidentAsked, call: Call) -> Shown:
            return Shown(lookup.look_up(self.asking.clerk(call), asked, call.deadline, call.correlation_id))

        def family(asked: FamilyAsked, call: Call) -> Shown:
            return Shown(lookup.family(self.asking.clerk(call), asked, call.deadline, call.correlation_id))

        def looks_at(asked: LooksAsked, call: Call) -> Shown:
            return Shown(lookup.looks_at(self.asking.clerk(call), asked, call.deadline, call.correlation_id))

        def alarms(_: Nothing, call: Call) -> Shown:
            return Shown(lookup.alarms(self.asking.clerk(call), call.deadline))

        self.bindings.bind(LOOK_UP_RESIDENT, look_up)
        self.bindings.bind(LOOK_UP_FAMILY, family)
        self.bindings.bind(LOOKS_AT, looks_at)
        self.bindings.bind(LOOK_ALARMS, alarms)
