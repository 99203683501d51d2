"""The roles that a form gives to persons, declared on its fields of type `nik`: mother, witness, deceased ... Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from mpp.identity.roles import Role
from mpp.json_values import JsonObject

if TYPE_CHECKING:
    from mpp.casework.rules.service_type import FormField, Text

# What a form may say of somebody beside the NIK, by the type of the field that says it.
TOLD = {
    "name": ("name", "person_name", "text"),
    "sex": ("choice",),
    "birth_date": ("date",),
    "family_card": ("no_kk",),
}


@dataclass(frozen=True)
class FormRole:
    """The role of whom a field names. `day` is the path of the date field whose day matters (None: the day of the
    filing), `told` the paths of the fields that say the same of that person as their NIK or a register does."""

    role: Role
    name: Text
    day: str | None = None
    told: Mapping[str, str] = field(default_factory=dict)


def with_roles(form: Sequence[FormField], path: str = "") -> Iterator[tuple[str, FormRole]]:
    """Each role of a form, with the path of its field from the data on (`mother.nik`)."""
    for each in form:
        here = f"{path}{each.name}"
        if each.role is not None:
            yield here, each.role
        yield from with_roles(each.fields, f"{here}.")


def field_at(form: Sequence[FormField], path: str) -> FormField | None:
    """The field of this path, or None."""
    name, _, rest = path.partition(".")
    found = next((each for each in form if each.name == name), None)
    return found if found is None or not rest else field_at(found.fields, rest)


def value_at(data: JsonObject, path: str) -> object:
    """What stands at this path of the data; None where nothing does."""
    name, _, rest = path.partition(".")
    value = data.get(name)
    if not rest:
        return value
    return value_at(value, rest) if isinstance(value, Mapping) else None


def day_at(data: JsonObject, path: str | None) -> date | None:
    """The day that stands there; None where there is none."""
    value = None if path is None else value_at(data, path)
    return value if isinstance(value, date) else _day(value)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
