"""Who applies, by the NIK: what the register of residents knows, and what they have filed before."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import jsonify, request
from werkzeug.wrappers import Response as Answered

from services.portal.api.calls import Away
from services.portal.api.client import Refusal
from services.portal.asking import asked
from services.portal.texts import text
from services.portal.words import day

NIK, NAME = "applicant.nik", "applicant.name"
_WHOLE = re.compile(r"\d{16}")


def nik_of(values: Mapping[str, str]) -> str:
    """The NIK that was typed, without blanks."""
    return re.sub(r"\s", "", values.get(NIK, ""))


def look_up(service: str, nik: str) -> dict[str, Any]:
    """The resident; on record with who asked and for which service. Raises Refusal, Away."""
    return asked().mall.post("/persons/lookup", {"nik": nik, "purpose": service}).body


def filled(values: Mapping[str, str], resident: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """The values with what was still empty, and what to say: a name that somebody typed stays, and is compared."""
    language, typed, name = asked().language, values.get(NAME, "").strip(), str(resident["name"])
    said = [text("register.resident", language, name=f"\u2068{name}\u2069", born=day(resident["birth_date"], language))]
    if resident["deceased"]:
        said.append(text("register.deceased", language))
    if typed and typed.casefold() != name.casefold():
        said.append(text("register.name_differs", language))
    return {**values, NAME: typed or name}, " ".join(said)


def resident(code: str) -> Answered:
    """For the page's script: the name, and what to say of it."""
    values = {name: request.form.get(name, "")[:200] for name in (NIK, NAME)}
    try:
        found, said = filled(values, look_up(code.upper()[:32], nik_of(values)))
    except Refusal as refusal:
        if refusal.status == 401:  # noqa: PLR2004
            raise
        told = " ".join(each.message for each in refusal.wrong) or refusal.detail
        return _short({"said": told}, 422)
    except Away:
        return _short({"said": text("register.look_up_away", asked().language)}, 503)
    return _short({"name": found[NAME], "said": said}, 200)


def _short(body: dict[str, str], status: int) -> Answered:
    answer = jsonify(body)
    answer.status_code = status
    return answer


def filed_before(service: Mapping[str, Any], values: Mapping[str, str]) -> list[dict[str, Any]]:
    """Cases of the same service of this person that have led to nothing yet, as far as the clerk may see them.

    The search is on record. Where it is refused, or nobody answers, nothing was found: filing itself says what is
    wrong, and whoever checks the case is warned by the mall.
    """
    nik = nik_of(values)
    if not _WHOLE.fullmatch(nik):
        return []
    collection = service["collection"]
    try:
        found = asked().mall.post(f"/{collection}/search", {"nik": nik, "limit": 20}).body["items"]
    except (Away, Refusal):
        return []
    alike = [each for each in found if each["service"] == service["code"] and not each["document_number"]]
    return [{**each, "collection": collection} for each in alike[:5]]
