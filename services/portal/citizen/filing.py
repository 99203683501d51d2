"""Filing without an account, and what waits to be accepted. All of it works without JavaScript.

Each page that is shown has a key of its own: what is sent twice with it, by a double click or by Back, is one filing.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Mall, Refusal
from services.portal.asking import asked
from services.portal.catalogue import one, served_here
from services.portal.clerk.registering import body_of
from services.portal.errors import Mistake, mistakes_of
from services.portal.forms.places import names_of, settle
from services.portal.forms.reading import controls, values_of
from services.portal.texts import text

Page = str | Answered | tuple[str, int] | tuple[str, int, dict[str, str]]
_KEPT = re.compile(r"(?:data|applicant|proxy|anonymous|office)(?:\.[a-z0-9_.]{1,120})?")
_LONGEST = 5_000
_KEY = re.compile(r"[0-9a-f-]{36}")


def file(mall: Mall, code: str) -> Page:
    """The form of a service, and what comes of it; a service that only clerks file leads back to its own page."""
    service = one(mall, code)
    if not served_here(service) or service["filed_online"] is None:
        return redirect(url_for("citizen.service", code=service["code"]), 303)
    return _page(service, {}) if request.method == "GET" else _send(mall, service, _typed())


def again() -> Page:
    """A form that was open for so long that nothing knows it any more: what was typed waits to be sent once more."""
    return render_template("again.html", kept=sorted(_typed().items()), key=_key(), address=request.path), 400


def _send(mall: Mall, service: Mapping[str, Any], values: dict[str, str]) -> Page:
    key = _key()
    settled, unsettled = settle(asked(), service["form"], values, "data")
    body = body_of(service, settled)
    body["data"].pop("requirements", None)  # papers are seen by a clerk
    if office := settled.get("office", ""):
        body["office"] = office
    try:
        filed = mall.post(f"/{service['collection']}/online", body, key=key).body
    except Away:
        return _page(service, settled, key=key, away=True), 503
    except Refusal as refusal:
        headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
        mistakes = _mistakes(service, refusal, unsettled)
        return _page(service, settled, mistakes), refusal.status, headers
    session.clear()  # whoever was here before on this telephone is gone
    session["case"] = {"collection": filed["collection"], "code": filed["tracking_code"], "secret": filed["secret"]}
    session["filed"] = True
    return redirect(url_for("citizen.filed"), 303)


def _mistakes(service: Mapping[str, Any], refusal: Refusal, unsettled: list[Mistake]) -> list[Mistake]:
    language = asked().language
    if refusal.status == 429:  # noqa: PLR2004
        return [Mistake("", text("file.often", language, minutes=1 + int(refusal.retry_after or 0) // 60))]
    if refusal.code == "idempotency_key_reused":
        return [Mistake("", text("file.sent_before", language))]
    names = {"office": text("file.office", language)} | _people() | controls(service["form"], "data", language)
    known = {each.field for each in unsettled}
    wrong = [each for each in mistakes_of(refusal.wrong, names) if each.field not in known]
    said = [] if refusal.wrong else [Mistake("", f"{refusal.title}. {refusal.detail}")]
    order = {name: place for place, name in enumerate(names)}
    labelled = [replace(each, label=names[each.field]) for each in unsettled]
    return sorted([*said, *wrong, *labelled], key=lambda each: order.get(each.field, -1))


def _page(
    service: Mapping[str, Any],
    values: Mapping[str, str],
    mistakes: list[Mistake] | None = None,
    *,
    key: str | None = None,
    away: bool = False,
    version: str | None = None,
) -> str:
    kind = values.get("applicant.kind") or request.args.get("pemohon", "person")
    offices = [
        {"value": each["code"], "label": {"id": each["name"], "en": each["name"]}}
        for each in (service["filed_online"] or {"offices": []})["offices"]
    ]
    return render_template(
        "file.html", service=service, values=values, mistakes=mistakes or [], key=key or str(uuid.uuid4()), away=away,
        kind="organisation" if kind == "organisation" else "person", offices=offices, version=version,
    )  # fmt: skip


def filed() -> Page:
    """Code and secret, to be written down; shown until the visitor goes on."""
    known = session.get("case")
    if known is None or "filed" not in session:
        return redirect(url_for("citizen.case"), 303)
    return render_template("filed.html", known=known)


def waiting(mall: Mall, known: Mapping[str, str]) -> Page:
    """One's own filing that no clerk has accepted, and what may be done with it."""
    return _waiting(mall, known)


