"""The nameko service of civil registration: the common casework over the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpp.cases.interface.service import CaseService, InterfaceProvider
from mpp.hosting.extensions import subscribe
from mpp.messaging.events.event import Event
from services.civil_registry import definition
from services.civil_registry.answers import RegistryInterface

if TYPE_CHECKING:
    from sqlalchemy import Connection


class RegistryProvider(InterfaceProvider):
    """The interface with what the register answers."""

    interface_class = RegistryInterface
    interface: RegistryInterface


class CivilRegistryService(CaseService):
    """Civil registration."""

    name = definition.name
    definition = definition
    interface: RegistryInterface = RegistryProvider()

    @subscribe(*definition.papers_elsewhere, name="papers_elsewhere", order="any")
    def paper_told(self, tx: Connection, event: Event) -> None:
        """Another service tells of a paper that may be needed here."""
        self.interface.prerequisites.told_elsewhere(tx, event)

    @subscribe(*definition.paper_types, name="paper_types", order="any")
    def paper_type_needed(self, tx: Connection, event: Event) -> None:
        """Another service needs the papers of a service type, or has told all of those that were asked for."""
        self.interface.paper_needs.heard(tx, event)
