"""What is opened from a case: its receipt, its papers, and what was handed in."""

from __future__ import annotations

import re

from flask import render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.clerk.addresses import address_of, part
from services.portal.forms.handing_in import opened, shown

Page = str | Answered | tuple[str, int]


def receipt(collection: str, case: str) -> Page:
    """The receipt as PDF, on A4 or for a roll of 80 or 58 mm; with the secret where it was given just now."""
    known, width = session.get("receipt") or {}, request.args.get("lebar", "")
    secret = known.get("secret") if known.get("id") == case else None
    query = {"width": width if width in ("58", "80") else None}
    return shown(asked().mall.file(f"{address_of(collection, case)}/receipt", query, secret=secret).body)


def paper(paper: str) -> Page:
    """A paper of the mall."""
    return shown(asked().mall.file(f"/papers/{part(paper)}").body)


def sheet(paper: str) -> Page:
    """The numbered print that is signed by hand."""
    return shown(asked().mall.file(f"/papers/{part(paper)}/print").body)


def document(collection: str, case: str, document: str) -> Page:
    """What was handed in; only what a browser shows without running anything is shown."""
    return opened(asked().mall.file(f"{address_of(collection, case)}/documents/{part(document)}", media="*/*"))


def look(collection: str, case: str, document: str) -> Page:
    """A document on a page of its own, with the ones before and after it: nothing is downloaded."""
    body = asked().mall.get(address_of(collection, case)).body
    found = [(each, file) for each in body["requirements"] for file in each["documents"]]
    place = next((at for at, (_, file) in enumerate(found) if file["id"] == document), None)
    if place is None:
        raise Refusal(404, {})
    requirement, file = found[place]
    return render_template(
        "document.html", case=body, requirement=requirement, file=file, place=place, of=len(found),
        image=re.match(r"image/(png|jpeg)$", file["type"]) is not None,
        before=found[place - 1][1]["id"] if place else None,
        after=found[place + 1][1]["id"] if place + 1 < len(found) else None,
        source=url_for("clerk.document", collection=collection, case=case, document=document),
    )  # fmt: skip
