"""What waits for my office, the most urgent first; and one case by its code or number, or by whose it is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal import catalogue
from services.portal.api.calls import Away
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_FILTERS = ("service", "sort", "due_from", "due_to", "cursor")
_COLLECTIONS = 8  # at most, of a mall
_MOST = "20"  # cases of one service


def work() -> Page:
    """The worklist. What narrows it stands in the address, so that it can be kept as a bookmark."""
    wanted = {name: request.args.get(name, "") for name in _FILTERS}
    now, mistakes = asked(), []
    try:
        found = now.mall.get("/worklist", {**wanted, "limit": "25"}).body
    except Refusal as refusal:
        if refusal.status not in (400, 422):
            raise
        found = {"items": [], "next": None, "unavailable": []}
        mistakes = [Mistake(each.field, each.message) for each in refusal.wrong] or [Mistake("", refusal.detail)]
    counts = now.mall.get("/worklist/counts").body
    me = now.mall.get("/me").body
    more = {name: value for name, value in wanted.items() if value and name != "cursor"}
    return render_template(
        "work.html", found=found, counts=counts, wanted=wanted, more=more, me=me, mistakes=mistakes,
        key=str(uuid.uuid4()), here=request.full_path.rstrip("?"),
        drafts=now.mall.get("/drafts").body["items"] if not wanted["cursor"] else [],
    )  # fmt: skip


@dataclass
class _Found:
    """What the services of the mall have found together; `silent`: those that did not answer."""

    cases: list[dict[str, Any]] = field(default_factory=list)
    mistakes: dict[tuple[str, str], Mistake] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    more: bool = False


def find() -> Page:
    """One box for a code or a number; another for a NIK or a name, which go in the body and are on record."""
    if request.method == "GET":
        return render_template("find.html", typed={}, mistakes=[], found=None)
    typed = {name: request.form.get(name, "").strip()[:120] for name in ("q", "nik", "name")}
    if not any(typed.values()):
        nothing = [Mistake("q", text("find.nothing_typed", asked().language))]
        return render_template("find.html", typed=typed, mistakes=nothing, found=None), 422
    found, collections = _Found(), _collections()
    for collection in collections:
        _look(collection, typed, found)
    if len(found.silent) == len(collections):
        raise Away
    if typed["q"] and len(found.cases) == 1 and not found.silent:
        only = found.cases[0]
        return redirect(url_for("clerk.case", collection=only["collection"], case=only["id"]), 303)
    page = render_template("find.html", typed=typed, mistakes=list(found.mistakes.values()), found=found)
    return (page, 422) if found.mistakes else page


def _look(collection: str, typed: Mapping[str, str], found: _Found) -> None:
    """Ask one service; a collection whose cases are not one's own has none."""
    try:
        if typed["q"]:
            body = asked().mall.get(f"/{collection}", {"q": typed["q"], "limit": _MOST}).body
        else:
            sent = {"nik": typed["nik"].replace(" ", ""), "name": typed["name"]}
            wanted = {name: value for name, value in sent.items() if value}
            body = asked().mall.post(f"/{collection}/search", {**wanted, "limit": int(_MOST)}).body
    except Away:
        found.silent.append(collection)
    except Refusal as refusal:
        if refusal.status == 403:  # noqa: PLR2004
            return
        if refusal.status == 401:  # noqa: PLR2004
            raise
        for each in refusal.wrong:
            found.mistakes[each.field, each.message] = Mistake(each.field, each.message)
        if not refusal.wrong:
            found.mistakes["", refusal.detail] = Mistake("", refusal.detail)
    else:
        found.cases += [{**each, "collection": collection} for each in body["items"]]
        found.more = found.more or body["next"] is not None


def _collections() -> list[str]:
    return sorted({each.collection for each in catalogue.services(asked())})[:_COLLECTIONS]
