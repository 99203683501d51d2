"""Instants in a body: their form was checked with its schema, and not whether there is such a day."""

from __future__ import annotations

from datetime import datetime

from mpp.casework.refusals import FieldError, invalid
from mpp.json_values import JsonObject, moment, optional_moment


def sent_moment(body: JsonObject, name: str) -> datetime:
    """Raises Refused 422 for what is none, such as the 30th of February."""
    try:
        return moment(body, name)
    except ValueError:
        raise invalid(FieldError(name, "malformed")) from None


def sent_moment_or_none(body: JsonObject, name: str) -> datetime | None:
    """The same; None where it was left out."""
    try:
        return optional_moment(body, name)
    except ValueError:
        raise invalid(FieldError(name, "malformed")) from None
