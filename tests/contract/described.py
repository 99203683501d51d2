"""Looks through an OpenAPI document for what a reader, or a generator of clients, would miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema

Schema = Mapping[str, Any]
SHOWN = ("application/json", "application/x-www-form-urlencoded", "application/problem+json")
TOLD_BY_FORMAT = {"date-time", "date", "uuid", "binary"}


def undescribed(document: Schema) -> list[str]:
    """Parameters, schemas and fields that do not say what they are."""
    found = [name for name, schema in document["components"]["schemas"].items() if not schema.get("description")]
    found += [where for where, field in fields(document) if not field.get("description")]
    return found + [where for where, each in parameters(document) if not each.get("description")]


def untyped(document: Schema) -> list[str]:
    """Fields of which anything can be the value: objects whose fields nobody names, and what has no type at all."""
    return [where for where, field in fields(document) if _open(_one(field))]


def unexplained(document: Schema) -> list[str]:
    """Single values that nobody can guess, without an example."""
    every = [*fields(document), *((where, each["schema"]) for where, each in parameters(document))]
    return [where for where, field in every if _needs_example(field) and not field.get("examples")]


def wrong_examples(document: Schema) -> list[str]:
    """Examples that their schema refuses: of fields, parameters and bodies."""
    every = [(where, field, value) for where, field in fields(document) for value in field.get("examples", ())]
    for where, each in parameters(document):
        every += [(where, each["schema"], value) for value in each["schema"].get("examples", ())]
    for where, body in bodies(document):
        every += [(where, body["schema"], value) for value in examples(document, body)]
    found = []
    for where, schema, value in every:
        whole = {**schema, "components": document["components"]}
        for error in jsonschema.Draft202012Validator(whole).iter_errors(value):
            found.append(f"{where}: {error.json_path}: {error.message[:200]}")
    return found


def without_example(document: Schema) -> list[str]:
    """Bodies of JSON or forms, asked or answered, that nobody has shown."""
    return [where for where, body in bodies(document) if not examples(document, body)]


def fields(document: Schema) -> Iterator[tuple[str, Schema]]:
    """Each field of each schema, and what a list or a dictionary holds where that is no schema of its own."""
    for name, schema in document["components"]["schemas"].items():
        yield from _within(name, schema)


def parameters(document: Schema) -> Iterator[tuple[str, Schema]]:
    """Each parameter of each operation."""
    for operation in operations(document):
        for each in operation["parameters"]:
            yield f"{operation['operationId']} {each['in']} {each['name']}", each


def operations(document: Schema) -> Iterator[Schema]:
    """Each operation."""
    for path in document["paths"].values():
        yield from path.values()


def bodies(document: Schema) -> Iterator[tuple[str, Schema]]:
    """What is sent, answered and refused, where it is JSON or a form; but for what is refused beyond the statuses."""
    for operation in operations(document):
        sent = operation.get("requestBody", {}).get("content", {})
        answered = [(s, r.get("content", {})) for s, r in operation["responses"].items() if s != "default"]
        for what, content in [("request", sent), *answered]:
            for media, body in content.items():
                if media in SHOWN:
                    yield f"{operation['operationId']} {what}", body


def examples(document: Schema, body: Schema) -> list[Any]:
    """The values of its examples, also of those that stand among the components."""
    found = []
    for each in body.get("examples", {}).values():
        named = document["components"].get("examples", {})
        found.append((named[each["$ref"].rpartition("/")[2]] if "$ref" in each else each)["value"])
    return found


def _within(where: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    for name, field in schema.get("properties", {}).items():
        yield f"{where}.{name}", field
        for inner in (field.get("items"), field.get("additionalProperties")):
            if isinstance(inner, dict):
                yield from _within(f"{where}.{name}", inner)


def _one(field: Schema) -> Schema:
    """Of something that may be null: what it is else."""
    options = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    return options[0] if len(options) == 1 else field


def _open(field: Schema) -> bool:
    kinds = _kinds(field)
    if "$ref" in field or "oneOf" in field or "enum" in field:
        return False
    if "array" in kinds:
        return _open(field.get("items", {}))
    if "object" in kinds:
        more = field.get("additionalProperties")
        return not field.get("properties") and (not isinstance(more, dict) or _open(more))
    return not kinds


def _needs_example(field: Schema) -> bool:
    if "enum" in field or field.get("format") in TOLD_BY_FORMAT:
        return False
    if "array" in _kinds(field):
        return _needs_example(field["items"]) and not field["items"].get("examples")
    return bool(_kinds(field) & {"string", "integer", "number"})


def _kinds(field: Schema) -> set[str]:
    kinds = field.get("type", ())
    return {kinds} if isinstance(kinds, str) else set(kinds)
