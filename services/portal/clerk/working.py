"""What waits for my office, the most urgent first; and one case by its code or number, or by whose it is."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal import catalogue
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_FILTERS = ("service", "sort", "due_from", "due_to", "cursor")
_COLLECTIONS = 8  # at most, of a mall


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
        drafts=now.mall.get("/drafts").body["items"] if not wanted["cursor"] else [],
    )  # fmt: skip


def find() -> Page:
    """One box for a code or a number; another for a NIK or a name, which go in the body and are on record."""
    if request.method == "GET":
        return render_template("find.html", typed={}, mistakes=[], found=None)
    typed = {name: request.form.get(name, "").strip()[:120] for name in ("q", "nik", "name")}
    if not any(typed.values()):
        nothing = [Mistake("q", text("find.nothing_typed", asked().language))]
        return render_template("find.html", typed=typed, mistakes=nothing, found=None), 422
    found: list[dict[str, Any]] = []
    mistakes: dict[tuple[str, str], Mistake] = {}
    for collection in _collections():
        try:
            if typed["q"]:
                body = asked().mall.get(f"/{collection}", {"q": typed["q"], "limit": "20"}).body
            else:
                sent = {"nik": typed["nik"].replace(" ", ""), "name": typed["name"]}
                wanted = {name: value for name, value in sent.items() if value}
                body = asked().mall.post(f"/{collection}/search", {**wanted, "limit": 20}).body
            found += [{**each, "collection": collection} for each in body["items"]]
        except Refusal as refusal:
            if refusal.status == 403:  # not this collection's clerk  # noqa: PLR2004
                continue
            for each in refusal.wrong:
                mistakes[each.field, each.message] = Mistake(each.field, each.message)
            if not refusal.wrong:
                mistakes["", refusal.detail] = Mistake("", refusal.detail)
    if typed["q"] and len(found) == 1:
        return redirect(url_for("clerk.case", collection=found[0]["collection"], case=found[0]["id"]), 303)
    page = render_template("find.html", typed=typed, mistakes=list(mistakes.values()), found=found)
    return (page, 422) if mistakes else page


def _collections() -> list[str]:
    return sorted({each.collection for each in catalogue.services(asked())})[:_COLLECTIONS]
