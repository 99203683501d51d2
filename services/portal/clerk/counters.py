"""At which counter a clerk sits: the mall writes it into the record of what the clerk does.

A PC stands at a counter, so the browser proposes the last one; signing out forgets who sat there, not where.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from flask import Response, after_this_request, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.asking import asked
from services.portal.clerk.offices import Office, offices_of, work_at
from services.portal.errors import Mistake
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
REMEMBERED = "mpp_loket"
_YEAR = 365 * 86_400
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9 .-]{0,11}")


def counter() -> Page:
    """Ask, and remember; without one the record names the office alone."""
    held = replace(asked().mall, office=None).get("/me").body["assignments"]
    mine = offices_of(held)
    if request.method == "GET":
        return _page(session.get("counter") or of_this_pc() or "", mine)
    typed, mistakes = typed_here()
    office = next((each for each in mine if each.code == request.form.get("kantor", "")), None)
    if len(mine) > 1 and office is None:
        mistakes.append(Mistake("kantor", text("counter.choose_office", asked().language)))
    if mistakes:
        return _page(typed, mine, mistakes), 422
    sit_down(typed)
    if office is not None:
        work_at(office, held)
    return redirect(url_for("clerk.work"), 303)


def typed_here() -> tuple[str, list[Mistake]]:
    """The label in the form at hand, "" for none, and what is wrong with it."""
    typed = " ".join(request.form.get("loket", "")[:40].split())
    wrong = bool(typed) and not _LABEL.fullmatch(typed)
    return typed, [Mistake("loket", text("counter.wrong", asked().language))] if wrong else []


def sit_down(label: str) -> None:
    """From now on the clerk sits there; this PC proposes it to the next one. "" for no counter."""
    session["counter"] = label or None

    @after_this_request
    def remember(answer: Response) -> Response:
        if label:
            answer.set_cookie(REMEMBERED, label.replace(" ", "+"), max_age=_YEAR, samesite="Lax", httponly=True)
        else:
            answer.delete_cookie(REMEMBERED, samesite="Lax", httponly=True)
        return answer


def of_this_pc() -> str | None:
    """The counter that was chosen at this browser last; None where somebody changed it to what none can be."""
    kept = request.cookies.get(REMEMBERED, "").replace("+", " ")
    return kept if _LABEL.fullmatch(kept) else None


def _page(typed: str, mine: Sequence[Office], mistakes: list[Mistake] | None = None) -> str:
    choices = [{"value": each.code, "label": each.name} for each in mine] if len(mine) > 1 else []
    here = request.form.get("kantor") or (session.get("office") or [""])[0]
    return render_template("counter.html", typed=typed, offices=choices, office=here, mistakes=mistakes or [])
