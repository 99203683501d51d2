"""At which counter a clerk sits: the mall writes it into the record of what the clerk does.

A PC stands at a counter, so the browser proposes the last one; signing out forgets who sat there, not where.
"""

from __future__ import annotations

import re

from flask import redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
REMEMBERED = "mpp_loket"
_YEAR = 365 * 86_400
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .-]{0,11}")


def counter() -> Page:
    """Ask, and remember; without one the record names the office alone."""
    if request.method == "GET":
        return _page(session.get("counter") or of_this_pc() or "")
    typed = " ".join(request.form.get("loket", "")[:40].split())
    if typed and not _LABEL.fullmatch(typed):
        return _page(typed, [Mistake("loket", text("counter.wrong", asked().language))]), 422
    session["counter"] = typed or None
    answer = redirect(url_for("clerk.work"), 303)
    if typed:
        answer.set_cookie(REMEMBERED, typed.replace(" ", "+"), max_age=_YEAR, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie(REMEMBERED, samesite="Lax", httponly=True)
    return answer


def of_this_pc() -> str | None:
    """The counter that was chosen at this browser last; None where somebody changed it to what none can be."""
    kept = request.cookies.get(REMEMBERED, "").replace("+", " ")
    return kept if _LABEL.fullmatch(kept) else None


def _page(typed: str, mistakes: list[Mistake] | None = None) -> str:
    return render_template("counter.html", typed=typed, mistakes=mistakes or [])
