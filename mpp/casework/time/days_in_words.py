"""Days as people write them, in both languages."""

from __future__ import annotations

from datetime import date

_MONTHS = {
    "id": "Januari,Februari,Maret,April,Mei,Juni,Juli,Agustus,September,Oktober,November,Desember",
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
}


def in_words(day: date) -> dict[str, str]:
    """A day as it stands on a paper or in a message: `27 November 2026`."""
    return {
        language: f"{day.day} {months.split(',')[day.month - 1]} {day.year}" for language, months in _MONTHS.items()
    }
