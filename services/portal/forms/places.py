"""Places and offices by what people call them: by code, by a suggestion, or by a name that only one has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from services.portal.errors import Mistake
from services.portal.forms.reading import Field, Values, code_of, fields_of
from services.portal.texts import text

if TYPE_CHECKING:
    from services.portal.asking import Asked

MOST = 12  # suggestions


def suggestions(asked: Asked, kind: str, letters: str, office_kind: str | None = None) -> list[str]:
    """Names with their codes in brackets, as `code_of` reads them again."""
    wanted = code_of(letters)[:60].strip()
    if not wanted:
        return []
    if kind == "region":
        found = asked.mall.get("/regions", {"q": wanted, "limit": str(MOST)}).body["items"]
        return [f"{each['path']} ({each['code']})" for each in found]
    found = asked.mall.get("/offices", {"q": wanted, "kind": office_kind, "limit": str(MOST)}).body["items"]
    return [f"{each['name']} ({each['code']})" for each in found]


def settle(asked: Asked, form: Iterable[Field], values: Values, prefix: str) -> tuple[dict[str, str], list[Mistake]]:
    """The values, each place with its code where what was typed means one place; and what means none or several."""
    settled, mistakes = dict(values), []
    for name, field in fields_of(form, prefix):
        typed = values.get(name, "").strip()
        if field["type"] not in ("region", "office") or not typed or code_of(typed) != typed:
            continue
        kinds = field.get("office_kinds") or [None]
        found = suggestions(asked, field["type"], typed, kinds[0] if len(kinds) == 1 else None)
        exact = [each for each in found if each.endswith(f"({typed})")] or found
        if len(exact) == 1:
            settled[name] = exact[0]
        else:
            key = "register.place_several" if found else "register.place_none"
            told = text(key, asked.language, typed=typed[:60])
            mistakes.append(Mistake(name, told, choices=tuple(found)))
    return settled, mistakes


def names_of(asked: Asked, form: Iterable[Field], values: Values, prefix: str) -> dict[str, str]:
    """What the places and offices in a form are called, by their codes."""
    form = list(form)
    settled, _unknown = settle(asked, form, values, prefix)
    named = (name for name, field in fields_of(form, prefix) if field["type"] in ("region", "office"))
    return {values[name]: settled[name].rpartition(" (")[0] for name in named if settled.get(name) != values.get(name)}
