"""The identity card that a clerk has seen."""

from __future__ import annotations

from datetime import date

from mpp.casework.refusals import FieldError, Refused, invalid
from mpp.identity.nik import parse_nik
from mpp.identity.validation import InvalidIdentity
from mpp.json_values import Json, JsonObject


def whose_card(applicant: JsonObject | None, proxy: JsonObject | None, nik: Json, today: date) -> str:
    """Whose card was seen, by the NIK on it: `applicant`, `proxy`, or `organisation`, for which anybody may come.

    Raises Refused: 409 without an applicant, 422 for another's card.
    """
    if applicant is None:
        raise Refused(409, "no_applicant")
    try:
        number = parse_nik(str(nik), today).number
    except InvalidIdentity as error:
        raise invalid(FieldError("nik", error.code)) from error
    if applicant.get("nik") == number:
        return "applicant"
    if proxy is not None and proxy.get("nik") == number:
        return "proxy"
    if applicant.get("kind") == "organisation":
        return "organisation"
    raise invalid(FieldError("nik", "not_of_applicant"))
