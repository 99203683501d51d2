"""A case: where it stands, what may be done now, its papers and documents, and what has happened."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Refusal, Reply
from services.portal.asking import asked
from services.portal.clerk import seen
from services.portal.clerk.addresses import address_of, part
from services.portal.clerk.signing_in import local
from services.portal.errors import Mistake, mistakes_of
from services.portal.forms.acting import body_of, mistakes_in
from services.portal.forms.places import settle
from services.portal.texts import text
from services.portal.words import both, moment

MOST_OTHERS = 4  # papers of a decision beside the first
Page = str | Answered | tuple[str, int]
_MEANWHILE = (409, 412)  # somebody was faster


def show(collection: str, case: str) -> Page:
    """The whole case."""
    return page_of(read(collection, case))


def read(collection: str, case: str) -> Reply:
    """The case as the mall shows it to who asks."""
    return asked().mall.get(address_of(collection, case))


def act(collection: str, case: str) -> Page:
    """One step, with what it needs. Refused, it has changed nothing, and what was typed stays on the page."""
    values, action = request.form.to_dict(), request.form.get("tindakan", "")[:64]
    found = read(collection, case)
    offered = next((each for each in found.body["actions"] if each["action"] == action), None)
    if offered is None:
        if _was_done(found.body, action):
            return _onward(found.body, both(_last(found.body)["action_label"], asked().language))
        return _conflict(found, values, text("case.not_offered", asked().language)), 409
    settled, unsettled = settle(asked(), offered["data"], values, f"{action}.data")
    body = body_of(found.body, offered, settled)
    key, version = key_sent(), request.form.get("versi") or found.version
    try:
        asked().mall.post(f"{address_of(collection, case)}/actions", body, key=key, version=version)
    except Away:
        away = [Mistake("", text("trouble.away", asked().language))]
        return page_of(found, away, settled, key=key[:36]), 503
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        if refusal.status in _MEANWHILE:
            again = read(collection, case)
            return _conflict(again, settled, f"{refusal.title}. {refusal.detail}"), refusal.status
        return page_of(found, mistakes_in(offered, refusal, unsettled, asked().language), settled), refusal.status
    return _onward(found.body, both(offered["label"], asked().language))


def _was_done(case: Mapping[str, Any], action: str) -> bool:
    """Whether this very step, from the state that the page showed, was taken by who sends it once more."""
    version = request.form.get("versi", "")
    shown = [each for each in case["timeline"] if version in ("", str(each["version"] - 1))]
    return bool(shown) and (shown[-1]["action"], shown[-1]["actor"]) == (action, asked().account)


def _last(case: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = case["timeline"][-1]
    return found


def _onward(case: Mapping[str, Any], done: str) -> Answered:
    """Where somebody came from, and what was done."""
    flash(text("case.done", asked().language, step=done, code=case["tracking_code"]))
    back = local(request.form.get("asal", ""))
    return redirect(back or url_for("clerk.case", collection=case["collection"], case=case["id"]), 303)


def _conflict(found: Reply, values: Mapping[str, str], said: str) -> str:
    """The case as it stands now, who changed it, and what was typed meanwhile."""
    case, language, last = found.body, asked().language, _last(found.body)
    told = text(
        "case.meanwhile", language, state=both(case["state_label"], language),
        step=both(last["action_label"] or last["to_label"], language), who=seen.actor(asked(), last["actor"]),
        at=moment(last["at"], language),
    )  # fmt: skip
    return page_of(found, [Mistake("", said), Mistake("", told)], values)


def key_sent() -> str:
    """That of the form, so that a second sending is no second step."""
    sent = request.form.get("kunci", "")
    return sent if re.fullmatch(r"[0-9a-f-]{36,60}", sent) else str(uuid.uuid4())


def page_of(
    found: Reply, mistakes: list[Mistake] | None = None, values: Mapping[str, str] | None = None, *, key: str = ""
) -> str:
    """The page of a case, with what was typed and what is wrong with it."""
    case = found.body
    form: list[Any] = []
    try:
        form = asked().mall.get(f"/services/{case['service']['code']}").body["form"]
    except Refusal:  # a type that the region has left out since: its fields are shown by their names
        form = []
    typed = values or {}
    lost = typed.get(f"{typed.get('tindakan', '')}.note", "")
    gone = typed.get("tindakan") not in {each["action"] for each in case["actions"]}
    return render_template(
        "case.html", case=case, form=form, version=found.version, mistakes=mistakes or [], values=typed,
        key=key or str(uuid.uuid4()), names=seen.names(asked(), case, form), lost=lost if gone else "",
        settles=_settles(case),
    )  # fmt: skip


def _settles(case: Mapping[str, Any]) -> bool:
    """Whether there is money that somebody has to see to, and the reader has a role that does."""
    if not any(each["status"] == "unapplied" for each in case.get("payments") or []):
        return False
    mine = asked().mall.get("/me").body["assignments"]
    return any(each["role"] in ("verifier", "supervisor") for each in mine)


def settle_payment(collection: str, case: str, payment: str) -> Page:
    """What became of money that was not applied."""
    values = request.form.to_dict()
    sent = {"outcome": values.get("uang.outcome", "")[:40], "note": values.get("uang.note", "").strip()}
    body = {name: value for name, value in sent.items() if value}
    try:
        asked().mall.post(f"/payments/{part(payment)}/settle", body, key=key_sent())
    except Refusal as refusal:
        if refusal.status not in (403, 409, 422):
            raise
        names = {f"uang.{name}": text(f"case.uang_{name}", asked().language) for name in ("outcome", "note")}
        wrong = [type(each)(f"uang.{each.field}", each.code, each.message) for each in refusal.wrong]
        mistakes = mistakes_of(wrong, names) or [Mistake("", f"{refusal.title}. {refusal.detail}")]
        return page_of(read(collection, case), mistakes, values), refusal.status
    return redirect(url_for("clerk.case", collection=collection, case=case), 303)


def sign(paper: str) -> Page:
    """Sign a paper that waits, and the others of its decision (`surat`). The passphrase goes through, kept nowhere."""
    passphrase = request.form.get("passphrase", "")[:256]
    collection, case = request.form.get("collection", "-")[:40], request.form.get("case", "-")[:64]
    body = {"passphrase": passphrase} if passphrase else {}
    key = key_sent()
    try:
        for each in (paper, *request.form.get("surat", "")[:1000].split()[:MOST_OTHERS]):
            own = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{key} {each}"))  # one key for each
            asked().mall.post(f"/papers/{part(each)}/signature", body, key=own)
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        told = " ".join(each.message for each in refusal.wrong) or f"{refusal.title}. {refusal.detail}"
        return page_of(read(collection, case), [Mistake("passphrase", told)]), refusal.status
    return redirect(url_for("clerk.case", collection=collection, case=case), 303)
