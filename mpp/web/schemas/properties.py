"""From a marshmallow field to its JSON schema: what apispec does not know of ours, and what the field means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from marshmallow import Schema, fields

from mpp.json_values import Json
from mpp.web.schemas.fields import AnyField, ByKind, Choice, Int, ListOf, OpenObject, Text
from mpp.web.schemas.words import Words

# What apispec is told: JSON, but a schema may stand for its description.
Told: TypeAlias = "Mapping[str, Told] | Sequence[Told] | type[Schema] | str | int | float | bool | None"
Object: TypeAlias = dict[str, Told]
Function: TypeAlias = Callable[..., Object]
_KINDS = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", dict: "object"}


class Converter(Protocol):
    """The part of apispec's converter of marshmallow fields that is used here."""

    @property
    def refs(self) -> Mapping[tuple[type[Schema], ...], str]: ...

    def field2property(self, field: AnyField) -> Object: ...

    def add_attribute_function(self, func: Function) -> None: ...

    def resolve_nested_schema(self, schema: type[Schema]) -> Mapping[str, str]: ...


def teach(converter: Converter, words: Words) -> None:
    """Let the converter know our fields, and what each means: its own `metadata` says it, else `words` by its name."""
    for function in (_text, _number, _choice, _open, _by_kind, _list, _described_by(words)):
        converter.add_attribute_function(function)


# apispec calls these as methods of the converter, for every field.


def _text(self: Converter, field: AnyField, ret: Object) -> Object:
    if not isinstance(field, Text):
        return {}
    limits: Object = {"minLength": field.min, "maxLength": field.max}
    return limits if field.pattern is None else {**limits, "pattern": f"^(?:{field.pattern})$"}


def _number(self: Converter, field: AnyField, ret: Object) -> Object:
    return {"minimum": field.min, "maximum": field.max} if isinstance(field, Int) else {}


def _choice(self: Converter, field: AnyField, ret: Object) -> Object:
    return {"enum": list(field.choices)} if isinstance(field, Choice) else {}


def _open(self: Converter, field: AnyField, ret: Object) -> Object:
    return {"type": "object", "additionalProperties": True} if isinstance(field, OpenObject) else {}


def _list(self: Converter, field: AnyField, ret: Object) -> Object:
    return {"maxItems": field.max} if isinstance(field, ListOf) else {}


def _by_kind(self: Converter, field: AnyField, ret: Object) -> Object:
    if not isinstance(field, ByKind):
        return {}
    kinds = {kind: self.resolve_nested_schema(schema) for kind, schema in field.kinds.items()}
    mapping = {kind: ref["$ref"] for kind, ref in kinds.items()}
    return {"oneOf": list(kinds.values()), "discriminator": {"propertyName": "kind", "mapping": mapping}}


def _described_by(words: Words) -> Function:
    def _described(self: Converter, field: AnyField, ret: Object) -> Object:
        """What the field is, and an example in JSON Schema's way: of a list of single values beside these."""
        of_list = isinstance(field.parent, fields.List)
        said = field.parent.metadata if isinstance(field.parent, fields.List) else field.metadata
        word = None if "description" in said else words.get(field.name or "")
        example = _example(field, said.get("example", None if word is None else word.example))
        ret.pop("example", None)
        found: Object = {} if word is None or of_list else {"description": word.description}
        if "enum" not in ret and "examples" not in ret and _of_type(ret, example):
            found["examples"] = [example]
        return found

    return _described


def _example(field: AnyField, said: Json) -> Json:
    return field.example if isinstance(field, Text) and field.example is not None else said


def _of_type(ret: Object, example: Json) -> bool:
    """Whether the example can be one of this property, and not of another one of its name."""
    kinds = "object" if "$ref" in ret or "anyOf" in ret else ret.get("type")
    return _KINDS.get(type(example), "") in (kinds if isinstance(kinds, list) else [kinds])
