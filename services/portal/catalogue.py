"""The services of the mall as the front page shows them; what is public is remembered for minutes."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from services.portal.api.client import Refusal
from services.portal.words import both

if TYPE_CHECKING:
    from services.portal.api.client import Mall
    from services.portal.asking import Asked

_SECONDS = 300.0
_NOT_FOUND = 404
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
    collection: str  # empty where another application serves it
    life_events: tuple[str, ...] = ()
    loket: str = ""  # where that is

    @property
    def letter(self) -> str:
        """The letter under which its name stands in a list from A to Z."""
        return self.name[:1].upper()

    def fits(self, letters: str, agency: str = "", event: str = "", first: str = "") -> bool:
        """Whether its name or code has these letters, whatever their case, and the agency, the event of a life and the
        first letter are these; an empty one is any."""
        wanted = letters.casefold()
        named = wanted in self.name.casefold() or wanted in self.code.casefold()
        happens = not event or event in self.life_events
        return named and happens and agency in ("", self.owner) and first in ("", self.letter)


def services(asked: Asked) -> list[Listed]:
    """Those that the mall serves, by name."""
    codes = [each["code"] for each in _remembered(asked.mall, "/services")["items"]]
    found = [_remembered(asked.mall, f"/services/{code}") for code in codes]
    listed = [
        Listed(
            each["code"], both(each["name"], asked.language), each["owner"], office_name(asked, each["owner"]),
            _said(each, "duration", asked), _said(each, "fee", asked), each["collection"],
            tuple(each.get("life_events", ())),
        )
        for each in found
    ]  # fmt: skip
    return sorted(listed, key=lambda each: each.name)


def everything(asked: Asked) -> list[Listed]:
    """Also those that other applications serve, by name."""
    elsewhere = [
        Listed(
            each["code"], both(each["name"], asked.language), each["owner"], office_name(asked, each["owner"]),
            both(each["duration"], asked.language), both(each["fee"], asked.language), "",
            tuple(each["life_events"]), both(each["loket"], asked.language),
        )
        for each in _remembered(asked.mall, "/services").get("linked", ())
    ]  # fmt: skip
    return sorted([*services(asked), *elsewhere], key=lambda each: each.name)


def life_events(asked: Asked) -> list[tuple[str, str]]:
    """What happens in a life, as (code, words), in the order that the mall gives."""
    told = _remembered(asked.mall, "/services").get("life_events", ())
    return [(each["code"], both(each["name"], asked.language)) for each in told]


def one(mall: Mall, code: str) -> Any:
    """The service of this code; what another application serves has no `collection`. Raises Refusal."""
    part = re.sub("[^A-Z0-9-]", "", code.upper())[:32] or "-"
    try:
        return mall.get(f"/services/{part}").body
    except Refusal as refusal:
        if refusal.status != _NOT_FOUND:
            raise
        return mall.get(f"/linked-services/{part}").body


def served_here(service: Any) -> bool:
    """Whether a case of it can be filed in this mall."""
    return "collection" in service


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
