"""Indonesian first, English when the reader asks for it."""

from __future__ import annotations

from typing import Literal

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

Language = Literal["id", "en"]
_MAX_HEADER = 512


def preferred(accept_language: str | None) -> Language:
    """`id` unless the header (RFC 9110, 12.5.4) ranks English higher; a header that makes no sense is ignored."""
    if not accept_language or len(accept_language) > _MAX_HEADER:
        return "id"
    try:
        match = parse_accept_header(accept_language, LanguageAccept).best_match(["id", "en"], default="id")
    except ValueError:
        return "id"
    return "en" if match == "en" else "id"
