"""The papers of a case: what was handed in, and scans and photos of them, one file after the other.

A file is passed on while it arrives: nothing of it is kept here. The case stands before the first file comes, so a file
that fails loses nothing, and is sent again from the same page.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, jsonify, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Refusal, Reply
from services.portal.asking import asked
from services.portal.clerk.addresses import address_of
from services.portal.errors import Mistake
from services.portal.forms.files import AROUND, Unreadable, begun
from services.portal.texts import text
from services.portal.words import both

Page = str | Answered | tuple[str, int]
_KEY = re.compile(r"[0-9a-f-]{36,44}")


def show(collection: str, case: str) -> Page:
    """What the case asks for, what is there, and where to add to it."""
    return _page(asked().mall.get(address_of(collection, case)))


def take(collection: str, case: str, requirement: str) -> Page:
    """One file for one requirement. A browser that sends it by itself is answered in JSON, else with a page."""
    here = url_for("clerk.papers", collection=collection, case=case)
    try:
        sent = _pass_on(collection, case, requirement)
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        return _failed(collection, case, requirement, words_of(refusal), refusal.status)
    except Away:
        return _failed(collection, case, requirement, text("papers.away", asked().language), 503)
    notes = [both(each["text"], asked().language) for each in sent.body["notes"]]
    if _by_script():
        return jsonify({"notes": notes})
    session["noted"] = notes[:3]
    return redirect(f"{here}#berkas-{requirement}", 303)


def _pass_on(collection: str, case: str, requirement: str) -> Reply:
    """Raises as `pass_on` does."""
    place = address_of(collection, case)

    def version() -> str:
        return asked().mall.get(place).version or ""  # a file more is right, whatever else has changed meanwhile

    return pass_on(f"{place}/documents", {"requirement": requirement[:64]}, version)


def pass_on(path: str, query: Mapping[str, str], version: Callable[[], str] | None = None) -> Reply:
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
    return asked().mall.upload(
        path, query, request.headers["Content-Type"], stream,
        key=key if _KEY.fullmatch(key) else str(uuid.uuid4()), version=None if version is None else version(),
    )  # fmt: skip


def words_of(refusal: Refusal) -> str:
    """Why a file was not taken."""
    said = " ".join(each.message for each in refusal.wrong)
    return said or " ".join(each for each in (refusal.title, refusal.detail) if each)


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _failed(collection: str, case: str, requirement: str, why: str, status: int) -> Page:
    if _by_script():
        told = jsonify({"error": why})
        told.status_code = status
        return told
    found = asked().mall.get(address_of(collection, case))
    names = {each["code"]: both(each["name"], asked().language) for each in found.body["requirements"]}
    known = requirement in names
    return _page(found, [Mistake(f"berkas.{requirement}" if known else "", why, names.get(requirement, ""))]), status


def _page(found: Reply, mistakes: list[Mistake] | None = None) -> str:
    most: Any = current_app.extensions["mpp.upload_max_bytes"]
    return render_template(
        "papers.html", case=found.body, mistakes=mistakes or [], most=most // 2**20, most_bytes=most,
        key=lambda: str(uuid.uuid4()), noted=session.pop("noted", []), registered=session.get("receipt"),
    )  # fmt: skip
