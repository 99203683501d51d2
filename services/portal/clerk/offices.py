"""At which of several offices a clerk works now: the mall shows, allows and writes down what is of that office alone.

The browser proposes the last one to whoever works there, too; it is asked of nobody who has one office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, after_this_request, request, session

REMEMBERED = "mpp_kantor"
_YEAR = 365 * 86_400


@dataclass(frozen=True)
class Office:
    """An office of the account."""

    code: str
    name: str


def offices_of(held: Sequence[Mapping[str, Any]]) -> list[Office]:
    """Those of these assignments, by name."""
    found = {each["office"]: Office(each["office"], each.get("office_name") or each["office"]) for each in held}
    return sorted(found.values(), key=lambda each: each.name)


def of_this_pc(held: Sequence[Mapping[str, Any]]) -> Office | None:
    """The one that was chosen at this browser last, if it is one of several of this account."""
    found = offices_of(held)
    kept = request.cookies.get(REMEMBERED, "")
    return next((each for each in found if each.code == kept), None) if len(found) > 1 else None


def work_at(office: Office | None, held: Sequence[Mapping[str, Any]]) -> None:
    """From now on the clerk works there; None: nothing was chosen, and all that the account may do goes on."""
    here = [each for each in held if office is None or each["office"] == office.code]
    session["roles"] = sorted({each["role"] for each in here})
    session["several"] = len(offices_of(held)) > 1
    if office is None:
        session.pop("office", None)
        return
    session["office"] = [office.code, office.name]

    @after_this_request
    def remember(answer: Response) -> Response:
        answer.set_cookie(REMEMBERED, office.code, max_age=_YEAR, samesite="Lax", httponly=True)
        return answer
