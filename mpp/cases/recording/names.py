"""Who is named in a case: what may not be repeated outside of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mpp.cases.storage.case_rows import Record
from mpp.json_values import Json


def names_in(record: Record) -> list[str]:
    """The names of applicant, proxy, contact and everybody in the form (`name`, at any depth)."""
    return [name for part in (record.applicant, record.proxy, record.case.data) for name in names_within(part)]


def names_within(value: Json) -> Iterator[str]:
    """The names in a JSON value, at any depth."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in ("name", "contact") and isinstance(inner, str):
                yield inner
            else:
                yield from names_within(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from names_within(inner)
