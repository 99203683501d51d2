"""Whether an answer is what the published document says of it: every value fits, no field is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema

Schema = Mapping[str, Any]


def misfits(document: Schema, body: Any, schema: Schema) -> set[str]:
    """Where the body is not what the schema says, and the fields that it has besides."""
    whole = {**schema, "components": document["components"]}
    wrong = jsonschema.Draft202012Validator(whole).iter_errors(body)
    return {f"{each.json_path}: {each.message[:200]}" for each in wrong} | _undocumented(document, body, schema, "")


def answered(document: Schema, method: str, path: str, status: int = 200) -> Schema:
    """The schema of what an operation answers; `path` may be that of a request, with ids in it."""
    for known, operations in document["paths"].items():
        parts, asked = known.split("/"), path.partition("?")[0].split("/")
        if len(parts) == len(asked) and all(p == a or p.startswith("{") for p, a in zip(parts, asked, strict=True)):
            content: Schema = operations[method]["responses"][str(status)]["content"]
            found: Schema = content["application/json"]["schema"]
            return found
    raise KeyError(path)


def _undocumented(document: Schema, body: Any, schema: Schema, where: str) -> set[str]:
    """Fields that the schema does not name; an object without properties is open on purpose."""
    if "$ref" in schema:
        return _undocumented(document, body, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], where)
    for option in schema.get("anyOf", ()):
        if body is not None and option.get("type") != "null":
            return _undocumented(document, body, option, where)
    found: set[str] = set()
    if isinstance(body, list) and "items" in schema:
        for item in body:
            found |= _undocumented(document, item, schema["items"], where)
    properties = schema.get("properties")
    if isinstance(body, dict) and properties:
        for name, value in body.items():
            place = f"{where}.{name}".lstrip(".")
            known = name in properties
            found |= _undocumented(document, value, properties[name], place) if known else {place}
    return found
