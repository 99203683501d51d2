"""The instants of an answer with the offset of the region's clocks: the same instants, as people there read them.

Which values are instants says the schema of the answer (`format: date-time`). Nothing else is touched: what somebody
typed stays as it was. A schema with `as_sent = True` is of messages with a contract of their own, and stays too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import cache

from marshmallow import Schema, fields

from mpp.json_values import Json
from mpp.web.schemas.fields import AnyField

_Change = Callable[[Json, tzinfo], Json]


def localised(schema: type[Schema], body: Json, zone: tzinfo) -> Json:
    """The body, which follows the schema, with each of its instants in the zone."""
    changes = _changes(schema)
    if not changes or not isinstance(body, Mapping):
        return body
    return {name: changes[name](value, zone) if name in changes else value for name, value in body.items()}


@cache
def _changes(schema: type[Schema]) -> Mapping[str, _Change]:
    """What is done to the fields that are instants, or hold some."""
    if not _holds_any(schema, set()):
        return {}
    found = {name: _change_of(field) for name, field in schema().fields.items()}
    return {name: change for name, change in found.items() if change is not None}


def _holds_any(schema: type[Schema], seen: set[type[Schema]]) -> bool:
    """Whether there are instants anywhere in it; a schema may hold itself, as a form does."""
    if schema in seen or getattr(schema, "as_sent", False):
        return False
    seen.add(schema)
    return any(_is_or_holds(field, seen) for field in schema().fields.values())


def _is_or_holds(field: AnyField, seen: set[type[Schema]]) -> bool:
    if isinstance(field, fields.List):
        return _is_or_holds(field.inner, seen)
    if isinstance(field, fields.Nested):
        return _holds_any(type(field.schema), seen)
    return _is_instant(field)


def _change_of(field: AnyField) -> _Change | None:
    if isinstance(field, fields.List):
        return _of_each(_change_of(field.inner))
    if isinstance(field, fields.Nested):
        inner = type(field.schema)
        return (lambda value, zone: localised(inner, value, zone)) if _holds_any(inner, set()) else None
    return _local if _is_instant(field) else None


def _of_each(change: _Change | None) -> _Change | None:
    if change is None:
        return None
    return lambda value, zone: [change(each, zone) for each in value] if isinstance(value, list | tuple) else value


def _is_instant(field: AnyField) -> bool:
    return field.metadata.get("format") == "date-time"


def _local(value: Json, zone: tzinfo) -> Json:
    if not isinstance(value, str):
        return value
    try:
        found = datetime.fromisoformat(value)
        return value if found.tzinfo is None else found.astimezone(zone).isoformat()
    except (ValueError, OverflowError):  # no instant, or one at the end of the calendar
        return value
