"""What the page of a case shows beside what the mall answers: names for codes, and who took a step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from services.portal import catalogue
from services.portal.asking import Asked
from services.portal.forms.reading import Field
from services.portal.texts import text

_MOST = 20  # places of one form that are looked up


def names(asked: Asked, case: Mapping[str, Any], form: Iterable[Field]) -> dict[str, str]:
    """The places and offices of the case and of its form, by code. One that nobody knows is left out."""
    found = {
        case[code]: case[f"{code}_name"]
        for code in ("region", "office", "office_of_origin")
        if case.get(f"{code}_name")
    }
    for kind, code in list(_codes(form, case["data"]))[:_MOST]:
        if code not in found:
            said = catalogue.place_name(asked, code) if kind == "region" else catalogue.office_name(asked, code)
            if said != code:
                found[code] = said
    return found


def _codes(form: Iterable[Field], data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for field in form:
        value = data.get(field["name"])
        if field["type"] in ("region", "office") and isinstance(value, str):
            yield field["type"], value
        elif field["type"] == "group" and isinstance(value, Mapping):
            yield from _codes(field["fields"], value)


def actor(asked: Asked, by: str) -> str:
    """Who took a step: an account by its name, everybody else in words."""
    if by.startswith("applicant:"):
        return text("case.by_applicant", asked.language)
    return text(f"case.by_{by}", asked.language) if by in ("bank", "system") else by
