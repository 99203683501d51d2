"""Schemas that validate what comes in; the OpenAPI document is generated from the very same ones.

Every message is a code of `mpp.web.texts.fields`, so that marshmallow's English never reaches a clerk.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypedDict, Unpack

from marshmallow import RAISE, Schema, ValidationError, fields

from mpp.casework.refusals import Coded, FieldError, Refused
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject
from mpp.web.bodies import MAX_REPORTED, shown_name

AnyField: TypeAlias = fields.Field[Any]
# marshmallow's messages: nested as the value is, with the codes of `Coded` at the ends.
Messages: TypeAlias = "Mapping[str | int, Messages] | Sequence[Messages] | str"


class Options(TypedDict, total=False):
    """What a schema may say of any of its fields."""

    required: bool
    load_default: Json
    metadata: Mapping[str, Json]  # `mpp.web.schemas.words.about`


_COMMON: dict[str, str] = {"required": "required", "null": "null", "validator_failed": "malformed"}


class Strict(Schema):
    """A JSON object without unknown fields."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "not_an_object", "unknown": "unknown_field"}


class Text(fields.String):
    """A string of `min` to `max` characters in its normal form (`mpp.identity.texts`), of one line unless `lines`, that
    matches the whole `pattern`, if given.

    Blank text counts as missing, and what cannot be seen is refused. Nothing is changed: the words of a command travel
    as they were sent, and who keeps them brings them into their normal form. `exact` is for what is no text to be read,
    such as a password: only its length counts.
    """

    pasted = False  # whether the pattern is looked for in the normal form: blanks that came along are no mistake

    default_error_messages = {**_COMMON, "invalid": "not_a_string", "invalid_utf8": "not_a_string"}

    def __init__(
        self,
        *,
        min: int = 1,
        max: int,
        pattern: str | None = None,
        example: str | None = None,
        code: str = "malformed",
        lines: bool = False,
        exact: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(**options)
        self.min, self.max, self.pattern, self.code = min, max, pattern, code
        self.lines, self.exact, self.example = lines, exact, example

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        kept = text if self.exact or not text.strip() else self.normal(text)
        if len(kept) > self.max:
            raise ValidationError([Coded("too_long", max=self.max)])
        if len(kept) < self.min or (self.min and not kept.strip()):
            raise ValidationError([Coded("too_short", min=self.min)])
        if self.pattern is not None and not re.fullmatch(self.pattern, kept if self.pasted else text):
            raise ValidationError([Coded(self.code, **({"example": self.example} if self.example else {}))])
        return text

    def normal(self, text: str) -> str:
        """The text as whoever keeps it will have it. Raises ValidationError for one that nobody may keep."""
        try:
            return self.read(text)
        except InvalidIdentity as error:
            raise ValidationError([Coded(error.code)]) from error

    def read(self, text: str) -> str:
        """The same; raises InvalidIdentity."""
        return tidy(text, lines=self.lines)


class Int(fields.Integer):
    """A JSON integer from `min` to `max`; 1.0, "1" and true are not."""

    default_error_messages = {**_COMMON, "invalid": "not_an_integer", "too_large": "number_out_of_range"}

    def __init__(self, *, min: int, max: int, **options: Unpack[Options]) -> None:
        super().__init__(strict=True, **options)
        self.min, self.max = min, max

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError([Coded("not_an_integer")])
        if not self.min <= value <= self.max:
            raise ValidationError([Coded("out_of_range", min=self.min, max=self.max)])
        return value


class Bool(fields.Boolean):
    """true or false, and nothing that looks like it."""

    default_error_messages = {**_COMMON, "invalid": "not_a_boolean"}

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError([Coded("not_a_boolean")])
        return value


class Choice(fields.String):
    """One of a few words."""

    default_error_messages = {**_COMMON, "invalid": "not_a_string"}

    def __init__(self, *choices: str, **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.choices = choices

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.choices:
            raise ValidationError([Coded("unknown_choice", choices=", ".join(self.choices))])
        return text


class OpenObject(fields.Field[JsonObject]):
    """A JSON object whose fields the catalogue names; the owning service checks them."""

    default_error_messages = {**_COMMON}

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> JsonObject:
        if not isinstance(value, dict):
            raise ValidationError([Coded("not_an_object")])
        return value


class Object(fields.Nested):
    """An object of the given schema."""

    default_error_messages = {**_COMMON, "type": "not_an_object"}


class ListOf(fields.List[Json]):
    """A list of at most `max` items."""

    default_error_messages = {**_COMMON, "invalid": "not_a_list"}

    def __init__(self, inner: AnyField, *, max: int, **options: Unpack[Options]) -> None:
        super().__init__(inner, **options)
        self.max = max

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> list[Json]:
        if isinstance(value, list) and len(value) > self.max:
            raise ValidationError([Coded("too_many", max=self.max)])
        return super()._deserialize(value, attr, data, **kwargs)


class ByKind(fields.Field[JsonObject]):
    """An object whose `kind` says which schema it follows."""

    default_error_messages = {**_COMMON}

    def __init__(self, kinds: Mapping[str, type[Schema]], **options: Unpack[Options]) -> None:
        super().__init__(**options)
        self.kinds = kinds

    def _deserialize(self, value: Json, attr: str | None, data: JsonObject | None, **kwargs: Any) -> JsonObject:
        if not isinstance(value, dict):
            raise ValidationError([Coded("not_an_object")])
        kind = value.get("kind")
        if kind is None:
            raise ValidationError({"kind": [Coded("required")]})
        if not isinstance(kind, str) or kind not in self.kinds:
            raise ValidationError({"kind": [Coded("unknown_choice", choices=", ".join(self.kinds))]})
        loaded: JsonObject = _ready(self.kinds[kind]).load(value)
        return loaded


@cache
def _ready(schema: type[Schema]) -> Schema:
    """One instance for all requests: making one costs more than using it."""
    return schema()


Also = Callable[[JsonObject], Iterable[FieldError]]


def checked(schema: type[Schema], value: JsonObject, also: Also | None = None) -> JsonObject:
    """The value as the schema reads it. Raises Refused 422 `invalid_fields` that names every wrong field, and those
    that `also` finds in a value which the schema refuses."""
    try:
        loaded: JsonObject = _ready(schema).load(value)
    except ValidationError as error:
        found = {e.field: e for e in (*(also(value) if also else ()), *field_errors(error.messages))}
        raise Refused(422, "invalid_fields", fields=sorted(found.values(), key=_field)[:MAX_REPORTED]) from error
    return loaded


def _field(error: FieldError) -> str:
    return error.field


def field_errors(messages: Messages, path: str = "") -> Iterator[FieldError]:
    """marshmallow's nested messages as flat field errors with dotted paths."""
    if isinstance(messages, str):
        yield FieldError(path, str(messages), messages.params if isinstance(messages, Coded) else {})
    elif isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from field_errors(inner, path if name == "_schema" else _below(path, name))
    else:
        for message in messages:
            yield from field_errors(message, path)


def _below(path: str, name: str | int) -> str:
    shown = shown_name(str(name))
    return f"{path}.{shown}" if path else shown
