"""What stands in many answers; every object may gain fields within a version."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields

from mpp.json_values import Json
from mpp.web.schemas.fields import AnyField


class Out(Schema):
    """An answer; readers ignore fields they do not know."""

    class Meta:
        unknown = INCLUDE


def text(**metadata: str) -> fields.String:
    """A text that is always there."""
    return fields.String(required=True, metadata=metadata)


def maybe(description: str, **metadata: str) -> fields.String:
    """A text that may be null."""
    return fields.String(required=True, allow_none=True, metadata={"description": description, **metadata})


def name_of(code: str) -> fields.String:
    """The name of what stands beside it as a code."""
    told = f"The name of `{code}`; null where the region's list does not have it"
    return fields.String(required=True, allow_none=True, metadata={"description": told})


def moment() -> fields.String:
    """An instant in ISO 8601."""
    return text(format="date-time")


def many(inner: AnyField) -> fields.List[Json]:
    """A list that is always there."""
    return fields.List(inner, required=True)


class Bilingual(Out):
    """A text for people."""

    id = text()
    en = text()


def label() -> fields.Nested:
    """A text for people, in both languages."""
    return fields.Nested(Bilingual, required=True)


class ProblemField(Out):
    """One field that cannot stand."""

    field = text(description="Dotted path in the body, or the name of a parameter or header")
    code = text()
    message = text()


class Problem(Out):
    """RFC 9457; `code` is stable, `instance` names the request in our logs."""

    type = text()
    title = text()
    status = fields.Integer(required=True)
    detail = text()
    code = text()
    instance = text()
    errors = fields.List(fields.Nested(ProblemField))
    resume = fields.String(metadata={"description": "A cursor that holds, in place of one that does not"})
