"""What JSON is, for the type checker, and how a field of a JSON object is read as the value that it must be.

Each reader raises ValueError, which names the field and never its value: what is stored may be about a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TypeAlias

Json: TypeAlias = "None | bool | int | float | str | Sequence[Json] | Mapping[str, Json]"
JsonObject: TypeAlias = Mapping[str, Json]


def text(found: JsonObject, name: str) -> str:
    """A text that must be there."""
    value = found.get(name)
    if not isinstance(value, str):
        raise ValueError(f"{name}: not a text")
    return value


def optional_text(found: JsonObject, name: str) -> str | None:
    """A text; None where it is null or missing."""
    return None if found.get(name) is None else text(found, name)


def texts(found: JsonObject, name: str) -> tuple[str, ...]:
    """A list of texts."""
    values = array(found, name)
    strings = tuple(value for value in values if isinstance(value, str))
    if len(strings) != len(values):
        raise ValueError(f"{name}: not a list of texts")
    return strings


def truth(found: JsonObject, name: str) -> bool:
    """True or false, which must be there."""
    value = found.get(name)
    if not isinstance(value, bool):
        raise ValueError(f"{name}: neither true nor false")
    return value


def optional_truth(found: JsonObject, name: str) -> bool | None:
    """True or false; None where it is null or missing."""
    return None if found.get(name) is None else truth(found, name)


def whole(found: JsonObject, name: str, missing: int | None = None) -> int:
    """A whole number, which must be there unless `missing` says what stands for it."""
    value = found.get(name, missing)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(f"{name}: not a whole number")
    return value


def optional_whole(found: JsonObject, name: str) -> int | None:
    """A whole number; None where it is null or missing."""
    return None if found.get(name) is None else whole(found, name)


def moment(found: JsonObject, name: str) -> datetime:
    """An instant, as ISO 8601 with its offset."""
    try:
        read = datetime.fromisoformat(text(found, name))
    except ValueError:
        raise ValueError(f"{name}: not an instant") from None
    if read.tzinfo is None:
        raise ValueError(f"{name}: an instant without a zone")
    return read


def day(found: JsonObject, name: str) -> date:
    """A date, written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text(found, name))
    except ValueError:
        raise ValueError(f"{name}: not a date") from None


def optional_moment(found: JsonObject, name: str) -> datetime | None:
    """An instant; None where it is null or missing."""
    return None if found.get(name) is None else moment(found, name)


def array(found: JsonObject, name: str) -> Sequence[Json]:
    """A list of anything."""
    value = found.get(name)
    if isinstance(value, list):  # asking for an abstract class takes five times as long, and JSON is read as lists
        return value
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{name}: not a list")
    return value


def mapping(found: JsonObject, name: str) -> JsonObject:
    """An object."""
    value = found.get(name)
    if not isinstance(value, dict | Mapping):  # a dict, as JSON is read, is found at once
        raise ValueError(f"{name}: not an object")
    return value


def optional_mapping(found: JsonObject, name: str) -> JsonObject | None:
    """An object; None where it is null or missing."""
    return None if found.get(name) is None else mapping(found, name)


def objects(found: JsonObject, name: str) -> tuple[JsonObject, ...]:
    """A list of objects."""
    values = array(found, name)
    held = tuple(value for value in values if isinstance(value, Mapping))
    if len(held) != len(values):
        raise ValueError(f"{name}: not a list of objects")
    return held


def iso(moment_: datetime | None) -> str | None:
    """How an instant is written, in JSON."""
    return None if moment_ is None else moment_.isoformat()
