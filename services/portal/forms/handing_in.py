"""The papers of one case, for a clerk and for the applicant alike: what is there, where to add to it, what to take out.

A file is passed on while it arrives: nothing of it is kept here. The case stands before the first file comes, so a file
that fails loses nothing, and is sent again from the same page.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Answer, Away
from services.portal.api.client import Mall, Refusal, Reply
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.forms.files import AROUND, Unreadable, begun
from services.portal.texts import text
from services.portal.words import both

Page = str | Answered | tuple[str, int]
_KEY = re.compile(r"[0-9a-f-]{36,44}")
_LONGEST = 2_000  # of a reason
_SHOWN = ("application/pdf", "image/jpeg", "image/png")


@dataclass(frozen=True)
class Desk:
    """Who hands in for which case: `address` at the mall, with the `secret` of its applicant; pages in `blueprint`."""

    mall: Mall
    address: str
    blueprint: str
    args: Mapping[str, Any] = field(default_factory=dict)  # of the addresses of its pages
    secret: str | None = field(default=None, repr=False)

    def to(self, endpoint: str, **more: Any) -> str:
        """The address of a page."""
        return url_for(f"{self.blueprint}.{endpoint}", **self.args, **more)

    def case(self) -> Reply:
        """The case as the mall shows it to who asks."""
        return self.mall.get(self.address, secret=self.secret)

    def version(self) -> str:
        """That of this moment: a file more is right, whatever else has changed meanwhile."""
        return self.case().version or ""


def page(desk: Desk, mistakes: list[Mistake] | None = None, reasons: Mapping[str, str] | None = None) -> str:
    """What the case asks for, what is there, and where to add to it."""
    most: Any = current_app.extensions["mpp.upload_max_bytes"]
    return render_template(
        "papers.html", case=desk.case().body, desk=desk, mistakes=mistakes or [], most=most // 2**20, most_bytes=most,
        key=lambda: str(uuid.uuid4()), noted=session.pop("noted", []), registered=session.get("receipt"),
        reasons=reasons or {},
    )  # fmt: skip


def take(desk: Desk, requirement: str) -> Page:
    """One file for one requirement. A browser that sends it by itself is answered in JSON, else with a page."""
    try:
        sent = pass_on(
            desk.mall, f"{desk.address}/documents", {"requirement": requirement[:64]}, desk.version, desk.secret
        )
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return _failed(desk, requirement, words_of(refusal), refusal.status)
    except Away:
        return _failed(desk, requirement, text("papers.away", asked().language), 503)
    notes = [both(each["text"], asked().language) for each in sent.body["notes"]]
    if by_script():
        return jsonify({"notes": notes})
    session["noted"] = notes[:3]
    return redirect(f"{desk.to('papers')}#berkas-{requirement}", 303)


def pass_on(
    mall: Mall,
    path: str,
    query: Mapping[str, str],
    version: Callable[[], str] | None = None,
    secret: str | None = None,
) -> Reply:
    """The one file of the form at hand, sent to this address of the mall while it arrives.

    Raises Refusal, Away; CSRFError for a form that no page of ours has shown.
    """
    length, most = request.content_length or 0, current_app.extensions["mpp.upload_max_bytes"]
    if request.environ.get("mpp.refused") == "body_too_large" or length > most + AROUND:
        raise Refusal(413, {"detail": text("papers.too_large", asked().language, most=most // 2**20)})
    if "mpp.refused" in request.environ:
        raise Refusal(400, {"detail": text("papers.cut_off", asked().language)})
    try:
        fields, stream = begun(request.environ, request.headers.get("Content-Type", ""), length)
        validate_csrf(fields.get("csrf_token"))
    except (Unreadable, ValueError) as error:  # of WTForms a kind of its own
        raise CSRFError(str(error)) from error
    key = fields.get("kunci", "")
    return mall.upload(
        path, query, request.headers["Content-Type"], stream, secret=secret,
        key=key if _KEY.fullmatch(key) else str(uuid.uuid4()), version=None if version is None else version(),
    )  # fmt: skip


def take_out(desk: Desk, document: str) -> Page:
    """A file that was handed in by mistake. Staff say why; the mall checks it."""
    note, sent = request.form.get("alasan", "").strip()[:_LONGEST], request.form.get("kunci", "")
    try:
        desk.mall.post(
            f"{desk.address}/documents/{part(document)}", {"note": note} if note else {}, method="DELETE",
            key=sent if _KEY.fullmatch(sent) else str(uuid.uuid4()), version=desk.version(), secret=desk.secret,
        )  # fmt: skip
    except Refusal as refusal:
        if refusal.status not in (403, 409, 412, 422):
            raise
        mistake = Mistake(f"alasan.{document}", words_of(refusal), text("papers.why", asked().language))
        return page(desk, [mistake], {document: note}), refusal.status
    flash(text("papers.taken_out", asked().language))
    return redirect(desk.to("papers"), 303)


def opened(answer: Answer) -> Response:
    """What was handed in; only what a browser shows without running anything is shown."""
    media = answer.headers.get("content-type", "").partition(";")[0]
    return shown(answer.body, media if media in _SHOWN else "application/octet-stream")


def shown(content: bytes, media: str = "application/pdf") -> Response:
    """A file that is opened in the browser, and can run nothing there."""
    how = "inline" if media in _SHOWN else "attachment"
    return Response(content, content_type=media, headers={
        "Content-Disposition": how,
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    })  # fmt: skip


def words_of(refusal: Refusal) -> str:
    """Why a file was not taken."""
    said = " ".join(each.message for each in refusal.wrong)
    return said or " ".join(each for each in (refusal.title, refusal.detail) if each)


def part(value: str) -> str:
    """One part of a path: letters, digits and dashes, and nothing that leads elsewhere."""
    return re.sub(r"[^A-Za-z0-9_-]", "", value)[:64] or "-"


def by_script() -> bool:
    """Whether the page's script sent it."""
    return request.accept_mimetypes.best == "application/json"


def told(why: str, status: int, **more: str) -> Answered:
    """For the page's script."""
    answer = jsonify({"error": why, **more})
    answer.status_code = status
    return answer


def _failed(desk: Desk, requirement: str, why: str, status: int) -> Page:
    if by_script():
        return told(why, status)
    names = {each["code"]: both(each["name"], asked().language) for each in desk.case().body["requirements"]}
    known = requirement in names
    return page(desk, [Mistake(f"berkas.{requirement}" if known else "", why, names.get(requirement, ""))]), status
