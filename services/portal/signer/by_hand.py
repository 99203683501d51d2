"""A paper that is signed by hand: printed, signed, scanned, and confirmed by a second person of the office.

What is confirmed is the scan that the page showed: its hash is in the form, and another scan since then is refused.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.forms.handing_in import pass_on, shown, words_of
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_HASH = re.compile(r"[0-9a-f]{64}")
_NONE = "no_scan"


def show(paper: str) -> Page:
    """Where the paper stands: to be printed, to be scanned, or to be confirmed."""
    return _page(paper)


def scan(paper: str) -> Page:
    """The scan, passed on while it arrives."""
    try:
        pass_on(asked().mall, f"{_address(paper)}/scan", {})
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return _page(paper, [Mistake("file", words_of(refusal))]), refusal.status
    except Away:
        return _page(paper, [Mistake("file", text("papers.away", asked().language))]), 503
    return redirect(url_for("signer.by_hand", paper=paper), 303)


def scanned(paper: str) -> Page:
    """The scan that waits, if it is still the one of the page that led here."""
    content = _scan(paper)
    if content is None or hashlib.sha256(content).hexdigest() != request.args.get("sidik", ""):
        return redirect(url_for("signer.by_hand", paper=paper), 303)
    return shown(content)


def confirm(paper: str) -> Page:
    """A second person has compared this very scan with the sheet."""
    sent, key = request.form.get("sidik", ""), request.form.get("kunci", "")
    if request.form.get("dibandingkan") != "1" or not _HASH.fullmatch(sent):
        return _page(paper, [Mistake("dibandingkan", text("by_hand.not_compared", asked().language))]), 422
    key = key if re.fullmatch(r"[0-9a-f-]{36}", key) else str(uuid.uuid4())
    try:
        done = asked().mall.post(f"{_address(paper)}/confirmation", {"sha256": sent}, key=key).body
    except Refusal as refusal:
        if refusal.status not in (403, 409, 422):
            raise
        return _page(paper, [Mistake("", f"{refusal.title}. {refusal.detail}")]), refusal.status
    return redirect(url_for("clerk.case", collection=done["collection"], case=done["case"]), 303)


def _address(paper: str) -> str:
    return f"/papers/{re.sub('[^0-9a-f-]', '', paper)[:36] or '-'}"


def _scan(paper: str) -> bytes | None:
    """None where none waits."""
    try:
        return asked().mall.file(f"{_address(paper)}/scan").body
    except Refusal as refusal:
        if refusal.code in (_NONE, "paper_not_awaiting", "paper_not_by_hand"):
            return None
        raise


def _page(paper: str, mistakes: list[Mistake] | None = None) -> str:
    found = asked().mall.get(_address(paper)).body
    content = _scan(paper) if found["status"] == "awaiting" else None
    most: Any = current_app.extensions["mpp.upload_max_bytes"]
    return render_template(
        "by_hand.html", paper=found, mistakes=mistakes or [], most=most // 2**20, key=str(uuid.uuid4()),
        sha256=None if content is None else hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
