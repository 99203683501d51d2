"""The published language: which events exist, what each carries, and who may see it.

One module per producer. An event is checked strictly when it is written and read tolerantly (unknown fields are
ignored), so that within a version fields may be added and nothing else. No field of any event holds a NIK, a name, an
address or free text of a citizen.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from mpp.contracts.base import INTERNAL, EventContract
from mpp.hosting.definition import definitions

__all__ = ["EventContract", "all_contracts", "case_event_names", "contract_of", "contracts_of", "internal_entities"]


@cache
def contracts_of(module: str) -> dict[str, EventContract]:
    """The contracts of one producer module (`ServiceDefinition.publishes`), by type."""
    return {contract.type: contract for contract in import_module(module).EVENTS}


@cache
def all_contracts() -> dict[str, EventContract]:
    """Every event of every installed service, by type."""
    found: dict[str, EventContract] = {}
    for definition in definitions().values():
        if definition.publishes is not None:
            found.update(contracts_of(definition.publishes))
    return found


def contract_of(type_: str) -> EventContract:
    """The contract of an event type. Raises KeyError: an event without a contract must not be written."""
    return all_contracts()[type_]


def internal_entities() -> tuple[str, ...]:
    """The entities of events that no partner may hear, such as `civil_registry.person`."""
    found = {".".join(c.type.split(".")[:2]) for c in all_contracts().values() if c.classification == INTERNAL}
    return tuple(sorted(found))


def case_event_names(module: str) -> frozenset[str]:
    """The names that a catalogue may give to the events of this producer's cases, such as `verified`."""
    return frozenset(c.type.split(".")[2] for c in contracts_of(module).values() if c.of_case)
