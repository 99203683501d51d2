"""A case: where it stands, what may be done now, its papers and documents, and what has happened."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Refusal, Reply
from services.portal.asking import asked
from services.portal.errors import Mistake, mistakes_of
from services.portal.forms.places import settle
from services.portal.forms.reading import controls, data_of
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_SHOWN = ("application/pdf", "image/jpeg", "image/png")


def show(collection: str, case: str) -> Page:
    """The whole case."""
    return _page(_read(collection, case))


def _read(collection: str, case: str) -> Reply:
    return asked().mall.get(_address(collection, case))


def _address(collection: str, case: str) -> str:
    return f"/{re.sub('[^a-z_]', '', collection)[:40] or '-'}/{_part(case)}"


def _part(value: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "", value)[:64] or "-"


def act(collection: str, case: str) -> Page:
    """One step, with what it needs. Refused, it has changed nothing, and what was typed stays on the page."""
    values, action = request.form.to_dict(), request.form.get("tindakan", "")[:64]
    found = _read(collection, case)
    offered = next((each for each in found.body["actions"] if each["action"] == action), None)
    if offered is None:
        return _page(found, [Mistake("", text("case.not_offered", asked().language))], values), 409
    settled, unsettled = settle(asked(), offered["data"], values, f"{action}.data")
    body = _body(found.body, offered, settled)
    key, version = _key(), request.form.get("versi") or found.version
    try:
        asked().mall.post(f"{_address(collection, case)}/actions", body, key=key, version=version)
    except Away:
        return _page(found, [Mistake("", text("trouble.away", asked().language))], settled, key=key[:36]), 503
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return _page(found, _mistakes(offered, body, refusal, unsettled), settled), refusal.status
    return redirect(url_for("clerk.case", collection=collection, case=case), 303)


def _key() -> str:
    """That of the form, so that a second sending is no second step."""
    sent = request.form.get("kunci", "")
    return sent if re.fullmatch(r"[0-9a-f-]{36,60}", sent) else str(uuid.uuid4())


def _body(case: Mapping[str, Any], offered: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    action = offered["action"]
    body: dict[str, Any] = {"action": action}
    if note := values.get(f"{action}.note", "").strip():
        body["note"] = note
    if offered["data"]:
        body["data"] = data_of(offered["data"], values, f"{action}.data")
    answers = [
        {"warning": each["id"], "reason": reason}
        for place, each in enumerate(case["warnings"])
        if (reason := values.get(f"{action}.answers.{place}", "").strip())
    ]
    if answers:
        body["answers"] = answers
    return body


def _mistakes(
    offered: Mapping[str, Any], body: Mapping[str, Any], refusal: Refusal, unsettled: list[Mistake]
) -> list[Mistake]:
    action = offered["action"]
    language = asked().language
    names = {f"{action}.{name}": text(f"case.{name}", language) for name in ("note", "answers")}
    names |= controls(offered["data"], f"{action}.data", language)
    wrong = [type(each)(f"{action}.{each.field}", each.code, each.message) for each in refusal.wrong]
    known = {each.field for each in unsettled}
    found = [each for each in mistakes_of(wrong, names) if each.field not in known]
    said = [] if refusal.wrong else [Mistake("", f"{refusal.title}. {refusal.detail}")]
    return [*said, *found, *unsettled]


def _page(
    found: Reply, mistakes: list[Mistake] | None = None, values: Mapping[str, str] | None = None, *, key: str = ""
) -> str:
    case = found.body
    form: list[Any] = []
    try:
        form = asked().mall.get(f"/services/{case['service']['code']}").body["form"]
    except Refusal:  # a type that the region has left out since: its fields are shown by their names
        form = []
    return render_template(
        "case.html", case=case, form=form, version=found.version, mistakes=mistakes or [], values=values or {},
        key=key or str(uuid.uuid4()),
    )  # fmt: skip


def sign(paper: str) -> Page:
    """Sign a paper that waits. The passphrase goes through, and is kept nowhere."""
    passphrase = request.form.get("passphrase", "")[:256]
    back = url_for(
        "clerk.case", collection=request.form.get("collection", "-")[:40], case=request.form.get("case", "-")[:64]
    )
    body = {"passphrase": passphrase} if passphrase else {}
    try:
        asked().mall.post(f"/papers/{_part(paper)}/signature", body, key=_key())
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        told = " ".join(each.message for each in refusal.wrong) or f"{refusal.title}. {refusal.detail}"
        found = _read(request.form.get("collection", ""), request.form.get("case", ""))
        return _page(found, [Mistake("passphrase", told)]), refusal.status
    return redirect(back, 303)


def receipt_file(collection: str, case: str) -> Page:
    """The receipt as PDF, on A4 or for a roll of 80 or 58 mm; with the secret where it was given just now."""
    known, width = session.get("receipt") or {}, request.args.get("lebar", "")
    secret = known.get("secret") if known.get("id") == case else None
    query = {"width": width if width in ("58", "80") else None}
    return _file(asked().mall.file(f"{_address(collection, case)}/receipt", query, secret=secret).body)


def paper(paper: str) -> Page:
    """A paper of the mall."""
    return _file(asked().mall.file(f"/papers/{_part(paper)}").body)


def document(collection: str, case: str, document: str) -> Page:
    """Look at what was handed in; only what a browser shows without running anything is shown."""
    found = asked().mall.file(f"{_address(collection, case)}/documents/{_part(document)}", media="*/*")
    media = found.headers.get("content-type", "").partition(";")[0]
    return _file(found.body, media if media in _SHOWN else "application/octet-stream")


def _file(content: bytes, media: str = "application/pdf") -> Response:
    shown = "inline" if media in _SHOWN else "attachment"
    return Response(content, content_type=media, headers={
        "Content-Disposition": shown,
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    })  # fmt: skip
