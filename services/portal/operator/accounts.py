"""Accounts: found, made, changed, locked. A name may be a person's, so it stands in forms and never in an address."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.errors import Mistake
from services.portal.forms.reading import code_of
from services.portal.operator.commanding import NotDone, command, key, tell
from services.portal.texts import text

Page = str | Answered | tuple[str, int]
_BASE = "/operations/accounts"
_AT_HAND, _ONCE = "account_at_hand", "password_once"
_ROWS = 3  # for new roles, in one sending
_PERSON = ("full_name", "nip", "nik")
ROLES = ("clerk", "verifier", "officer", "signer", "supervisor", "inspectorate", "partner", "operator", "privacy")


def accounts() -> Page:
    """Those whose name or person has these letters, some at a time."""
    letters, after = request.form.get("cari", "").strip()[:60], request.form.get("setelah", "")[:64]
    try:
        found = asked().mall.get(_BASE, {"q": letters, "after": after, "limit": "50"}).body
    except Refusal as refusal:
        if not refusal.wrong:
            raise
        mistakes = [Mistake("cari", each.message, text("accounts.letters", asked().language)) for each in refusal.wrong]
        nothing: dict[str, Any] = {"items": [], "next": None}
        page = render_template("accounts.html", found=nothing, letters=letters, mistakes=mistakes)
        return page, refusal.status
    return render_template("accounts.html", found=found, letters=letters, mistakes=[])


def opened() -> Page:
    """The account that a button of a list names."""
    session[_AT_HAND] = request.form.get("akun", "")[:120]
    return redirect(url_for("operator.account"), 303)


def account() -> Page:
    """The one at hand, with all that may be done with it."""
    name = session.get(_AT_HAND)
    if not name:
        return redirect(url_for("operator.accounts"), 303)
    once = session.pop(_ONCE, None)
    return _page(str(name), once=once if once and once["account"] == name else None)


def _page(
    name: str,
    mistakes: list[Mistake] | None = None,
    values: Mapping[str, str] | None = None,
    once: Mapping[str, Any] | None = None,
) -> Page:
    listed = asked().mall.get(_BASE, {"q": name[:60], "limit": "500"}).body["items"]
    found = next((each for each in listed if each["account"] == name), None)
    if found is None:
        session.pop(_AT_HAND, None)
        return redirect(url_for("operator.accounts"), 303)
    return render_template(
        "account.html", found=found, mistakes=mistakes or [], values=values or {}, once=once, roles_known=ROLES,
        rows=range(_ROWS),
    )  # fmt: skip


def create() -> Page:
    """A new account, with a password that is shown once and that its owner changes first."""
    if request.method == "GET":
        return _new()
    name = request.form.get("account", "").strip()
    password = one_time_password(name)
    body: dict[str, Any] = {"account": name, "password": password, "assignments": _added(), **_person()}
    try:
        command(_BASE, body, _controls(), places=_places(0))
    except NotDone as failed:
        return _new(failed.mistakes), failed.status
    _show_once(name, password)
    return redirect(url_for("operator.account"), 303)


def _new(mistakes: list[Mistake] | None = None) -> str:
    return render_template(
        "account_new.html", mistakes=mistakes or [], values=request.form.to_dict(), rows=range(_ROWS),
        roles_known=ROLES,
    )  # fmt: skip


def change() -> Page:
    """One thing about an account, by the button that was pressed."""
    name, wish = request.form.get("akun", "")[:120], request.form.get("ubah", "")
    session[_AT_HAND] = name
    password = one_time_password(name)
    bodies: dict[str, dict[str, Any]] = {
        "roles": {"assignments": [*_kept(), *_added()]},
        "person": _person(),
        "password": {"password": password},
        "lock": {"disabled": True},
        "unlock": {"disabled": False},
        "sessions": {"end_sessions": True},
    }
    if wish not in bodies:
        return redirect(url_for("operator.account"), 303)
    try:
        body = {"account": name, **bodies[wish]}
        done = command(f"{_BASE}/change", body, _controls(), places=_places(len(_kept()))).body
    except NotDone as failed:
        return _failed(name, failed)
    waits = any(each["kind"] == wish for each in done["pending"])
    if wish == "password":
        _show_once(name, password)
    tell(f"{wish}_waits" if waits else wish, name=name)
    return redirect(url_for("operator.account"), 303)


def _failed(name: str, failed: NotDone) -> Page:
    page = _page(name, failed.mistakes, request.form.to_dict())
    return (page, failed.status) if isinstance(page, str) else page


def grants() -> Page:
    """What waits for a second person."""
    return _grants()


def _grants(mistakes: list[Mistake] | None = None) -> str:
    found = asked().mall.get("/operations/grants").body["items"]
    return render_template("grants.html", found=found, mistakes=mistakes or [])


def decide() -> Page:
    """The second person confirms or refuses; who asked may take it back."""
    wish = "confirm" if request.form.get("putusan") == "setuju" else "refuse"
    grant = "".join(each for each in request.form.get("id", "") if each in "0123456789abcdef-")[:36]
    try:
        command(f"/operations/grants/{grant or '-'}/{wish}", {})
    except NotDone as failed:
        return _grants(failed.mistakes), failed.status
    tell(f"grant_{wish}")
    return redirect(url_for("operator.grants"), 303)


def one_time_password(name: str) -> str:
    """The password of this form for this account: the same when the form is sent twice, and nobody can find it out."""
    secret = str(current_app.config["SECRET_KEY"]).encode()
    made = hmac.new(secret, f"{key()}:{name}".encode(), hashlib.sha256).digest()
    letters = base64.b32encode(made).decode().lower().translate(str.maketrans("lo", "89"))
    return "-".join(letters[at : at + 5] for at in (0, 5, 10, 15))


def _show_once(name: str, password: str) -> None:
    session[_AT_HAND] = name
    session[_ONCE] = {"account": name, "password": password}


def _kept() -> list[dict[str, str]]:
    """The roles that stay ticked."""
    pairs = (each.partition("|") for each in request.form.getlist("tetap"))
    return [{"office": office, "role": role} for role, _, office in pairs]


def _added() -> list[dict[str, str]]:
    return [{"office": code_of(_typed("office", row)), "role": _typed("role", row)} for row in _filled()]


def _filled() -> list[int]:
    return [row for row in range(_ROWS) if _typed("role", row) or _typed("office", row)]


def _typed(what: str, row: int) -> str:
    return request.form.get(f"{what}.{row}", "").strip()


def _person() -> dict[str, str]:
    typed = {name: request.form.get(name, "").strip() for name in _PERSON}
    return {name: value for name, value in typed.items() if value}


def _controls() -> dict[str, str]:
    """What stands at each control."""
    language = asked().language
    found = {name: text(f"accounts.{name}", language) for name in ("account", *_PERSON)}
    pairs = ((what, row) for what in ("role", "office") for row in range(_ROWS))
    return found | {f"{what}.{row}": text(f"accounts.{what}", language) for what, row in pairs}


def _places(before: int) -> dict[str, str]:
    """The controls of the rows of new roles by the fields of the body, in which they stand behind those that stay."""
    return {
        f"assignments.{before + place}.{what}": f"{what}.{row}"
        for place, row in enumerate(_filled())
        for what in ("role", "office")
    }
