"""Whom the counter calls, since no message reached them; and ticking them off."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.clerk.addresses import part
from services.portal.clerk.cases import key_sent
from services.portal.errors import Mistake
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_RESULTS = ("reached", "not_reached")


def call_list() -> Page:
    """Longest on the list first; each reading is on record."""
    return _page([])


def tick(line: str) -> Page:
    """What came of a call. A line that a colleague ticked off meanwhile is told as such."""
    result = request.form.get("hasil", "")
    if result not in _RESULTS:
        return _page([Mistake("", text("calls.choose", asked().language))]), 422
    try:
        asked().mall.post(f"/call-list/{part(line)}", {"result": result}, key=key_sent())
    except Refusal as refusal:
        if refusal.status not in (403, 404, 409, 422):
            raise
        told = text("calls.gone", asked().language) if refusal.status == 404 else refusal.detail or refusal.title  # noqa: PLR2004
        return _page([Mistake("", told)]), refusal.status
    flash(text(f"calls.done_{result}", asked().language))
    return redirect(url_for("clerk.calls"), 303)


def _page(mistakes: list[Mistake]) -> str:
    found = asked().mall.get("/call-list", {"cursor": request.args.get("cursor", ""), "limit": "20"}).body
    return render_template("calls.html", found=found, mistakes=mistakes)
