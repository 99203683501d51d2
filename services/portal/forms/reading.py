"""From the controls of a page to the body that the interface takes.

A control is named by the dotted path of its field in that body, so that a mistake that the mall finds leads back to it.
What is empty is left out, and the mall says whether it had to be there: the portal has no rules of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.portal.texts import Language
from services.portal.words import both

Field = Mapping[str, Any]
Values = Mapping[str, str]
_NUMBER = re.compile(r"-?\d{1,15}")
_BLANKS = re.compile(r"[\s.]|^Rp", re.IGNORECASE)
_CODE = re.compile(r"\(([A-Za-z0-9.-]{1,64})\)\s*$")
_IN_DIGITS = ("nik", "no_kk")


def data_of(form: Iterable[Field], values: Values, prefix: str) -> dict[str, Any]:
    """The fields of a form, as the interface takes them."""
    found: dict[str, Any] = {}
    for field in form:
        value = _value(field, values, f"{prefix}.{field['name']}")
        if value is not None:
            found[field["name"]] = value
    return found


def _value(field: Field, values: Values, name: str) -> Any:
    kind = field["type"]
    if kind == "group":
        inner = data_of(field["fields"], values, name)
        return inner if inner or field["required"] else None
    if kind == "boolean":
        return values.get(name) == "1"
    typed = values.get(name, "").strip()
    if not typed:
        return None
    if kind in ("integer", "money"):
        digits = _BLANKS.sub("", typed)
        return int(digits) if _NUMBER.fullmatch(digits) else typed
    if kind in ("region", "office"):
        return code_of(typed)
    return re.sub(r"\s", "", typed) if kind in _IN_DIGITS else typed


def values_of(data: Mapping[str, Any], prefix: str) -> dict[str, str]:
    """The controls with what the interface has told: the way back of `data_of`."""
    found: dict[str, str] = {}
    for name, value in data.items():
        control = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            found |= values_of(value, control)
        elif isinstance(value, bool):
            found[control] = "1" if value else ""
        elif value is not None:
            found[control] = str(value)
    return found


def code_of(typed: str) -> str:
    """The code of a place or an office: a suggestion that was taken has it in brackets behind the name."""
    found = _CODE.search(typed)
    return found[1] if found else typed.strip()


def part_of(values: Values, prefix: str, names: Iterable[str]) -> dict[str, str]:
    """The named texts below a prefix that somebody filled in."""
    typed = {name: values.get(f"{prefix}.{name}", "").strip() for name in names}
    return {name: value for name, value in typed.items() if value}


def controls(form: Iterable[Field], prefix: str, language: Language, above: str = "") -> dict[str, str]:
    """The label of each control of a form by its name, groups too; inside of a group with that of the group."""
    found: dict[str, str] = {}
    for field in form:
        name, label = f"{prefix}.{field['name']}", above + both(field["label"], language)
        found[name] = label
        if field["type"] == "group":
            found |= controls(field["fields"], name, language, f"{label}, ")
    return found


def fields_of(form: Iterable[Field], prefix: str) -> Iterator[tuple[str, Field]]:
    """Every field that holds a value, by the name of its control."""
    for field in form:
        name = f"{prefix}.{field['name']}"
        if field["type"] == "group":
            yield from fields_of(field["fields"], name)
        else:
            yield name, field
