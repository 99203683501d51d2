"""How each part of the mall is: what is bad first, in words and colour, with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template

from services.portal.asking import asked

_WORST = ("bad", "warning", "good")
_TONES = {"bad": "late", "warning": "soon", "good": "fine"}


@dataclass(frozen=True)
class Whose:
    """The parts of one service, the worst first."""

    service: str
    parts: list[dict[str, Any]]

    @property
    def state(self) -> str:
        """That of its worst part."""
        return min((str(each["state"]) for each in self.parts), key=_WORST.index)


def state() -> str:
    """All of it."""
    found = asked().mall.get("/operations/state").body
    by_service: dict[str, list[dict[str, Any]]] = {}
    for each in found["parts"]:
        by_service.setdefault(str(each["service"]), []).append({**each, "tone": _TONES[each["state"]]})
    listed = [
        Whose(service, sorted(parts, key=lambda part: _WORST.index(part["state"])))
        for service, parts in by_service.items()
    ]
    listed.sort(key=lambda whose: _WORST.index(whose.state))
    counts = {state: sum(part["state"] == state for part in found["parts"]) for state in _WORST}
    return render_template("state.html", found=found, listed=listed, counts=counts, tones=_TONES, mistakes=[])
