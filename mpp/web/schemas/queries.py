"""Query parameters: each known, each once, and read as its schema says."""

from __future__ import annotations

import re

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from mpp.casework.refusals import FieldError, Refused
from mpp.json_values import Json, JsonObject
from mpp.web.bodies import shown_name, storable
from mpp.web.schemas.fields import AnyField, checked

_INTEGER = re.compile(r"-?[0-9]{1,18}")
_WORDS = {"true": True, "false": False}


def read_query(schema: type[Schema] | None, args: MultiDict[str, str], *, pass_over: bool = False) -> JsonObject:
    """The parameters by name. Raises Refused 400 `query_invalid` that names each wrong one; one that is not known is
    wrong unless it may be passed over."""
    known = schema().fields if schema else {}
    raw: dict[str, Json] = {}
    errors: list[FieldError] = []
    for name, values in args.lists():
        if name not in known and pass_over:
            continue
        if name not in known:
            errors.append(FieldError(shown_name(name), "unknown_parameter"))
        elif len(values) > 1:
            errors.append(FieldError(name, "given_twice"))
        elif code := storable(values[0]):
            errors.append(FieldError(name, code))
        else:
            raw[name] = _typed(known[name], values[0])
    if errors:
        raise Refused(400, "query_invalid", fields=errors[:20])
    if schema is None:
        return {}
    try:
        return checked(schema, raw)
    except Refused as refused:
        raise Refused(400, "query_invalid", fields=refused.fields) from refused


def _typed(kind: AnyField, text: str) -> Json:
    if isinstance(kind, fields.Integer) and _INTEGER.fullmatch(text):
        return int(text)
    if isinstance(kind, fields.Boolean):
        return _WORDS.get(text, text)
    return text
