"""What waits for the signature, the most urgent first; many of it signed in one go, with the passphrase typed once."""

from __future__ import annotations

import re
import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.signer import results
from services.portal.signer.deciding import BATCH, Ticked, decide
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
MOST = 20  # of one page, so that all can be ticked and their results fit into the session
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def show() -> Page:
    """What waits for this signer."""
    return _page()


def sign() -> Page:
    """Sign what was ticked: whatever was not decided yet is decided, and all that waits is signed as one batch.

    The passphrase goes through once, and is kept nowhere. Whoever sends the same form again is shown what came of it.
    """
    sent = request.form.get("kunci", "")
    key = sent if _KEY.fullmatch(sent) else str(uuid.uuid4())
    if results.known(key):
        return redirect(url_for("signer.results"), 303)
    ticked = [found for each in request.form.getlist("berkas")[:MOST] if (found := Ticked.read(each)) is not None]
    if not ticked:
        return _page([Mistake("berkas", text("sign.nothing_ticked", asked().language))]), 422
    passphrase = request.form.get("passphrase", "")[:256]
    decided = [(each, *decide(asked().mall, each, key)) for each in ticked]
    papers = [paper for _, _, its in decided for paper in its]
    begun, told_all = _begin(papers, passphrase, key)
    results.keep(key, begun, [(each, told_all if told == BATCH else told, len(its)) for each, told, its in decided])
    return redirect(url_for("signer.results"), 303)


def _begin(papers: list[str], passphrase: str, key: str) -> tuple[str, str]:
    """The id of the batch that signs these, or "" and why there is none."""
    if not papers:
        return "", ""
    body: dict[str, Any] = {"papers": papers} | ({"passphrase": passphrase} if passphrase else {})
    try:
        return str(asked().mall.post("/signatures", body, key=key).body["id"]), BATCH
    except Away:
        return "", "away"
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return "", refusal.code or "other"


def _page(mistakes: list[Mistake] | None = None) -> str:
    cursor = request.args.get("cursor", "")
    found = asked().mall.get("/worklist", {"role": "signer", "limit": str(MOST), "cursor": cursor}).body
    return render_template("sign.html", found=found, mistakes=mistakes or [], key=str(uuid.uuid4()))
