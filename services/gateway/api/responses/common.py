"""What stands in many answers; every object may gain fields within a version."""

from __future__ import annotations

from marshmallow import INCLUDE, Schema, fields

from mpp.json_values import Json
from mpp.web.schemas.fields import AnyField
from mpp.web.schemas.words import about


class Out(Schema):
    """An answer; readers ignore fields they do not know."""

    class Meta:
        unknown = INCLUDE


def text(**metadata: str) -> fields.String:
    """A text that is always there."""
    return fields.String(required=True, metadata=metadata)


def maybe(description: str | None = None, **metadata: str) -> fields.String:
    """A text that may be null."""
    said = metadata if description is None else {"description": description, **metadata}
    return fields.String(required=True, allow_none=True, metadata=said)


def name_of(code: str) -> fields.String:
    """The name of what stands beside it as a code."""
    return maybe(f"The name of `{code}`; null where the region's list does not have it", example="DPMPTSP")


def moment(description: str | None = None) -> fields.String:
    """An instant in ISO 8601."""
    return fields.String(required=True, metadata=_of_format("date-time", description))


def moment_or_none(description: str | None = None) -> fields.String:
    """The same, or null."""
    return fields.String(required=True, allow_none=True, metadata=_of_format("date-time", description))


def day(description: str | None = None) -> fields.String:
    """A calendar day in ISO 8601."""
    return fields.String(required=True, metadata=_of_format("date", description))


def day_or_none(description: str | None = None) -> fields.String:
    """The same, or null."""
    return fields.String(required=True, allow_none=True, metadata=_of_format("date", description))


def _of_format(name: str, description: str | None) -> dict[str, str]:
    return {"format": name} if description is None else {"format": name, "description": description}


def whole(description: str | None = None, example: int | None = None) -> fields.Integer:
    """A whole number that is always there."""
    return fields.Integer(required=True, metadata=_said(description, example))


def truth(description: str | None = None) -> fields.Boolean:
    """True or false, always there."""
    return fields.Boolean(required=True, metadata=_said(description, None))


def _said(description: str | None, example: Json) -> dict[str, Json]:
    return {} if description is None else about(description, example)


def part(schema: type[Schema], description: str | None = None) -> fields.Nested:
    """An object that is always there."""
    return fields.Nested(schema, required=True, metadata=_said(description, None))


def part_or_none(schema: type[Schema], description: str | None = None) -> fields.Nested:
    """An object, or null."""
    return fields.Nested(schema, required=True, allow_none=True, metadata=_said(description, None))


def many(inner: AnyField, description: str | None = None, example: Json = None) -> fields.List[Json]:
    """A list that is always there."""
    return fields.List(inner, required=True, metadata=_said(description, example))


class Bilingual(Out):
    """A text for people, in both languages."""

    id = text(description="Indonesian", example="Surat Izin Praktik Dokter")
    en = text(description="English", example="Doctor's practice permit")


def label(description: str | None = None, indonesian: str = "", english: str = "") -> fields.Nested:
    """A text for people, in both languages, perhaps with an example."""
    example = {"id": indonesian, "en": english} if indonesian else None
    return fields.Nested(Bilingual, required=True, metadata=_said(description, example))


class Remaining(Out):
    """How much time is left, or how much is over, in what the clock counts."""

    count = whole("How many; 0: today is the day, or less than one is over", 2)
    unit = text(description="working_days, days, or minutes (of service time)", example="working_days")
    late = truth("Whether the time is over")


class CodeAndName(Out):
    """A service type."""

    code = text(description="The code of the service type", example="PRZ-SIP-DR")
    name = label("What people call it")


class Page(Out):
    """A page of a list."""

    next = maybe("The cursor of the following page; null on the last one", example="WyIwMTkzNmIyZSJd")


class ProblemField(Out):
    """One field that cannot stand."""

    field = text(
        description="Dotted path in the body, or the name of a parameter or header", example="data.practice_region"
    )
    code = text(description="What is wrong with it; stable", example="unknown_region")
    message = text(
        description="The same in the reader's language, with what would be right",
        example="Tidak ada wilayah dengan kode ini.",
    )


class Problem(Out):
    """RFC 9457; `code` is stable, `instance` names the request in our logs."""

    type = text(description="`urn:mpp:problem:` and the code", example="urn:mpp:problem:invalid_fields")
    title = text(description="In the reader's language", example="Ada isian yang belum benar")
    status = whole("The status of the answer", 422)
    detail = text(description="In the reader's language, with what would be right", example="Perbaiki isian ini.")
    code = text(description="The code of the refusal; stable (docs/problems.md)", example="invalid_fields")
    instance = text(
        description="Names the request in our logs", example="urn:uuid:01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e13"
    )
    errors = fields.List(fields.Nested(ProblemField), metadata=about("Each field that cannot stand"))
    resume = fields.String(metadata=about("A cursor that holds, in place of one that does not", "5f3a9c01-4711"))
