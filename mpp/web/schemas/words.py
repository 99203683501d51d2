"""What the fields of an interface mean: said once for each name, wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from marshmallow import Schema

from mpp.json_values import Json


class Word(NamedTuple):
    """The meaning of a field in a sentence, and a value where a reader could not guess one."""

    description: str
    example: Json = None


# By the name of a field or a parameter; `{name}` is a parameter of an address.
Words: TypeAlias = Mapping[str, Word]


def about(description: str, example: Json = None) -> dict[str, Json]:
    """The `metadata` of a field that means something else than others of its name."""
    return {"description": description} if example is None else {"description": description, "example": example}


def told(schema: type[Schema]) -> str:
    """What a schema says of itself, as one paragraph."""
    return " ".join((schema.__doc__ or "").split())
