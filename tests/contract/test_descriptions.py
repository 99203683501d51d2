"""The published HTTP contract explains itself: every field has a type that says something, a description and, where
nobody could guess one, an example; every body is shown, by an example that its own schema takes."""

from __future__ import annotations

from typing import Any

import pytest

from mpp.web.texts.lookup import PROBLEMS
from services.gateway.api.contract import contract
from tests.contract import described

SPEC = contract()
# The form of a service and what follows from it is the catalogue's; what an event says is its contract's; and what an
# operator is shown of a dead letter is whatever came.
OPEN_ON_PURPOSE = {
    *(
        f"{name}.data"
        for name in (
            "RegisterCase",
            "Act",
            "ActOnline",
            "FileOnline",
            "OnlineFiling",
            "Opened",
            "Case",
            "Attached",
            "ActOnPermit",
            "Permit",
            "CloudEvent",
            "FormSoFar",
        )
    ),
    *("KeepDraft.form", "Draft.form"),  # its writer's alone: the mall looks into none
    *("DeadLetter.headers", "DeadLetter.payload"),
}
HOW = "describe it: see 'What people read' in CONTRIBUTING.md"


def test_every_field_and_parameter_says_what_it_is() -> None:
    assert described.undescribed(SPEC) == [], HOW


def test_every_field_has_a_type_that_says_something() -> None:
    assert set(described.untyped(SPEC)) == OPEN_ON_PURPOSE


def test_every_value_that_nobody_could_guess_has_an_example() -> None:
    assert described.unexplained(SPEC) == [], HOW


def test_every_example_is_one_that_its_schema_takes() -> None:
    assert described.wrong_examples(SPEC) == []


def test_every_operation_shows_what_it_takes_and_answers() -> None:
    assert described.without_example(SPEC) == []


def test_every_refusal_is_shown_by_one_of_its_status() -> None:
    for where, body in described.bodies(SPEC):
        status = where.rpartition(" ")[2]
        if status.isdigit() and int(status) >= 400:
            (shown,) = described.examples(SPEC, body)
            assert shown["status"] == int(status), where
            assert shown["code"] in PROBLEMS, where


# ---------------------------------------------------------------- the look itself

PLAIN: dict[str, Any] = {"type": "string", "description": "A code", "examples": ["PRZ-SIP-DR"]}


def document(field: Any, **body: Any) -> dict[str, Any]:
    """Of one operation, which answers an object of one field."""
    schema = {"type": "object", "description": "Something", "properties": {"code": field}}
    answer = {
        "schema": {"$ref": "#/components/schemas/Thing"},
        "examples": {"example": {"value": {"code": "A"}}},
        **body,
    }
    operation = {
        "operationId": "get",
        "parameters": [],
        "responses": {"200": {"content": {"application/json": answer}}},
    }
    return {"components": {"schemas": {"Thing": schema}}, "paths": {"/": {"get": operation}}}


@pytest.mark.parametrize(
    ("look", "field"),
    [
        (described.undescribed, {"type": "string", "examples": ["A"]}),
        (described.untyped, {"description": "A code"}),
        (described.untyped, {"type": "array", "items": {"type": "object"}}),
        (described.untyped, {"type": "object", "additionalProperties": {}}),
        (described.untyped, {"anyOf": [{"type": "object"}, {"type": "null"}]}),
        (described.unexplained, {"type": ["integer", "null"], "description": "A code"}),
        (described.unexplained, {"type": "array", "items": {"type": "string"}}),
        (described.wrong_examples, {"type": "string", "examples": [1]}),
        (described.wrong_examples, {"type": "integer"}),
    ],
)
def test_the_look_finds(look: Any, field: dict[str, Any]) -> None:
    assert look(document(PLAIN)) == []
    assert len(look(document(field))) == 1


def test_the_look_finds_a_body_that_nobody_has_shown() -> None:
    assert described.without_example(document(PLAIN)) == []
    assert described.without_example(document(PLAIN, examples={})) == ["get 200"]
