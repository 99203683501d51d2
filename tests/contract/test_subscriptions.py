"""What a service's methods want to hear is what its queue is bound for; otherwise an event would never reach them."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from mpp.contracts import all_contracts
from mpp.hosting.definition import ServiceDefinition, definitions
from mpp.hosting.extensions import Subscribe
from mpp.messaging.brokers.topics import matches


def wanted(definition: ServiceDefinition) -> set[str]:
    module, _, name = definition.service_class.partition(":")
    service = getattr(import_module(module), name)
    methods = [method for _, method in inspect.getmembers(service, inspect.isfunction)]
    entrypoints = [e for method in methods for e in getattr(method, "nameko_entrypoints", ())]
    return {type_ for e in entrypoints if isinstance(e, Subscribe) for type_ in e._types}


@pytest.mark.parametrize("name", definitions())
def test_every_subscription_is_bound(name: str) -> None:
    definition = definitions()[name]
    assert wanted(definition) == set(definition.hears)


@pytest.mark.parametrize("name", definitions())
def test_every_binding_can_be_met_by_an_event(name: str) -> None:
    for pattern in definitions()[name].hears:
        words = pattern.split(".")
        assert any(matches(words, type_.split(".")) for type_ in all_contracts()), pattern
