"""Who asks: the visitor, the language, the token of a clerk, the case that a citizen opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, TypeVar, cast

from flask import current_app, g, request, session

from services.portal.api.calls import Visitor
from services.portal.api.client import Mall
from services.portal.texts import LANGUAGES, Language

if TYPE_CHECKING:
    from collections.abc import Callable

View = TypeVar("View", bound="Callable[..., object]")
_FOR_STAFF = "services.portal.for_staff"


@dataclass(frozen=True)
class Asked:
    """One request of somebody."""

    language: Language
    mall: Mall
    token: str | None
    account: str | None
    needs_account: bool
    roles: tuple[str, ...] = ()  # for menus; the mall checks what somebody may do

    @classmethod
    def of_request(cls) -> Asked:
        """The request at hand."""
        language = _language()
        token, account = session.get("token"), session.get("account")
        view = current_app.view_functions.get(request.endpoint or "")
        visitor = Visitor(
            request.remote_addr or "unknown", request.headers.get("X-Forwarded-For", ""), request.host, request.scheme
        )
        office = (session.get("office") or [None])[0]
        mall = Mall(current_app.extensions["mpp.interface"], visitor, language, token, session.get("counter"), office)
        return cls(language, mall, token, account, getattr(view, _FOR_STAFF, False), tuple(session.get("roles", ())))


def _language() -> Language:
    """Indonesian, unless somebody clicked on English: what a browser happens to be set to says little at a counter."""
    chosen = request.args.get("bahasa") or request.cookies.get("mpp_bahasa")
    return next((language for language in LANGUAGES if language == chosen), "id")


def asked() -> Asked:
    """Who asks; found out once in a request."""
    if "asked" not in g:
        g.asked = Asked.of_request()
    return cast(Asked, g.asked)


def for_staff(view: View) -> View:
    """A page for who is signed in; others are sent to sign in, with what they had typed."""

    @wraps(view)
    def checked(*args: object, **kwargs: object) -> object:
        from services.portal.clerk.signing_in import to_sign_in

        return view(*args, **kwargs) if asked().token is not None else to_sign_in()

    setattr(checked, _FOR_STAFF, True)
    return cast(View, checked)