def _waiting(mall: Mall, known: Mapping[str, str], mistakes: list[Mistake] | None = None) -> str:
    found = mall.get(_address(known), secret=known["secret"])
    form = _form_of(mall, found.body)
    return render_template(
        "waiting.html", filing=found.body, version=found.version, key=str(uuid.uuid4()), mistakes=mistakes or [],
        form=form, names=names_of(asked(), form, values_of(found.body["data"], "data"), "data"),
    )  # fmt: skip


def withdraw(mall: Mall, known: Mapping[str, str]) -> Page:
    """Take one's filing back; nothing of it is kept."""
    try:
        _act(mall, known, {"action": "withdraw"})
    except Refusal as refusal:
        if refusal.status not in (409, 412):
            raise
        return _waiting(mall, known, [Mistake("", f"{refusal.title}. {refusal.detail}")]), refusal.status
    return redirect(url_for("citizen.case"), 303)


def correct(mall: Mall, known: Mapping[str, str]) -> Page:
    """One's filing, filled in as it was sent, to be sent corrected."""
    found = mall.get(_address(known), secret=known["secret"])
    if not any(each["action"] == "correct" for each in found.body["actions"]):
        return redirect(url_for("citizen.case"), 303)
    service = mall.get(f"/services/{found.body['service']['code']}").body
    if request.method == "GET":
        data, _unknown = settle(asked(), service["form"], values_of(found.body["data"], "data"), "data")
        kept = data | values_of(found.body["applicant"] or {}, "applicant")
        return _page(service, kept, version=found.version)
    settled, unsettled = settle(asked(), service["form"], _typed(), "data")
    body = body_of(service, settled)
    sent = {"action": "correct", "data": {k: v for k, v in body["data"].items() if k != "requirements"}}
    version = request.form.get("versi")
    try:
        _act(mall, known, {**sent, **({"applicant": body["applicant"]} if "applicant" in body else {})})
    except Away:
        return _page(service, settled, key=_key(), away=True, version=version), 503
    except Refusal as refusal:
        return _page(service, settled, _mistakes(service, refusal, unsettled), version=version), refusal.status
    return redirect(url_for("citizen.case"), 303)


def _act(mall: Mall, known: Mapping[str, str], body: Mapping[str, Any]) -> None:
    version = re.sub(r"\D", "", request.form.get("versi", ""))[:9] or "0"
    mall.post(f"{_address(known)}/actions", dict(body), key=_key(), version=version, secret=known["secret"])


def _key() -> str:
    """That of the page, so that a second sending is no second filing."""
    sent = request.form.get("kunci", "")
    return sent if _KEY.fullmatch(sent) else str(uuid.uuid4())


def _typed() -> dict[str, str]:
    return {name: value[:_LONGEST] for name, value in request.form.items() if _KEPT.fullmatch(name)}


def _people() -> dict[str, str]:
    """The controls that say who files, with their labels."""
    own = {"nik": "file.nik", "name": "file.name", "phone": "register.phone", "nib": "register.nib"}
    contact = {"name": "register.contact_name", "phone": "register.phone"}
    found = {f"applicant.{name}": text(key, asked().language) for name, key in own.items()}
    found["applicant"] = text("file.who", asked().language)
    return found | {f"applicant.contact.{name}": text(key, asked().language) for name, key in contact.items()}


def _address(known: Mapping[str, str]) -> str:
    return f"/{known['collection']}/online/{known['code']}"


def _form_of(mall: Mall, filing: Mapping[str, Any]) -> list[Any]:
    try:
        return list(mall.get(f"/services/{filing['service']['code']}").body["form"])
    except Refusal:  # a service that the region has left out since
        return []
