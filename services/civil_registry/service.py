"""The nameko service of civil registration: the common casework over the register."""

from __future__ import annotations

from mpp.cases.interface.service import CaseService, InterfaceProvider
from services.civil_registry import definition
from services.civil_registry.answers import RegistryInterface


class RegistryProvider(InterfaceProvider):
    """The interface with what the register answers."""

    interface_class = RegistryInterface
    interface: RegistryInterface


class CivilRegistryService(CaseService):
    """Civil registration."""

    name = definition.name
    definition = definition
    interface: RegistryInterface = RegistryProvider()
