"""Schemas that validate what comes in; the OpenAPI document is generated from the very same ones.

Every message is a code of `mpp.web.texts.fields`, so that marshmallow's English never reaches a clerk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from mpp.casework.refusals import FieldError, Refused
from mpp.web.bodies import MAX_REPORTED, shown_name


class Coded(str):
    """A message code with the parameters of its text."""

    params: dict[str, str | int]

    def __new__(cls, code: str, **params: str | int) -> Coded:
        made = super().__new__(cls, code)
        made.params = params
        return made


_COMMON: dict[str, Any] = {"required": "required", "null": "null", "validator_failed": "malformed"}


class Strict(Schema):
    """A JSON object without unknown fields."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "not_an_object", "unknown": "unknown_field"}


class Text(fields.String):
    """A string of `min` to `max` characters that matches the whole `pattern`, if given.

    Blank text counts as missing: a name of three spaces is nobody.
    """

    default_error_messages = {**_COMMON, "invalid": "not_a_string", "invalid_utf8": "not_a_string"}

    def __init__(
        self, *, min: int = 1, max: int, pattern: str | None = None, code: str = "malformed", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.min, self.max, self.pattern, self.code = min, max, pattern, code

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if len(text) > self.max:
            raise ValidationError([Coded("too_long", max=self.max)])
        if len(text) < self.min or (self.min and not text.strip()):
            raise ValidationError([Coded("too_short", min=self.min)])
        if self.pattern is not None and not re.fullmatch(self.pattern, text):
            raise ValidationError([Coded(self.code)])
        return text


class Int(fields.Integer):
    """A JSON integer from `min` to `max`; 1.0, "1" and true are not."""

    default_error_messages = {**_COMMON, "invalid": "not_an_integer", "too_large": "number_out_of_range"}

    def __init__(self, *, min: int, max: int, **kwargs: Any) -> None:
        super().__init__(strict=True, **kwargs)
        self.min, self.max = min, max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError([Coded("not_an_integer")])
        if not self.min <= value <= self.max:
            raise ValidationError([Coded("out_of_range", min=self.min, max=self.max)])
        return value


class Bool(fields.Boolean):
    """true or false, and nothing that looks like it."""

    default_error_messages = {**_COMMON, "invalid": "not_a_boolean"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError([Coded("not_a_boolean")])
        return value


class Choice(fields.String):
    """One of a few words."""

    default_error_messages = {**_COMMON, "invalid": "not_a_string"}

    def __init__(self, *choices: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.choices:
            raise ValidationError([Coded("unknown_choice", choices=", ".join(self.choices))])
        return text


class OpenObject(fields.Field[dict[str, Any]]):
    """A JSON object whose fields the catalogue names; the owning service checks them."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError([Coded("not_an_object")])
        return value


class Object(fields.Nested):
    """An object of the given schema."""

    default_error_messages = {**_COMMON, "type": "not_an_object"}


class ListOf(fields.List[Any]):
    """A list of at most `max` items."""

    default_error_messages = {**_COMMON, "invalid": "not_a_list"}

    def __init__(self, inner: fields.Field[Any], *, max: int, **kwargs: Any) -> None:
        super().__init__(inner, **kwargs)
        self.max = max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.max:
            raise ValidationError([Coded("too_many", max=self.max)])
        return super()._deserialize(value, attr, data, **kwargs)


class ByKind(fields.Field[dict[str, Any]]):
    """An object whose `kind` says which schema it follows."""

    default_error_messages = _COMMON

    def __init__(self, kinds: Mapping[str, type[Schema]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kinds = kinds

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValidationError([Coded("not_an_object")])
        kind = value.get("kind")
        if kind is None:
            raise ValidationError({"kind": [Coded("required")]})
        if not isinstance(kind, str) or kind not in self.kinds:
            raise ValidationError({"kind": [Coded("unknown_choice", choices=", ".join(self.kinds))]})
        loaded: dict[str, Any] = _ready(self.kinds[kind]).load(value)
        return loaded


@cache
def _ready(schema: type[Schema]) -> Schema:
    """One instance for all requests: making one costs more than using it."""
    return schema()


Also = Callable[[Mapping[str, Any]], Iterable[FieldError]]


def checked(schema: type[Schema], value: Mapping[str, Any], also: Also | None = None) -> dict[str, Any]:
    """The value as the schema reads it. Raises Refused 422 `invalid_fields` that names every wrong field, and those
    that `also` finds in a value which the schema refuses."""
    try:
        loaded: dict[str, Any] = _ready(schema).load(value)
    except ValidationError as error:
        found = {e.field: e for e in (*(also(value) if also else ()), *field_errors(error.messages))}
        raise Refused(422, "invalid_fields", fields=sorted(found.values(), key=_field)[:MAX_REPORTED]) from error
    return loaded


def _field(error: FieldError) -> str:
    return error.field


def field_errors(messages: Any, path: str = "") -> Iterator[FieldError]:
    """marshmallow's nested messages as flat field errors with dotted paths."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            below = path if name == "_schema" else _below(path, name)
            yield from field_errors(inner, below)
    elif isinstance(messages, list):
        for message in messages:
            yield from field_errors(message, path)
    else:
        yield FieldError(path, str(messages), getattr(messages, "params", {}))


def _below(path: str, name: Any) -> str:
    shown = shown_name(str(name))
    return f"{path}.{shown}" if path else shown
