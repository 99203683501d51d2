"""The OpenAPI 3.1 document, generated from the routes and from the very schemas that validate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from mpp.web.problems import MEDIA_TYPE
from mpp.web.routing import Produces, Route
from mpp.web.schemas.fields import ByKind, Choice, Int, ListOf, OpenObject, Text

_TITLE = "Virtual MPP"
_DESCRIPTION = (
    "Mal Pelayanan Publik: one counter for every service of every agency. Errors are problem+json (RFC 9457) in "
    "Indonesian, or in English by `Accept-Language`. Writes need an `Idempotency-Key`, changes an `If-Match`. "
    "503 means: unknown, repeat with the same key."
)
_HEADERS = {
    "Location": "Where the new case is",
    "ETag": "The version, for If-Match and If-None-Match",
    "Content-Disposition": "The name under which the file was handed in",
}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Repeat a request with its key and it happens once; answers are kept 7 days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7e]+$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the case as it was seen.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$', "examples": ['"1"']},
}
_FILE_NAME = {
    "name": "Content-Disposition",
    "in": "header",
    "required": False,
    "description": "The name of the file (RFC 6266): `attachment; filename*=UTF-8''KTP.pdf`.",
    "schema": {"type": "string", "maxLength": 1024},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "examples": ['"1"']},
}


def openapi(routes: Sequence[Route], problem: type[Schema]) -> dict[str, Any]:
    """The document as plain data; the same routes give the same document."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title=_TITLE,
        version="1",
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _DESCRIPTION, "license": {"name": "See the repository", "identifier": "LicenseRef-repo"}},
        servers=[{"url": "/"}],
    )
    converter: Any = plugin.converter
    assert converter is not None
    for function in (_text, _number, _choice, _open, _by_kind, _list):
        converter.add_attribute_function(function)
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.security_scheme(
        "secret",
        {
            "type": "apiKey",
            "in": "header",
            "name": "X-Tracking-Secret",
            "description": "The applicant's secret, from the receipt, instead of a token.",
        },
    )
    for route in routes:
        if not route.quiet:
            operation = _operation(route, converter, problem)
            spec.path(path=route.path, operations={route.method.lower(): operation})
    document: dict[str, Any] = spec.to_dict()
    return document


def refused_statuses(route: Route) -> list[int]:
    """Every status that the route may refuse with."""
    found = {400, *route.refuses}
    if route.access != "public":
        found.add(401)
    if route.roles:
        found.add(403)
    if route.body is not None or route.streams:
        found |= {408, 411, 413, 415, 422}
    if route.conditional:
        found |= {412, 428}
    return sorted(found)


def _operation(route: Route, converter: Any, problem: type[Schema]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": _parameters(route, converter),
        "responses": {str(status): _success(produced) for status, produced in route.produces.items()},
        "security": _security(route),
    }
    if route.description:
        operation["description"] = route.description
    for status in refused_statuses(route):
        operation["responses"][str(status)] = _problem(status, problem)
    operation["responses"]["default"] = _problem(None, problem)
    if route.body is not None:
        media = "application/x-www-form-urlencoded" if route.form else "application/json"
        content: dict[str, Any] = {"schema": route.body}
        if route.example is not None:
            content["examples"] = {"example": {"value": route.example}}
        operation["requestBody"] = {"required": True, "content": {media: content}}
    if route.streams:
        files = {kind: {"schema": _file(kind)} for kind in route.streams}
        operation["requestBody"] = {"required": True, "content": files}
    return operation


def _file(media: str) -> dict[str, str]:
    """Bytes of this media type (OpenAPI 3.1, 4.8.14)."""
    return {"type": "string", "format": "binary", "contentMediaType": media}


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access == "public":
        return []
    schemes = ["bearer", "secret"] if route.access == "token_or_secret" else ["bearer"]
    return [{scheme: []} for scheme in schemes]


def _parameters(route: Route, converter: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^{route.patterns.get(name, '[A-Za-z0-9._-]{1,64}')}$"},
        }
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]
    for name, field in route.query().fields.items() if route.query else ():
        parameter = {"name": name, "in": "query", "schema": converter.field2property(field)}
        found.append({**parameter, "required": field.required})
    if route.keyed:
        found.append(_KEY)
    if route.conditional:
        found.append(_IF_MATCH)
    if route.streams:
        found.append(_FILE_NAME)
    if 304 in route.produces:
        found.append(_IF_NONE_MATCH)
    return found


def _success(produced: Produces) -> dict[str, Any]:
    response: dict[str, Any] = {"description": produced.description}
    if produced.binary:
        response["content"] = {media: {"schema": _file(media)} for media in produced.binary}
    elif produced.schema is not None:
        response["content"] = {produced.media: {"schema": produced.schema}}
        if produced.example is not None:
            response["content"][produced.media]["examples"] = {"example": {"value": produced.example}}
    elif produced.media != "application/json":
        response["content"] = {produced.media: {"schema": {"type": "string"}}}
    if produced.links:
        response["links"] = {
            name: {"operationId": name, "parameters": {"path.id": "$response.body#/id"}} for name in produced.links
        }
    if produced.headers:
        response["headers"] = {
            name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in produced.headers
        }
    return response


def _problem(status: int | None, problem: type[Schema]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": HTTPStatus(status).phrase if status else "Any other refusal",
        "content": {MEDIA_TYPE: {"schema": problem}},
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    return response


def _text(self: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    if not isinstance(field, Text):
        return {}
    limits: dict[str, Any] = {"minLength": field.min, "maxLength": field.max}
    if field.pattern is not None:
        limits["pattern"] = f"^(?:{field.pattern})$"
    return limits


def _number(self: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {"minimum": field.min, "maximum": field.max} if isinstance(field, Int) else {}


def _choice(self: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {"enum": list(field.choices)} if isinstance(field, Choice) else {}


def _open(self: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": True} if isinstance(field, OpenObject) else {}


def _list(self: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    return {"maxItems": field.max} if isinstance(field, ListOf) else {}


def _by_kind(self: Any, field: fields.Field[Any], ret: dict[str, Any], **_: Any) -> dict[str, Any]:
    if not isinstance(field, ByKind):
        return {}
    kinds = {kind: self.resolve_nested_schema(schema) for kind, schema in field.kinds.items()}
    mapping = {kind: ref["$ref"] for kind, ref in kinds.items()}
    return {"oneOf": list(kinds.values()), "discriminator": {"propertyName": "kind", "mapping": mapping}}
