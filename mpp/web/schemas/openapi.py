"""The OpenAPI 3.1 document, generated from the routes and from the very schemas that validate."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from mpp.json_values import Json, JsonObject
from mpp.web.multipart import FORM, PART
from mpp.web.problems import MEDIA_TYPE
from mpp.web.routing import COUNTER, LONGEST_DISPOSITION, OFFICE, Produces, Route
from mpp.web.schemas.properties import Converter, Object, teach
from mpp.web.schemas.refusals import refusal
from mpp.web.schemas.samples import Samples
from mpp.web.schemas.words import Words, told

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
_KEY: Object = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Repeat a request with its key and it happens once; answers are kept 7 days.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 128,
        "pattern": "^[\\x21-\\x7e]+$",
        "examples": ["5f1c7a52-0a4e-4a3e-8f5e-2f8b7f1f6f0e"],
    },
}
_COUNTER: Object = {
    "name": "X-Counter",
    "in": "header",
    "required": False,
    "description": "At which counter of the office the clerk sits. It stands in the audit trail of what is done.",
    "schema": {"type": "string", "pattern": f"^{COUNTER}$", "examples": ["Loket 3"]},
}
_OFFICE: Object = {
    "name": "X-Office",
    "in": "header",
    "required": False,
    "description": "At which of the own offices one works now, for an account that has several: lists, rights and the "
    "audit trail are those of that office alone. 403 `office_not_yours` for any other.",
    "schema": {"type": "string", "pattern": f"^{OFFICE}$", "examples": ["dpmptsp"]},
}
_IF_MATCH: Object = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the case as it was seen.",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$', "examples": ['"1"']},
}
_FILE_NAME: Object = {
    "name": "Content-Disposition",
    "in": "header",
    "required": False,
    "description": "The name of the file (RFC 6266): `attachment; filename*=UTF-8''KTP.pdf`.",
    "schema": {
        "type": "string",
        "maxLength": LONGEST_DISPOSITION,
        "examples": ["attachment; filename*=UTF-8''KTP.pdf"],
    },
}
_UPLOAD = "UploadForm"
_FORM_OF_A_FILE: Object = {
    "type": "object",
    "description": "A form with one file.",
    "properties": {
        PART: {
            "type": "string",
            "format": "binary",
            "description": "The file. Its part of the form says its type, and its name in `filename`.",
        }
    },
    "required": [PART],
    "additionalProperties": False,
}
_IF_NONE_MATCH: Object = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the version that one has: 304 while it is the newest.",
    "schema": {"type": "string", "examples": ['"1"']},
}


def openapi(routes: Sequence[Route], problem: type[Schema], words: Words) -> JsonObject:
    """The document as plain data; the same routes give the same document. `words` describe the fields by their names,
    where they do not describe themselves."""
    plugin = MarshmallowPlugin()
    spec = APISpec(
        title=_TITLE,
        version="1",
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _DESCRIPTION, "license": {"name": "See the repository", "identifier": "LicenseRef-repo"}},
        servers=[{"url": "/"}],
    )
    bodies = _Bodies(spec, plugin.converter)
    teach(bodies.converter, words)
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
            operation = _operation(route, bodies, problem, words)
            spec.path(path=route.path, operations={route.method.lower(): operation})
    for key, name in bodies.converter.refs.items():
        spec.components.schemas[name]["description"] = told(key[0])
    document: JsonObject = spec.to_dict()
    return document


class _Bodies:
    """The schemas of bodies as parts of the document, each with an example."""

    def __init__(self, spec: APISpec, converter: Converter) -> None:
        self.converter = converter
        self._components = spec.components
        self._samples = Samples(spec.components.schemas)

    def content(self, schema: type[Schema], example: Json) -> Object:
        """A body with this example, else with one that is made from its fields."""
        reference = self.converter.resolve_nested_schema(schema)
        if example is not None:
            return {"schema": reference, "examples": {"example": {"value": example}}}
        name = reference["$ref"].rpartition("/")[2]
        if name not in self._components.examples:
            self._components.example(name, {"value": self._samples.of(reference)})
        return _shown(reference, name)

    def refusal(self, status: int, problem: type[Schema]) -> Object:
        """A problem, with an example of this status."""
        name = f"Refused{status}"
        if name not in self._components.examples:
            self._components.example(name, {"value": refusal(status)})
        return _shown(self.converter.resolve_nested_schema(problem), name)

    def form(self, kinds: Sequence[str]) -> Object:
        """A form with one file of any of these media types (OpenAPI 3.1, 4.8.14.4)."""
        if _UPLOAD not in self._components.schemas:
            self._components.schema(_UPLOAD, _FORM_OF_A_FILE)
        encoding: Object = {PART: {"contentType": ", ".join(kinds)}}
        return {"schema": {"$ref": f"#/components/schemas/{_UPLOAD}"}, "encoding": encoding}


def _shown(reference: Mapping[str, str], example: str) -> Object:
    return {"schema": reference, "examples": {"example": {"$ref": f"#/components/examples/{example}"}}}


def refused_statuses(route: Route) -> list[int]:
    """Every status that the route may refuse with."""
    found = {400, *route.refuses}
    if route.access != "public":
        found.add(401)
        if route.roles or not route.first:
            found.add(403)
    if route.body is not None or route.streams:
        found |= {408, 411, 413, 415, 422}
    if route.conditional:
        found |= {412, 428}
    return sorted(found)


def _operation(route: Route, bodies: _Bodies, problem: type[Schema], words: Words) -> Object:
    responses: Object = {str(status): _success(produced, bodies) for status, produced in route.produces.items()}
    responses |= {str(status): _problem(status, problem, bodies) for status in refused_statuses(route)}
    operation: Object = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.tag],
        "parameters": _parameters(route, bodies.converter, words),
        "responses": {**responses, "default": _problem(None, problem, bodies)},
        "security": _security(route),
    }
    if route.description:
        operation["description"] = route.description
    if route.body is not None:
        media = "application/x-www-form-urlencoded" if route.form else "application/json"
        content = {media: bodies.content(route.body, route.example)}
        operation["requestBody"] = {"required": not route.bodiless, "content": content}
    if route.streams:
        kinds = [kind for kind in route.streams if kind != FORM]
        files: Object = {kind: {"schema": _file(kind)} for kind in kinds}
        if FORM in route.streams:
            files[FORM] = bodies.form(kinds)
        operation["requestBody"] = {"required": True, "content": files}
    return operation


def _file(media: str) -> Object:
    """Bytes of this media type (OpenAPI 3.1, 4.8.14)."""
    return {"type": "string", "format": "binary", "contentMediaType": media}


def _security(route: Route) -> list[Object]:
    if route.access == "public":
        return []
    schemes = ["bearer", "secret"] if route.access == "token_or_secret" else ["bearer"]
    return [{scheme: []} for scheme in schemes]


def _parameters(route: Route, converter: Converter, words: Words) -> list[Object]:
    found = [_in_path(name, route, words) for name in re.findall(r"\{(\w+)\}", route.path)]
    for name, field in route.query().fields.items() if route.query else ():
        schema = converter.field2property(field)
        said = {"description": schema.pop("description")} if "description" in schema else {}
        found.append({"name": name, "in": "query", "schema": schema, "required": field.required, **said})
    if route.keyed:
        found.append(_KEY)
        if route.access != "public":
            found += [_COUNTER, _OFFICE]
    if route.conditional:
        found.append(_IF_MATCH)
    if route.streams:
        found.append(_FILE_NAME)
    if 304 in route.produces:
        found.append(_IF_NONE_MATCH)
    return found


def _in_path(name: str, route: Route, words: Words) -> Object:
    pattern = f"^{route.patterns.get(name, '[A-Za-z0-9._-]{1,64}')}$"
    schema: Object = {"type": "string", "pattern": pattern}
    found: Object = {"name": name, "in": "path", "required": True, "schema": schema}
    word = words.get(f"{{{name}}}")
    if word is not None:
        schema["examples"] = [word.example]
        found["description"] = word.description
    return found


def _success(produced: Produces, bodies: _Bodies) -> Object:
    response: Object = {"description": produced.description}
    if produced.binary:
        content: Object = {media: {"schema": _file(media)} for media in produced.binary}
        if produced.schema is not None:
            content[produced.media] = bodies.content(produced.schema, produced.example)
        elif produced.media != "application/json":
            content[produced.media] = {"schema": {"type": "string"}}
        response["content"] = content
    elif produced.schema is not None:
        response["content"] = {produced.media: bodies.content(produced.schema, produced.example)}
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


def _problem(status: int | None, problem: type[Schema], bodies: _Bodies) -> Object:
    response: Object = {
        "description": HTTPStatus(status).phrase if status else "Any other refusal",
        "content": {MEDIA_TYPE: {"schema": problem} if status is None else bodies.refusal(status, problem)},
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"description": "Seconds", "schema": {"type": "integer"}}}
    return response
