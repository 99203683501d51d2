"""The services of the mall as the front page shows them; what is public is remembered for minutes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.portal.words import both

if TYPE_CHECKING:
    from services.portal.api.client import Mall
    from services.portal.asking import Asked

_SECONDS = 300.0
_kept: dict[tuple[int, str], tuple[float, Any]] = {}


@dataclass(frozen=True)
class Listed:
    """One service in a list, in the reader's language."""

    code: str
    name: str
    owner: str
    owner_name: str
    duration: str
    fee: str
    collection: str

    def fits(self, letters: str, agency: str = "") -> bool:
        """Whether its name or code has these letters, whatever their case, and the agency is this one."""
        wanted = letters.casefold()
        return (wanted in self.name.casefold() or wanted in self.code.casefold()) and agency in ("", self.owner)


def services(asked: Asked) -> list[Listed]:
    """All of them, by name."""
    codes = [each["code"] for each in _remembered(asked.mall, "/services")["items"]]
    found = [_remembered(asked.mall, f"/services/{code}") for code in codes]
    listed = [
        Listed(
            each["code"], both(each["name"], asked.language), each["owner"], office_name(asked, each["owner"]),
            _said(each, "duration", asked), _said(each, "fee", asked), each["collection"],
        )
        for each in found
    ]  # fmt: skip
    return sorted(listed, key=lambda each: each.name)


def _said(service: Any, component: str, asked: Asked) -> str:
    """What the service standard says of it: a number alone is not the truth where a levy comes on top."""
    return both(service["standard"].get(component), asked.language)


def office_name(asked: Asked, code: str) -> str:
    """What the office is called; its code where the region does not say."""
    for each in _remembered(asked.mall, "/offices", q=code)["items"]:
        if each["code"] == code:
            return str(each["name"])
    return code


def place_name(asked: Asked, code: str) -> str:
    """What a place is called, with those that it lies in; its code where the mall does not know it."""
    for each in _remembered(asked.mall, "/regions", q=code)["items"]:
        if each["code"] == code:
            return str(each["path"])
    return code


def _remembered(mall: Mall, path: str, **query: str) -> Any:
    key, now = (id(mall.interface), f"{path}?{query}"), time.monotonic()
    at, found = _kept.get(key, (0.0, None))
    if found is None or now - at > _SECONDS:
        found = mall.get(path, query).body
        if len(_kept) > 500:  # noqa: PLR2004 - of offices that nobody has
            _kept.clear()
        _kept[key] = (now, found)
    return found
