"""Moments, days, money and time limits in words, as people of the region read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.portal.texts import Language, text

_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "id": ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
           "November", "Desember"),
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December"),
}  # fmt: skip
_ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}  # hours before Greenwich: Keppres 41/1987
_LIMIT = re.compile(r"(\d+)(wd|d|h|min)")
_SOON = 2  # days
_HOUR = 60  # minutes


def day(value: str | date, language: Language) -> str:
    """23 November 2026."""
    found = date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return f"{found.day} {_MONTHS[language][found.month - 1]} {found.year}"


def moment(value: str, language: Language) -> str:
    """23 November 2026, 09.00 WIB; the interface tells moments by the clocks of the region."""
    found = datetime.fromisoformat(value)
    offset = found.utcoffset()
    zone = "" if offset is None else _ZONES.get(int(offset.total_seconds() // 3600), "")
    clock = found.strftime("%H.%M" if language == "id" else "%H:%M")
    return f"{day(found.date(), language)}, {clock} {zone}".rstrip()


def rupiah(amount: int) -> str:
    """Whole rupiah, as Indonesians write them."""
    return f"Rp{amount:,}".replace(",", ".")


def limit(value: str, language: Language) -> str:
    """A promised time such as 5wd, 60d, 10h, 30min."""
    found = _LIMIT.fullmatch(value)
    if found is None:
        return value
    return text(f"words.limit_{found[2]}", language, count=int(found[1]))


def left(remaining: Mapping[str, Any] | None, due_at: str | None, language: Language) -> tuple[str, str]:
    """How much time is left, as (tone, words); tones: late, soon, fine, none. The mall has counted it."""
    if remaining is None or due_at is None:
        return "none", text("words.no_limit", language)
    count, unit = remaining["count"], remaining["unit"]
    if unit == "minutes" and count >= _HOUR:
        count, unit = count // _HOUR, "hours"
    if remaining["late"]:
        return "late", text(f"words.late_{unit}" if count else "words.late_now", language, count=count)
    if count == 0 or unit in ("minutes", "hours"):
        said = text(f"words.left_{unit}", language, count=count) if count else _until(due_at, language)
        return "soon", said
    return ("soon" if count <= _SOON else "fine"), text(f"words.left_{unit}", language, count=count)


def _until(due_at: str, language: Language) -> str:
    clock = datetime.fromisoformat(due_at).strftime("%H.%M" if language == "id" else "%H:%M")
    return text("words.due_today", language, time=clock)


def both(label: Any, language: Language) -> str:
    """A text of the mall in the reader's language; the other one where it is missing."""
    if not isinstance(label, Mapping):
        return "" if label is None else str(label)
    return str(label.get(language) or label.get("id") or label.get("en") or "")
