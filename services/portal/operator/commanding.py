"""One command of an operator: sent under the key of its form, answered by a page that says what was done."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import request, session

from services.portal.api.calls import Away, JsonObject
from services.portal.api.client import Refusal, Reply
from services.portal.asking import asked
from services.portal.errors import Mistake, mistakes_of
from services.portal.texts import text

_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TOLD = "told"
_MOST_ROUNDS = 40  # of some hundreds each, in one click


class NotDone(Exception):
    """The mall did not do it; `status` is that of the page which says why."""

    def __init__(self, mistakes: list[Mistake], status: int) -> None:
        super().__init__()
        self.mistakes = mistakes
        self.status = status


def key() -> str:
    """That of the form at hand, so that a second sending does nothing a second time; a new one for a new form."""
    sent = request.form.get("kunci", "")
    return sent if _KEY.fullmatch(sent) else str(uuid.uuid4())


def command(
    path: str,
    body: JsonObject,
    controls: Mapping[str, str] | None = None,
    *,
    places: Mapping[str, str] | None = None,
    of: str = "",
) -> Reply:
    """Do it. `controls`: what stands at each control of the form; `places`: those that are not called as their field of
    the body is. `of` tells the steps of a form apart that asks for several. Raises NotDone; a session that has ended
    raises Refusal as ever."""
    sent = key() if not of else str(uuid.uuid5(uuid.UUID(key()), of))
    try:
        return asked().mall.post(path, body, key=sent)
    except Away:
        language = asked().language
        away = f"{text('trouble.away_title', language)}. {text('trouble.away', language)}"
        raise NotDone([Mistake("", away)], 503) from None
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        said = f"{refusal.title}. {refusal.detail}".strip()
        wrong = [replace(each, field=(places or {}).get(each.field, each.field)) for each in refusal.wrong]
        mistakes = mistakes_of(wrong, controls or {}) or [Mistake("", said)]
        raise NotDone(mistakes, refusal.status) from None


def in_rounds(ask: Callable[[str], tuple[int, str]]) -> int:
    """Ask the mall again and again, each time from where it stopped, until it says that nothing is left; how many were
    dealt with. `ask` is given that place ("" at first), and says how many and the next place."""
    number, after = 0, ""
    for _ in range(_MOST_ROUNDS):
        dealt, after = ask(after)
        number += dealt
        if not after:
            break
    return number


def tell(what: str, **values: str | int) -> None:
    """Let the next page say what was done (a text of `operate.yaml` that begins with `did_`)."""
    session[_TOLD] = {"key": what, "values": values}


def new_key() -> str:
    """For another form of the page."""
    return str(uuid.uuid4())


def told() -> str:
    """What the page before has done, said once."""
    found: dict[str, Any] | None = session.pop(_TOLD, None)
    return "" if found is None else text(f"operate.did_{found['key']}", asked().language, **found["values"])
