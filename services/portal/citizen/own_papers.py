"""The papers of one's own case, handed in from a telephone: photos and files, one after the other, and what to replace.

Each page asks for the case that this visitor opened with code and secret; the address names none.
"""

from __future__ import annotations

from dataclasses import replace

from flask import redirect, session, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as Answered

from services.portal.asking import asked
from services.portal.forms import handing_in
from services.portal.forms.handing_in import Desk, Page
from services.portal.texts import text


def show() -> Page:
    """What the case asks for, what is there, and where to add to it."""
    desk = _desk()
    return _to_own() if desk is None else handing_in.page(desk)


def take(requirement: str) -> Page:
    """One file for one requirement."""
    desk = _desk()
    return _nobody() if desk is None else handing_in.take(desk, requirement)


def take_out(document: str) -> Page:
    """One's own file, to be replaced by another."""
    desk = _desk()
    return _to_own() if desk is None else handing_in.take_out(desk, document)


def open_(document: str) -> Page:
    """What was handed in."""
    desk = _desk()
    if desk is None:
        return _to_own()
    address = f"{desk.address}/documents/{handing_in.part(document)}"
    return handing_in.opened(desk.mall.file(address, media="*/*", secret=desk.secret))


def _desk() -> Desk | None:
    known = session.get("case")
    if known is None:
        return None
    mall = replace(asked().mall, token=None)  # as the citizen alone
    return Desk(mall, f"/{known['collection']}/{known['code']}", "citizen", secret=known["secret"])


def _to_own() -> Answered:
    return redirect(url_for("citizen.own"), 303)


def _nobody() -> Page:
    """The case was closed while the file was on its way. The form's token went with it."""
    if handing_in.by_script():
        return handing_in.told(text("papers.closed_own", asked().language), 401, to=url_for("citizen.own"))
    raise CSRFError("nobody has opened a case")
