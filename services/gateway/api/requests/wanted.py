"""Codes and numbers that are looked for by an address, where no personal data may stand: it is logged on the way."""

from __future__ import annotations

import re

from mpp.casework.codes.tracking import normalise
from mpp.casework.refusals import FieldError, Refused


def check_number(field: str, text: str | None) -> None:
    """Raises Refused 400 for what could be a NIK."""
    if text is not None and re.search(r"[0-9]{16}", re.sub(r"[ ./-]", "", text)):
        raise Refused(400, "query_invalid", fields=[FieldError(field, "personal_data_in_query")])


def check_code_or_number(field: str, text: str | None) -> None:
    """The same, and for what could be a name: neither a tracking code nor anything with a digit in it."""
    check_number(field, text)
    if text and not re.search(r"[0-9]", text) and normalise(text) is None:  # one tracking code in sixty has no digit
        raise Refused(400, "query_invalid", fields=[FieldError(field, "malformed", {"example": "P0123456789V"})])
