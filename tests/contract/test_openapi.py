"""The published HTTP contract: it is the one that is served, it is valid, and it says every way out."""

from __future__ import annotations

import pkgutil
import warnings
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from mpp.contracts import all_contracts
from mpp.hosting.definition import case_services
from mpp.messaging.events.event import source_of
from mpp.web.schemas.fields import checked
from services.gateway.api import responses
from services.gateway.api.contract import contract, contract_text
from services.gateway.api.requests.cases import OpenCase

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.yaml"
OUT = [import_module(f"{responses.__name__}.{found.name}") for found in pkgutil.iter_modules(responses.__path__)]
SPEC = contract()
OPERATIONS = [(path, method, op) for path, item in SPEC["paths"].items() for method, op in item.items()]


def test_the_committed_document_is_the_one_that_the_code_serves() -> None:
    assert DOCUMENT.read_text("utf-8") == contract_text(), (
        "stale: run `python -m services.gateway.api.contract > docs/openapi.yaml`"
    )
    assert yaml.safe_load(DOCUMENT.read_text("utf-8")) == SPEC


def test_every_schema_is_a_valid_json_schema() -> None:
    assert SPEC["openapi"] == "3.1.0"
    for schema in SPEC["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


def test_no_two_schemas_have_one_name() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # apispec numbers the second one, and warns
        assert contract() == SPEC


def test_every_reference_leads_somewhere() -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [r for value in node.values() for r in references(value)]
        return [r for value in node for r in references(value)] if isinstance(node, list) else []

    for reference in references(SPEC):
        _, _, kind, name = reference.split("/")
        assert name in SPEC["components"][kind], reference


def test_every_collection_has_the_same_endpoints() -> None:
    for collection in case_services():
        base = f"/api/v1/{collection}"
        assert set(SPEC["paths"][base]) == {"get", "post"}
        assert set(SPEC["paths"][f"{base}/{{id}}"]) == {"get"}
        assert set(SPEC["paths"][f"{base}/{{id}}/actions"]) == {"post"}
        assert set(SPEC["paths"][f"{base}/{{id}}/receipt"]) == {"get"}


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[o[2]["operationId"] for o in OPERATIONS])
def test_every_operation_documents_its_refusals_as_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    statuses = set(operation["responses"])
    assert {"400", "default"} <= statuses
    if operation["security"]:
        assert "401" in statuses
    if "requestBody" in operation:
        assert {"411", "413", "415", "422"} <= statuses
    for status, response in operation["responses"].items():
        if status == "default" or int(status) >= 400:
            problem = response["content"]["application/problem+json"]["schema"]
            assert problem == {"$ref": "#/components/schemas/Problem"}
    # the bank has its own reference, a one-time code is one; what one does to the own session cannot happen twice
    unkeyed = ("/api/v1/auth/token", "/api/v1/auth/password", "/api/v1/auth/logout", "/api/v1/payments/callback")
    unkeyed += ("/api/v1/satisfaction/{code}",)
    unkeyed += ("/api/v1/messages/reports/{channel}",)  # a provider has the id of the message
    nothing = ("/search", "/lookup", "/families", "/looks", "/calendar/check", "/forms/{code}")  # what changes nothing
    if method == "post" and path not in unkeyed and not path.endswith(nothing):
        headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
        assert "Idempotency-Key" in headers


def test_requests_are_closed_and_answers_may_grow() -> None:
    for name, schema in SPEC["components"]["schemas"].items():
        if any(hasattr(module, name) for module in OUT):
            assert schema["additionalProperties"] is True, name
        elif schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


def test_the_form_of_a_service_stays_open_because_the_catalogue_names_its_fields() -> None:
    data = SPEC["components"]["schemas"]["RegisterCase"]["properties"]["data"]
    assert (data["type"], data["additionalProperties"]) == ("object", True)


def test_the_examples_are_what_the_gateway_itself_accepts() -> None:
    for collection in case_services():
        post = SPEC["paths"][f"/api/v1/{collection}"]["post"]
        checked(OpenCase, post["requestBody"]["content"]["application/json"]["examples"]["example"]["value"])


def test_the_example_of_the_feed_is_made_of_the_examples_of_contracts() -> None:
    example = SPEC["paths"]["/api/v1/events"]["get"]["responses"]["200"]["content"]["application/json"]["examples"]
    items = example["example"]["value"]["items"]
    assert len({event["source"] for event in items}) > 1
    for event in items:
        contract = all_contracts()[event["type"]]
        contract.check(event["data"])
        assert event["dataclassification"] == contract.classification
        assert event["source"] == source_of(event["type"].partition(".")[0])
