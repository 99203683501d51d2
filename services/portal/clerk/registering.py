"""A new case at the counter, on one page: the service, whose it is, the form of the catalogue, the papers.

Each page that is shown has a key of its own. What is sent twice with it, by a double click or from the browser's
history, is one case, and its receipt is shown again.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import current_app, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal import catalogue
from services.portal.api.calls import Away
from services.portal.api.client import Refusal, Reply, Wrong
from services.portal.asking import asked
from services.portal.clerk.applicants import NIK, filed_before, filled, look_up, nik_of
from services.portal.clerk.drafts import Draft, drop, keep, read
from services.portal.errors import Mistake, mistakes_of
from services.portal.forms.places import settle
from services.portal.forms.reading import controls, data_of, part_of
from services.portal.qr import qr_of
from services.portal.texts import Language, text
from services.portal.words import both

Page = str | Answered | tuple[str, int]
_PERSON = ("nik", "name", "phone", "email", "address")
_ORGANISATION = ("name", "nib", "npwp", "address")
_CONTACT = ("name", "phone", "email")
_PROXY = ("nik", "name", "phone", "relation")
_KEPT = re.compile(r"(?:data|applicant|proxy|requirements|anonymous|secret)(?:\.[a-z0-9_.]{1,120})?")
_LONGEST = 5_000
_SHORTEST = 3  # letters of a reason


def choose() -> Page:
    """Which service? By a few letters of its name, or by its code, which leads on at once."""
    letters = request.args.get("cari", "").strip()[:80]
    services = catalogue.services(asked())
    exact = [each for each in services if each.code.casefold() == letters.casefold()]
    found = exact or [each for each in services if each.fits(letters)]
    if letters and len(found) == 1:
        return redirect(url_for("clerk.register", code=found[0].code), 303)
    return render_template("choose.html", services=found, letters=letters)


def register(code: str) -> Page:
    """The form, and what comes of it."""
    service = catalogue.one(asked().mall, code)
    if not catalogue.served_here(service):
        return redirect(url_for("citizen.service", code=service["code"]), 303)
    if request.method == "GET":
        draft = read(asked(), request.args.get("draf", ""))
        values = {} if draft is None else dict(draft.values)
        return _page(service, values, draft=draft)
    values = {name: value[:_LONGEST] for name, value in request.form.items() if _KEPT.fullmatch(name)}
    draft = Draft(request.form.get("draf", ""), request.form.get("draf_versi", ""))
    wish = request.form.get("aksi", "daftar")
    if wish == "cari":
        return _look_up(service, values, draft)
    if wish == "perbarui":
        return _page(service, values, draft=draft)
    if wish == "draf":
        kept = keep(asked(), draft, service["code"], values)
        return redirect(url_for("clerk.register", code=service["code"], draf=kept.id), 303)
    return _send(service, values, draft)


def _send(service: Mapping[str, Any], values: dict[str, str], draft: Draft) -> Page:
    key = _key(request.form.get("kunci", ""))
    settled, unsettled = settle(asked(), service["form"], values, "data")
    body = body_of(service, settled)
    wish, why = request.form.get("aksi", ""), request.form.get("alasan", "").strip()[:_LONGEST]
    asked_why = wish in ("tetap", "tetap-pindai") and len(why) < _SHORTEST
    if (asked_why or wish in ("daftar", "pindai")) and (before := _before(service, settled)):
        # With the key of this form: should it be what this very form has made, nothing comes of it a second time.
        wrong = [Mistake("alasan", text("register.why_missing", asked().language))] if asked_why else []
        return _page(service, settled, wrong, draft=draft, key=key, before=before), 422 if wrong else 409
    try:
        opened = _open(service["collection"], body, key, why)
    except Away:
        page = _page(service, settled, draft=draft, key=key, away=True)
        return page, 503
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        mistakes = _mistakes(service, refusal, unsettled)
        return _page(service, settled, mistakes, draft=draft), refusal.status
    drop(asked(), draft)
    remember_receipt(service["collection"], opened)
    if wish in ("pindai", "tetap-pindai"):
        return redirect(url_for("clerk.papers", collection=service["collection"], case=opened.body["id"]), 303)
    return redirect(url_for("clerk.receipt"), 303)


def _open(collection: str, body: dict[str, Any], key: str, why: str) -> Reply:
    """The new case, with the reason for another one; what this very form has opened before, once more as it was."""
    try:
        return asked().mall.post(f"/{collection}", {**body, "note": why} if why else body, key=key)
    except Refusal as refusal:
        if not why or refusal.code != "idempotency_key_reused":
            raise
        return asked().mall.post(f"/{collection}", body, key=key)


def _before(service: Mapping[str, Any], values: Mapping[str, str]) -> list[dict[str, Any]]:
    """What looks like the same again; not the case whose receipt this clerk was shown last, which Back sends again."""
    last = session.get("receipt") or {}
    return [each for each in filed_before(service, values) if each["id"] != last.get("id")]


def remember_receipt(collection: str, opened: Reply) -> None:
    """The secret is told once: it is in the sealed cookie until the next case, or until somebody signs out."""
    body = opened.body
    session["receipt"] = {"collection": collection, "id": body["id"], "secret": body["secret"]}


def _mistakes(service: Mapping[str, Any], refusal: Refusal, unsettled: list[Mistake]) -> list[Mistake]:
    """The mall's, but for a place: the portal knows which ones could be meant."""
    language = asked().language
    papers = _paper_controls(service, language)
    names = _envelope(language) | controls(service["form"], "data", language) | papers
    known = {each.field for each in unsettled}
    found = [_at_its_control(each, papers) for each in refusal.wrong]
    wrong = [each for each in mistakes_of(found, names) if each.field not in known]
    said = [] if refusal.wrong else [Mistake("", f"{refusal.title}. {refusal.detail}")]
    order = {name: place for place, name in enumerate(names)}
    labelled = [replace(each, label=names[each.field]) for each in unsettled]
    return sorted([*said, *wrong, *labelled], key=lambda each: order.get(each.field, -1))


