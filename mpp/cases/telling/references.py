"""The id of a message as people and providers see it: the letter of the collection, then the id."""

from __future__ import annotations

from uuid import UUID

from mpp.casework.refusals import not_found


def read_reference(given: str) -> str:
    """The id in a reference such as `P0199...`. Raises Refused 404: what is none names nothing."""
    try:
        return str(UUID(given[1:]))
    except ValueError as error:
        raise not_found() from error
