"""docs/asyncapi.yaml: generated, fresh, valid AsyncAPI 3.0, and as tolerant as we tell partners to be."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from marshmallow import fields
from typer.testing import CliRunner

from mpp.contracts import EventContract
from mpp.contracts.asyncapi import document, example_event, payload_schema, render
from mpp.contracts.base import EventSchema
from mpp.operations.commands.contracts import app
from tests.contract.published import all_events

COMMITTED = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"
RULES = json.loads((Path(__file__).parent / "asyncapi-3.0.0.schema.json").read_text("utf-8"))
EVENTS = all_events()
each_event = pytest.mark.parametrize("contract", EVENTS.values(), ids=EVENTS.keys())


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    """What a partner's developer reads."""
    found: dict[str, Any] = yaml.safe_load(COMMITTED.read_text("utf-8"))
    return found


def mistakes(candidate: Any) -> list[str]:
    """What AsyncAPI's own schema says against a document."""
    return [error.message for error in jsonschema.Draft7Validator(RULES).iter_errors(candidate)]


def test_the_committed_document_is_the_generated_one() -> None:
    fresh = COMMITTED.read_text("utf-8") == render(EVENTS.values())
    assert fresh, "stale: mpp contracts asyncapi --output docs/asyncapi.yaml"


def test_the_order_of_the_contracts_does_not_matter() -> None:
    assert render(reversed(EVENTS.values())) == render(EVENTS.values())


def test_another_process_makes_the_same_bytes() -> None:
    code = (
        "from mpp.contracts.asyncapi import render; from tests.contract.published import all_events;"
        "import sys; sys.stdout.buffer.write(render(all_events().values()).encode())"
    )
    root = COMMITTED.parents[1]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env={"PYTHONHASHSEED": "7"}, capture_output=True, check=True
    )
    assert done.stdout == COMMITTED.read_bytes()


def test_it_is_valid_asyncapi(committed: dict[str, Any]) -> None:
    assert mistakes(committed) == []


def test_the_validator_would_find_a_mistake(committed: dict[str, Any]) -> None:
    type_ = next(iter(EVENTS))
    broken = json.loads(json.dumps(committed))
    broken["operations"][f"{type_}.send"]["action"] = "shout"
    broken["channels"][type_]["bindings"]["amqp"]["exchange"]["type"] = "tropic"
    assert len(mistakes(broken)) >= 2


def test_every_reference_leads_somewhere(committed: dict[str, Any]) -> None:
    references = list(references_of(committed))
    assert references
    for reference in references:
        found: Any = committed
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def references_of(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references_of(value)
    elif isinstance(part, list):
        for value in part:
            yield from references_of(value)


@each_event
def test_each_type_has_a_channel_of_its_own_for_any_region(committed: dict[str, Any], contract: EventContract) -> None:
    channel = committed["channels"][contract.type]
    assert channel["address"].format(region="35.15.14.2013") == example_event(contract).routing_key
    exchange = channel["bindings"]["amqp"]["exchange"]
    assert (exchange["name"], exchange["type"], exchange["durable"]) == ("mpp.events", "topic", True)
    assert committed["operations"][f"{contract.type}.send"]["action"] == "send"


@each_event
def test_each_message_says_who_may_see_it_in_both_languages(committed: dict[str, Any], contract: EventContract) -> None:
    message = committed["components"]["messages"][contract.type]
    assert message["x-classification"] == contract.classification
    assert message["x-title"] == dict(contract.title)


@each_event
def test_each_example_fits_the_published_schemas(committed: dict[str, Any], contract: EventContract) -> None:
    message = committed["components"]["messages"][contract.type]
    (example,) = message["examples"]
    for part in ("headers", "payload"):
        schema = {**message[part], "components": committed["components"]}
        validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
        assert [error.message for error in validator.iter_errors(example[part])] == []
    headers, _ = example_event(contract).to_message()
    assert example["headers"] == headers


def test_no_payload_forbids_fields_that_a_reader_does_not_know(committed: dict[str, Any]) -> None:
    assert "additionalProperties" not in json.dumps(committed)


class _Site(EventSchema):
    area = fields.String()


class _WithSite(EventSchema):
    site = fields.Nested(_Site)
    others = fields.List(fields.Nested(_Site))


def test_nor_does_a_nested_one() -> None:
    schema = payload_schema(_WithSite)
    assert schema["properties"]["site"]["properties"]["area"] == {"type": "string"}
    assert "additionalProperties" not in json.dumps(schema)


def test_two_contracts_of_one_type_or_two_schemas_of_one_name_are_refused() -> None:
    contract = EVENTS["permits.permit.issued.v1"]
    with pytest.raises(ValueError, match="two contracts"):
        document([contract, contract])
    namesake = type(contract.schema.__name__, (EventSchema,), {"number": fields.String()})
    other = EventContract("permits.permit.renewed.v1", namesake, contract.title, {"number": "1"})
    with pytest.raises(ValueError, match="named PermitIssued"):
        document([contract, other])


def test_the_command_prints_the_committed_document(tmp_path: Path) -> None:
    printed = CliRunner().invoke(app, ["asyncapi"])
    assert (printed.exit_code, printed.stdout) == (0, COMMITTED.read_text("utf-8"))
    written = tmp_path / "asyncapi.yaml"
    assert CliRunner().invoke(app, ["asyncapi", "--output", str(written)]).exit_code == 0
    assert written.read_bytes() == COMMITTED.read_bytes()


def test_the_list_names_every_event_with_its_classification() -> None:
    listed = CliRunner().invoke(app, ["list"]).stdout.splitlines()
    assert [tuple(line.split("\t")[:2]) for line in listed] == sorted(
        (c.type, c.classification) for c in EVENTS.values()
    )
