"""Signing in, signing out, the own password; and a session that ended while somebody was typing."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from flask import jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.clerk import offices
from services.portal.clerk.counters import of_this_pc, sit_down, typed_here
from services.portal.clerk.offices import work_at
from services.portal.errors import Mistake
from services.portal.forms.files import FORM
from services.portal.texts import text

Page = str | Answered | tuple[str, int] | tuple[str, int, dict[str, str]]
_OWN = ("csrf_token", "nama", "sandi", "loket", "lanjut", "kembali")
_SECRET = ("sandi_baru", "passphrase", "rahasia")  # is typed again: no page shows it


def sign_in() -> Page:
    """Ask for name and password; whoever is signed in goes to work."""
    if request.method == "GET":
        if asked().token is not None:
            return redirect(home(), 303)
        told = "over_read" if request.args.get("lanjut") else ""
        return _page(told=told, onward=local(request.args.get("lanjut", "")))
    name, password = request.form.get("nama", "").strip()[:64], request.form.get("sandi", "")[:256]
    onward, back = local(request.form.get("lanjut", "")), local(request.form.get("kembali", ""))
    mistakes = [
        Mistake(field, text(f"sign_in.{field}_missing", asked().language))
        for field, value in (("nama", name), ("sandi", password))
        if not value
    ]
    counter, wrong_counter = typed_here()
    mistakes += wrong_counter
    if mistakes:
        return _page(mistakes, name, onward=onward, back=back, kept=_kept()), 422
    try:
        let_in = asked().mall.form("/auth/token", {"grant_type": "password", "username": name, "password": password})
    except Refusal as refusal:
        wrong = [Mistake("nama", refusal.detail or refusal.title)]
        headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
        return _page(wrong, name, onward=onward, back=back, kept=_kept()), refusal.status, headers
    begin(let_in.body["access_token"], name)
    if "loket" in request.form:
        sit_down(counter)
    if let_in.body.get("must_change_password"):
        session["new_password"] = True
        return redirect(url_for("clerk.password"), 303)
    if back:
        return render_template("go_on.html", back=back, kept=_kept())
    return redirect(onward or home(), 303)


def begin(token: str, account: str) -> None:
    """A new session: nothing of the one before is in it, also not the token of its forms (session fixation).

    The roles are for the menu alone: what somebody may do is checked by the mall, each time.
    """
    session.clear()
    session["token"] = token
    session["account"] = account
    session["counter"] = of_this_pc()
    try:
        held = replace(asked().mall, token=token, office=None).get("/me").body["assignments"]
    except (Away, Refusal):  # whoever has to change the password first is told nothing before
        held = []
    work_at(offices.of_this_pc(held), held)


def home() -> str:
    """Where somebody's work begins: an operator has no worklist, and who works at several offices says at which."""
    if session.get("several") and "office" not in session:
        return url_for("clerk.counter")
    return url_for("operator.state" if session.get("roles") == ["operator"] else "clerk.work")


def sign_out() -> Page:
    """End the token at the mall, and the cookie here."""
    try:
        if asked().token is not None:
            asked().mall.post("/auth/logout", {})
    except (Away, Refusal):
        pass  # the cookie ends in any case; the token ends by itself
    session.clear()
    response = redirect(url_for("clerk.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def password() -> Page:
    """One's own password, which an account that somebody else made has to change first."""
    if request.method == "GET":
        return render_template("password.html", mistakes=[], must="new_password" in session)
    old, new = request.form.get("sandi", "")[:256], request.form.get("sandi_baru", "")[:256]
    try:
        told = asked().mall.post("/auth/password", {"old_password": old, "new_password": new})
    except Refusal as refusal:
        names = {"old_password": "sandi", "new_password": "sandi_baru"}
        mistakes = [Mistake(names.get(each.field, ""), each.message) for each in refusal.wrong]
        mistakes = mistakes or [Mistake("sandi", refusal.detail)]
        return render_template("password.html", mistakes=mistakes, must="new_password" in session), refusal.status
    begin(told.body["access_token"], asked().account or "")
    return redirect(home(), 303)


def to_sign_in() -> Answered | tuple[str, int]:
    """Who is not signed in is asked to, and what was typed waits in the page."""
    if request.mimetype == FORM:
        return _without_the_file()
    if request.method == "POST":
        return keep_and_sign_in()
    return redirect(url_for("clerk.sign_in", lanjut=request.full_path.rstrip("?")), 303)


def _without_the_file() -> Answered | tuple[str, int]:
    """A file cannot wait: back to the page that asks for it, whose address is that of the file without its end."""
    where = url_for("clerk.sign_in", lanjut=request.path.rpartition("/")[0])
    if request.accept_mimetypes.best != "application/json":
        return redirect(where, 303)
    told = jsonify({"error": text("trouble.session_over_read", asked().language), "to": where})
    told.status_code = 401
    return told


def keep_and_sign_in() -> tuple[str, int]:
    """The form to sign in, with what somebody had typed when the session ended."""
    kept = [(name, value) for name, value in request.form.items(multi=True) if name not in (*_OWN, *_SECRET)]
    return _page(told="over", back=request.path, kept=kept), 403


def _page(
    mistakes: list[Mistake] | None = None,
    name: str = "",
    *,
    told: str = "",
    onward: str = "",
    back: str = "",
    kept: list[tuple[str, str]] | None = None,
) -> str:
    return render_template(
        "sign_in.html", mistakes=mistakes or [], name=name, told=told, onward=onward, back=back, kept=kept or [],
        counter_typed=request.form.get("loket", of_this_pc() or "")[:40],
    )  # fmt: skip


def _kept() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in (*_OWN, *_SECRET)]


def local(address: str) -> str:
    """An address of this portal, "" for any other: nobody is sent elsewhere from here."""
    parts = urlsplit(address)
    plain = address.startswith("/") and not address.startswith(("//", "/\\")) and "\\" not in address
    return address if plain and not parts.netloc and not parts.scheme and len(address) <= 500 else ""  # noqa: PLR2004