def _envelope(language: Language) -> dict[str, str]:
    """The controls that every form has, with their labels."""
    person = {"note": text("register.why", language)} | {
        f"applicant.{name}": text(f"register.{name}", language) for name in _PERSON
    }
    organisation = {f"applicant.{name}": text(f"register.{name}", language) for name in ("nib", "npwp")}
    contact = {f"applicant.contact.{name}": text(f"register.contact_{name}", language) for name in _CONTACT}
    return (
        person | organisation | contact | {f"proxy.{name}": text(f"register.proxy_{name}", language) for name in _PROXY}
    )


def body_of(service: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """What the interface takes."""
    data = data_of(service["form"], values, "data")
    if service["requirements"]:
        data["requirements"] = {each["code"]: _paper(each, values) for each in service["requirements"]}
    body: dict[str, Any] = {"service": service["code"], "data": data}
    kind = values.get("applicant.kind", "person")
    who: dict[str, Any] = part_of(values, "applicant", _ORGANISATION if kind == "organisation" else _PERSON)
    if kind == "organisation":
        who["contact"] = part_of(values, "applicant.contact", _CONTACT)
    if service["applicant"] == "required" or any(who.values()):
        body["applicant"] = {"kind": kind, **who}
    if proxy := part_of(values, "proxy", _PROXY):
        body["proxy"] = proxy
    if service["anonymous_allowed"] and values.get("anonymous") == "1":
        body["anonymous"] = True
    return body


def _paper(requirement: Mapping[str, Any], values: Mapping[str, str]) -> bool | str:
    """Named where the mall issues it and somebody wrote which one it is, else whether it was seen."""
    named = values.get(f"requirements.{requirement['code']}.paper", "").strip()
    return named if named and requirement["produced_by"] else values.get(f"requirements.{requirement['code']}") == "1"


def _paper_controls(service: Mapping[str, Any], language: Language) -> dict[str, str]:
    """The label of each requirement by its control; where the mall issues it, what is wrong is wrong with its name."""
    return {
        f"requirements.{each['code']}{'.paper' if each['produced_by'] else ''}": both(each["name"], language)
        for each in service["requirements"]
    }


def _at_its_control(wrong: Wrong, papers: Mapping[str, str]) -> Wrong:
    field = wrong.field.removeprefix("data.") if wrong.field.startswith("data.requirements.") else wrong.field
    return Wrong(f"{field}.paper" if f"{field}.paper" in papers else field, wrong.code, wrong.message)


def _look_up(service: Mapping[str, Any], values: dict[str, str], draft: Draft) -> Page:
    """Fill in what the register of residents knows."""
    try:
        found, said = filled(values, look_up(service["code"], nik_of(values)))
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        told = " ".join(each.message for each in refusal.wrong) or refusal.detail
        return _page(service, values, [Mistake(NIK, told)], draft=draft), 422
    except Away:
        page = _page(service, values, draft=draft, away=True)
        return page, 503
    return _page(service, found, draft=draft, resident=said)


def _page(
    service: Mapping[str, Any],
    values: Mapping[str, str],
    mistakes: list[Mistake] | None = None,
    *,
    draft: Draft | None = None,
    key: str | None = None,
    away: bool = False,
    resident: str = "",
    before: Sequence[Mapping[str, Any]] = (),
) -> str:
    kind = values.get("applicant.kind") or request.args.get("pemohon", "person")
    return render_template(
        "register.html", service=service, values=values, mistakes=mistakes or [], draft=draft, resident=resident,
        key=key or str(uuid.uuid4()), away=away, kind=kind, before=before,
    )  # fmt: skip


def _key(sent: str) -> str:
    return sent if re.fullmatch(r"[0-9a-f-]{36}", sent) else str(uuid.uuid4())


def keep_draft(code: str) -> Answered:
    """What the page's script sends while somebody types."""
    values = {name: value[:_LONGEST] for name, value in request.form.items() if _KEPT.fullmatch(name)}
    before = Draft(request.form.get("draf", ""), request.form.get("draf_versi", ""))
    try:
        kept = keep(asked(), before, code.upper(), values)
    except (Away, Refusal):
        failed = jsonify({})
        failed.status_code = 503
        return failed
    return jsonify({"id": kept.id, "version": kept.version})


def drop_draft(draft: str) -> Page:
    """A draft that is of no use any more."""
    drop(asked(), Draft(draft, request.form.get("versi", "")))
    return redirect(url_for("clerk.work"), 303)


def receipt() -> Page:
    """The receipt to print, with its code, QR and secret."""
    known = session.get("receipt")
    if known is None:
        return redirect(url_for("clerk.work"), 303)
    found = asked().mall.get(f"/{known['collection']}/{known['id']}").body
    address = address_to_follow(found["tracking_code"])
    return render_template("receipt.html", case=found, known=known, address=address, qr=qr_of(address))


def address_to_follow(code: str) -> str:
    """Where anybody who has the code of a case follows it."""
    public = current_app.extensions["mpp.public_url"]
    path = url_for("citizen.tracked", code=code, _external=public is None)
    return path if public is None else f"{public}{path}"
