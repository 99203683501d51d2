"""A service gets what its definition names. That it keeps no cases gives it nothing."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from mpp.contracts import all_contracts
from mpp.hosting.definition import ServiceDefinition, case_services, definitions
from mpp.hosting.runtime import Runtime
from mpp.identity.person import person_key
from mpp.messaging.brokers.embedded import EmbeddedBroker
from mpp.messaging.brokers.topology import Topology
from mpp.operations.keys import keyring_of
from mpp.operations.preparing.broker_accounts import service_rights
from mpp.operations.preparing.prepare import prepare_databases
from mpp.operations.problem import Problem
from mpp.operations.region_files import Files
from mpp.operations.running import assemble
from mpp.operations.settings import Settings
from tests.support.desks import PAPER_KEYS, PERSON_KEY, PRIVATE, PUBLIC, TRACKING_KEYS, files_of
from tests.support.installed import installed

NOTICES = ServiceDefinition(name="notices", service_class="tests.unit.test_services_without_cases:Notices")
NOTHING = "^$"


def runtime_of(*hosted: ServiceDefinition) -> Runtime:
    region, catalogue, calendar = files_of("35.15", ())
    settings = Settings(
        token_private_key=PRIVATE,
        token_public_key=PUBLIC,
        person_key=PERSON_KEY,
        tracking_keys=TRACKING_KEYS,
        paper_keys=PAPER_KEYS,
        paper_keyring=keyring_of(PAPER_KEYS, date(2026, 1, 1)),
        database_urls=dict.fromkeys((*definitions(), "notices"), "postgresql+psycopg2://localhost/x"),
    )
    return assemble.build(settings, Files(region, catalogue, calendar), hosted, EmbeddedBroker())


def test_its_process_is_given_no_key_and_no_database() -> None:
    runtime = runtime_of(NOTICES)
    assert runtime.token_signer is None
    assert runtime.databases == {}
    assert runtime.tracking_keys == {}
    assert runtime.paper_signers == {}
    with pytest.raises(ValueError):
        person_key("3515991234569990", runtime.person_key)


@pytest.mark.parametrize("name", definitions())
def test_a_service_of_the_mall_has_the_keys_that_its_definition_names(name: str) -> None:
    definition = definitions()[name]
    runtime = runtime_of(definition)
    assert (runtime.token_signer is not None) is definition.signs_tokens
    assert bool(runtime.person_key) is definition.knows_persons
    assert set(runtime.tracking_keys) == ({name} if definition.gives_secrets else set())
    assert set(runtime.paper_signers) == ({name} if definition.paper_kinds else set())
    assert set(runtime.databases) == {name}


def test_only_the_gateway_signs_and_calls_and_it_knows_no_persons() -> None:
    assert [d.name for d in definitions().values() if d.signs_tokens] == ["gateway"]
    assert [d.name for d in definitions().values() if d.calls_services] == ["gateway"]
    assert not definitions()["gateway"].knows_persons


def test_on_the_broker_it_may_do_nothing_and_needs_no_account() -> None:
    assert not NOTICES.uses_broker
    rights = service_rights(NOTICES)
    assert {rights.configure, rights.write, rights.read, rights.publish, rights.bind} == {NOTHING}
    assert Topology.of([NOTICES]).queues == ()


@pytest.mark.parametrize(
    ("named", "write", "read", "publish"),
    [
        ({"subscribes": ("#",)}, NOTHING, r"^notices\.(events\.v[0-9]+|dead\.v[0-9]+)$", NOTHING),
        ({"answers_calls": True}, r"^(amq\.default)$", r"^notices\.(rpc)$", NOTHING),
        ({"calls_services": True}, r"^(mpp\.rpc)$", NOTHING, NOTHING),
        ({"publishes": "mpp.contracts.complaints"}, r"^(mpp\.events|mpp\.own)$", NOTHING, r"^notices\..+"),
    ],
)
def test_each_right_comes_from_the_one_field_that_names_it(
    named: dict[str, object], write: str, read: str, publish: str
) -> None:
    definition = ServiceDefinition(name="notices", service_class="", **named)  # type: ignore[arg-type]
    rights = service_rights(definition)
    assert definition.uses_broker
    assert (rights.write, rights.read, rights.publish) == (write, read, publish)
    assert (rights.configure, rights.bind) == (NOTHING, NOTHING)


def test_nobody_takes_it_for_a_service_with_cases() -> None:
    before = case_services(), all_contracts()
    with installed(NOTICES):
        assert "notices" in definitions()
        assert (case_services(), all_contracts()) == before
        assert list(definitions())[-1] == "gateway", "who calls the others comes after them"


def test_no_database_is_prepared_for_it_and_none_asked_for() -> None:
    prepare_databases(Settings(), {"notices": NOTICES}, pytest.fail)
    with_one = ServiceDefinition(name="notices", service_class="", migrations=())
    with pytest.raises(Problem, match="NOTICES_DATABASE_URL"):
        prepare_databases(Settings(), {"notices": with_one}, pytest.fail)


def test_the_stack_hands_each_key_to_whom_it_is_named_for() -> None:
    compose = (Path(__file__).parents[2] / "docker-compose.yml").read_text()
    services = compose.split("\nservices:\n")[1]
    for name, definition in definitions().items():
        block = re.split(rf"\n  {name}:(?: &{name})?\n", services)[1].split("\n\n")[0]
        assert ("*persons" in block) is definition.knows_persons, name
        assert ("MPP_TOKEN_PRIVATE_KEY" in block) is definition.signs_tokens, name
        assert "*probes" in block, name
