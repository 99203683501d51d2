"""The nine questions about a case that has ended: for the counter's second screen, and for the citizen's own phone."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.clerk.addresses import address_of
from services.portal.clerk.cases import key_sent, page_of, read
from services.portal.errors import Mistake
from services.portal.qr import qr_of

Page = str | Answered | tuple[str, int]


def questions(collection: str, case: str) -> Page:
    """The one-time address as a link and as a QR. Who asks for it is on record; it stands in no address of ours."""
    try:
        given = asked().mall.post(f"{address_of(collection, case)}/satisfaction", {}, key=key_sent()).body
    except Refusal as refusal:
        if refusal.status not in (403, 409):
            raise
        return page_of(read(collection, case), [Mistake("", f"{refusal.title}. {refusal.detail}")]), refusal.status
    return render_template(
        "questions.html", address=given["address"], ends_on=given["ends_on"], qr=qr_of(given["address"]),
        collection=collection, case=case,
    )  # fmt: skip
