"""What applicants filed alone and waits for a clerk of one's offices: look at it, accept it, or decline it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal import catalogue
from services.portal.api.calls import Away
from services.portal.api.client import Refusal, Reply
from services.portal.asking import asked
from services.portal.errors import Mistake, mistakes_of
from services.portal.forms.places import settle
from services.portal.forms.reading import controls, data_of, values_of
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_KEPT = re.compile(r"(?:data|requirements|nik|note)(?:\.[a-z0-9_.]{1,120})?")
_LONGEST = 5_000
_MOST = "50"


def waiting() -> Page:
    """All that waits, the oldest first."""
    found: list[Any] = []
    for collection in sorted({each.collection for each in catalogue.services(asked())}):
        try:
            body = asked().mall.get(f"/{collection}/online", {"limit": _MOST}).body
        except Refusal as refusal:
            if refusal.status != 403:  # noqa: PLR2004 - not this collection's clerk
                raise
            continue
        found += [{**each, "collection": collection} for each in body["items"]]
    return render_template("online.html", found=sorted(found, key=lambda each: str(each["filed_at"])))


def show(collection: str, filing: str) -> Page:
    """One, with the form as it was sent, to be completed."""
    found = asked().mall.get(_address(collection, filing))
    form = _service(found.body)["form"]
    values, _unknown = settle(asked(), form, values_of(found.body["data"], "data"), "data")
    return _page(found, values)


def act(collection: str, filing: str) -> Page:
    """Accept or decline. Refused, nothing has changed, and what was typed stays on the page."""
    found = asked().mall.get(_address(collection, filing))
    values = {name: value[:_LONGEST] for name, value in request.form.items() if _KEPT.fullmatch(name)}
    action = "decline" if request.form.get("tindakan") == "decline" else "accept"
    service = _service(found.body)
    settled, unsettled = settle(asked(), service["form"], values, "data")
    body = _declined(values) if action == "decline" else _accepted(service, settled)
    sent = request.form.get("kunci", "")
    key = sent if re.fullmatch(r"[0-9a-f-]{36,60}", sent) else str(uuid.uuid4())
    version = re.sub(r"\D", "", request.form.get("versi", ""))[:9] or found.version
    try:
        asked().mall.post(f"{_address(collection, filing)}/actions", body, key=key, version=version)
    except Away:
        return _page(found, settled, [Mistake("", text("trouble.away", asked().language))], action, key=key), 503
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return _page(found, settled, _mistakes(service, refusal, unsettled), action), refusal.status
    if action == "decline":
        return redirect(url_for("clerk.online"), 303)
    return redirect(url_for("clerk.case", collection=found.body["collection"], case=found.body["id"]), 303)


def _declined(values: Mapping[str, str]) -> dict[str, Any]:
    note = values.get("note", "").strip()
    return {"action": "decline", **({"note": note} if note else {})}


def _accepted(service: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    data = data_of(service["form"], values, "data")
    ticked = {f"{each['code']}": True for each in service["requirements"] if values.get(f"requirements.{each['code']}")}
    body: dict[str, Any] = {"action": "accept", "data": {**data, "requirements": ticked}}
    if nik := re.sub(r"\s", "", values.get("nik", "")):
        body["nik"] = nik
    return body


def _mistakes(service: Mapping[str, Any], refusal: Refusal, unsettled: list[Mistake]) -> list[Mistake]:
    language = asked().language
    names = {"nik": text("online.nik", language), "note": text("online.note", language)}
    names |= controls(service["form"], "data", language)
    known = {each.field for each in unsettled}
    wrong = [each for each in mistakes_of(refusal.wrong, names) if each.field not in known]
    said = [] if refusal.wrong else [Mistake("", f"{refusal.title}. {refusal.detail}")]
    return [*said, *wrong, *(replace(each, label=names[each.field]) for each in unsettled)]


def _page(
    found: Reply, values: Mapping[str, str], mistakes: list[Mistake] | None = None, tried: str = "", *, key: str = ""
) -> str:
    return render_template(
        "online_one.html", filing=found.body, version=found.version, values=values, mistakes=mistakes or [],
        tried=tried, key=key or str(uuid.uuid4()), service=_service(found.body),
    )  # fmt: skip


def _service(filing: Mapping[str, Any]) -> Mapping[str, Any]:
    """The service as it is offered now; one that the region has left out since can only be declined."""
    try:
        return asked().mall.get(f"/services/{filing['service']['code']}").body
    except Refusal:
        return {"form": [], "requirements": []}


def _address(collection: str, filing: str) -> str:
    part = re.sub(r"[^A-Za-z0-9-]", "", filing)[:64] or "-"
    return f"/{re.sub('[^a-z_]', '', collection)[:40] or '-'}/online/{part}"
