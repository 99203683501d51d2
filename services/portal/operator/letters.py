"""Events and jobs that no retry could settle: alike ones together, tried again one by one or all at once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.operator.commanding import NotDone, command, in_rounds, tell

Page = str | Answered | tuple[str, int]
_BASE = "/operations/dead-letters"
_SERVICE = re.compile(r"[a-z_]{1,32}")
_ID = re.compile(r"[0-9a-f-]{36}:[a-z0-9_.-]{1,64}")


@dataclass
class Alike:
    """What failed at one service, in one way, for one reason; `sort` is the type of the events or the kind of job."""

    service: str
    what: str
    sort: str
    reason: str
    items: list[dict[str, Any]] = field(default_factory=list)

    @property
    def since(self) -> str:
        """When the oldest of them came."""
        return min(str(each.get("received_at") or each.get("enqueued_at")) for each in self.items)

    @property
    def attempts(self) -> int:
        """How often the one was tried that was tried most."""
        return max(int(each["attempts"]) for each in self.items)

    @property
    def waiting(self) -> int:
        """How many events wait behind them."""
        return sum(int(each.get("waiting") or 0) for each in self.items)

    @property
    def cause(self) -> str:
        """The kind of reason, for which the page has a sentence on what to do."""
        return next((kind for kind, begins in _CAUSES.items() if self.reason.startswith(begins)), "other")


_CAUSES: dict[str, tuple[str, ...]] = {
    "foreign": ("published without a name", "published by", "ce-source", "against its contract"),
    "contract": ("contract",),
    "room": ("storage_full", "no room"),
    "away": ("service_unavailable", "ServiceUnavailable", "DatabaseAway"),
}


def letters() -> Page:
    """All of them."""
    return _page()


def _page(mistakes: list[Mistake] | None = None) -> str:
    found = asked().mall.get(_BASE).body
    return render_template(
        "letters.html", groups=_alike(found["items"]), silent=found["unavailable"], mistakes=mistakes or []
    )


def _alike(items: Iterable[dict[str, Any]]) -> list[Alike]:
    groups: dict[tuple[str, ...], Alike] = {}
    for each in items:
        sort = str(each.get("type") or each.get("kind") or each.get("routing_key") or "")
        head = (str(each["service"]), str(each["what"]), sort, str(each.get("reason") or ""))
        groups.setdefault(head, Alike(*head)).items.append(each)
    return sorted(groups.values(), key=lambda group: group.since)


def replay() -> Page:
    """Try one again, or all of a service that failed for the same reason."""
    service, letter = request.form.get("layanan", ""), request.form.get("id", "")
    if not _SERVICE.fullmatch(service) or (letter and not _ID.fullmatch(letter)):
        return redirect(url_for("operator.letters"), 303)
    try:
        if letter:
            done = command(f"{_BASE}/{service}/{_address(letter)}/replay", {}).body
            tell("replayed_one" if done.get("status") not in ("dead", "retry") else "replayed_in_vain")
        else:
            tell("replayed", count=_all_of(service, request.form.get("alasan", "")))
    except NotDone as failed:
        return _page(failed.mistakes), failed.status
    return redirect(url_for("operator.letters"), 303)


def _all_of(service: str, reason: str) -> int:
    def ask(after: str) -> tuple[int, str]:
        body = {name: value for name, value in (("reason", reason), ("after", after)) if value}
        done = command(f"{_BASE}/{service}/replays", body, of=after).body
        return int(done["replayed"]), str(done["next"] or "")

    return in_rounds(ask)


def _address(letter: str) -> str:
    id_, _, name = letter.partition(":")
    return f"{id_}/{name}"
