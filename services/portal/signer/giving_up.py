"""A decision that is not signed after all: its paper is given up with a reason, and its number is void."""

from __future__ import annotations

import re
import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake, mistakes_of
from services.portal.texts import text

REASONS = ("mistake", "cannot_be_signed", "circumstances_changed", "other")


def give_up(paper: str) -> str | Answered | tuple[str, int]:
    """Ask for reason and note; then the case can be decided anew."""
    address = f"/papers/{re.sub('[^0-9a-f-]', '', paper)[:36] or '-'}"
    found = asked().mall.get(address).body
    if request.method == "GET":
        return _page(found, {}, [])
    typed = {name: request.form.get(name, "").strip() for name in ("reason", "note")}
    sent = request.form.get("kunci", "")
    key = sent if re.fullmatch(r"[0-9a-f-]{36}", sent) else str(uuid.uuid4())
    try:
        asked().mall.post(f"{address}/abandonment", {n: v for n, v in typed.items() if v}, key=key)
    except Refusal as refusal:
        if refusal.status not in (403, 409, 422):
            raise
        labels = {name: text(f"sign.{name}", asked().language) for name in typed}
        wrong = mistakes_of(refusal.wrong, labels) or [Mistake("", f"{refusal.title}. {refusal.detail}")]
        return _page(found, typed, wrong), refusal.status
    return redirect(url_for("clerk.case", collection=found["collection"], case=found["case"]), 303)


def _page(paper: dict[str, object], typed: dict[str, str], mistakes: list[Mistake]) -> str:
    choices = [
        {"value": each, "label": {lang: text(f"sign.reason_{each}", lang) for lang in ("id", "en")}} for each in REASONS
    ]
    return render_template(
        "give_up.html", paper=paper, typed=typed, mistakes=mistakes, choices=choices, key=str(uuid.uuid4())
    )
