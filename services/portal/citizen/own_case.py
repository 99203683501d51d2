"""One's own case by code and secret: where it stands, what may be done now, what is to be paid, and its papers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Mall, Refusal, Reply
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.forms.acting import body_of, mistakes_in
from services.portal.forms.places import settle
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_LONGEST = 5_000
_MEANWHILE = (409, 412)  # the office was faster


def show(mall: Mall, known: Mapping[str, str]) -> Page:
    """The case."""
    return _page(_read(mall, known))


def act(mall: Mall, known: Mapping[str, str]) -> Page:
    """One step of the applicant. Refused, it has changed nothing, and what was typed stays on the page."""
    values = {name[:160]: value[:_LONGEST] for name, value in request.form.items()}
    found, action = _read(mall, known), values.get("tindakan", "")
    offered = next((each for each in found.body["actions"] if each["action"] == action), None)
    if offered is None:
        return _page(found, [Mistake("", text("case_own.not_offered", asked().language))], values), 409
    settled, unsettled = settle(asked(), offered["data"], values, f"{action}.data")
    version = re.sub(r"\D", "", values.get("versi", ""))[:9] or found.version
    try:
        mall.post(
            f"{_address(known)}/actions", body_of(found.body, offered, settled), key=_key(), version=version,
            secret=known["secret"],
        )  # fmt: skip
    except Away:
        return _page(found, [Mistake("", text("trouble.away", asked().language))], settled, key=_key()[:36]), 503
    except Refusal as refusal:
        mistakes = mistakes_in(offered, refusal, unsettled, asked().language)
        now = _read(mall, known) if refusal.status in _MEANWHILE else found
        return _page(now, mistakes, settled), refusal.status
    return redirect(url_for("citizen.case"), 303)


def _read(mall: Mall, known: Mapping[str, str]) -> Reply:
    return mall.get(_address(known), secret=known["secret"])


def _address(known: Mapping[str, str]) -> str:
    return f"/{known['collection']}/{known['code']}"


def _key() -> str:
    """That of the form, so that a second sending is no second step."""
    sent = request.form.get("kunci", "")
    return sent if re.fullmatch(r"[0-9a-f-]{36,60}", sent) else str(uuid.uuid4())


def _page(
    found: Reply, mistakes: list[Mistake] | None = None, values: Mapping[str, str] | None = None, *, key: str = ""
) -> str:
    case: Mapping[str, Any] = found.body
    return render_template(
        "case_own.html", case=case, version=found.version, mistakes=mistakes or [], values=values or {},
        key=key or str(uuid.uuid4()),
    )  # fmt: skip
