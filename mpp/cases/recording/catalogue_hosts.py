"""What each case service offers to catalogue files: the effects that it knows and the events that have a contract."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from mpp.cases.recording.hooks import Hooks
from mpp.catalogue import Host
from mpp.contracts import case_event_names
from mpp.hosting.definition import ServiceDefinition, case_services


@cache
def hooks_of(definition: ServiceDefinition) -> Hooks:
    """The service's own part of casework."""
    module, _, name = (definition.hooks or "").partition(":")
    hooks: Hooks = getattr(import_module(module), name)
    return hooks


@cache
def hosts() -> dict[str, Host]:
    """By collection."""
    return {
        collection: Host(
            effects=frozenset(hooks_of(definition).effects),
            numbering=frozenset(name for name, e in hooks_of(definition).effects.items() if e.needs_number),
            announces=definition.follows_papers and bool(definition.paper_events.types),
            shares=definition.shares_papers,
            paper_kinds=frozenset(definition.paper_kinds),
            events=case_event_names(definition.publishes) if definition.publishes else frozenset(),
        )
        for collection, definition in case_services().items()
    }
