"""Request bodies, read strictly: what is ambiguous or cannot be stored is refused, with the field named.

JSON is read as I-JSON (RFC 7493): UTF-8, no duplicate keys, no NaN, integers that every reader keeps exact.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl

from mpp.casework.refusals import FieldError, Refused
from mpp.json_values import Json, JsonObject

MAX_BODY = 64 * 1024
MAX_DEPTH = 16
MAX_REPORTED = 20
_MAX_EXACT = 2**53 - 1
_MAX_NAME = 64


class _NotANumber:
    """Stands for NaN or an infinity until its field is known."""


_NAN = _NotANumber()


class _Duplicate(ValueError):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def read_json(raw: bytes) -> JsonObject:
    """The object in the body.

    Raises Refused: 400 `body_missing`, `body_not_utf8`, `json_malformed` (also duplicate keys), `body_too_deep`,
    or 422 `invalid_fields` for values that cannot be kept.
    """
    if not raw.strip():
        raise Refused(400, "body_missing")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(400, "body_not_utf8", params={"position": error.start}) from error
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_constant=lambda _: _NAN, parse_float=_float, parse_int=_int
        )
    except _Duplicate as error:
        raise Refused(400, "json_malformed", fields=[FieldError(error.name, "duplicate_key")]) from error
    except RecursionError as error:
        raise Refused(400, "body_too_deep", params={"max": MAX_DEPTH}) from error
    except ValueError as error:
        position = error.pos if isinstance(error, json.JSONDecodeError) else 0
        raise Refused(400, "json_malformed", params={"position": position}) from error
    if not isinstance(value, dict):
        raise Refused(422, "invalid_fields", fields=[FieldError("", "not_an_object")])
    errors = list(_unstorable(value))
    if errors:
        raise Refused(422, "invalid_fields", fields=errors[:MAX_REPORTED])
    return value


def read_form(raw: bytes) -> dict[str, str]:
    """The fields of a URL-encoded form, each given once. Raises Refused 400 or 422 like `read_json`."""
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=20,
        )
    except ValueError as error:
        raise Refused(400, "form_malformed") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Refused(400, "form_malformed")
    errors = list(_unstorable(fields))
    if errors:
        raise Refused(422, "invalid_fields", fields=errors)
    return fields


def unsupported(expected: Iterable[str]) -> Refused:
    """415: what came is of none of these media types."""
    choices = ", ".join(expected)
    fields = [FieldError("Content-Type", "unknown_choice", {"choices": choices})]
    return Refused(415, "content_type_unsupported", params={"expected": choices}, fields=fields)


def shown_name(name: str) -> str:
    """A field name from outside as it may be printed: short, and without what JSON cannot carry."""
    clean = "".join(c if c.isprintable() else "?" for c in name[:_MAX_NAME])
    return clean if len(name) <= _MAX_NAME else clean + "..."


def storable(text: str) -> str | None:
    """None when PostgreSQL and JSON can carry the text, else the code of the reason why not."""
    if "\x00" in text:
        return "nul_character"
    if any("\ud800" <= c <= "\udfff" for c in text):
        return "lone_surrogate"
    return None


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if name in found:
            raise _Duplicate(shown_name(name))
        found[name] = value
    return found


def _float(text: str) -> float | _NotANumber:
    value = float(text)
    return value if math.isfinite(value) else _NAN


def _int(text: str) -> int | _NotANumber:
    # int() refuses thousands of digits with a ValueError that names no field.
    return int(text) if len(text) <= 18 and abs(int(text)) <= _MAX_EXACT else _NAN


def _unstorable(value: Json | _NotANumber, path: str = "", depth: int = 1) -> Iterator[FieldError]:
    if depth > MAX_DEPTH:
        raise Refused(400, "body_too_deep", params={"max": MAX_DEPTH}, fields=[FieldError(path, "too_deep")])
    if value is _NAN:
        yield FieldError(path, "number_out_of_range")
    elif isinstance(value, str):
        code = storable(value)
        if code:
            yield FieldError(path, code)
    elif isinstance(value, dict):
        for name, inner in value.items():
            below = f"{path}.{shown_name(name)}" if path else shown_name(name)
            code = storable(name)
            if code:
                yield FieldError(below, code)
            yield from _unstorable(inner, below, depth + isinstance(inner, dict | list))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _unstorable(
                inner, f"{path}.{index}" if path else str(index), depth + isinstance(inner, dict | list)
            )
