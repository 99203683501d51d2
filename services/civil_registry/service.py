"""The nameko service of civil registration: the common casework over the register."""

from __future__ import annotations

from mpp.cases.interface.service import CaseService
from services.civil_registry import definition


class CivilRegistryService(CaseService):
    """Civil registration."""

    name = definition.name
    definition = definition
