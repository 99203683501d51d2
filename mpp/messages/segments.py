"""How many parts an SMS has, which is what it costs.

3GPP TS 23.038: 160 characters of the GSM alphabet in one part, 153 in each of several; some of its characters count
twice. With any other character the whole message is UCS-2: 70 units of UTF-16, 67 in each of several.
"""

from __future__ import annotations

from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWICE = "\f^{}\\[~]|€"
_GSM = frozenset(_BASIC + _TWICE)


@dataclass(frozen=True)
class Segments:
    """`units`: characters of the GSM alphabet, or units of UTF-16 where it is not `gsm`."""

    gsm: bool
    units: int
    parts: int


def segments(text: str) -> Segments:
    """The parts of an SMS with this text. No character of two places is torn apart, so some parts are not full."""
    gsm = all(letter in _GSM for letter in text)
    widths = [2 if (letter in _TWICE if gsm else ord(letter) > 0xFFFF) else 1 for letter in text]
    alone, each = (160, 153) if gsm else (70, 67)
    units = sum(widths)
    return Segments(gsm, units, 1 if units <= alone else _parts(widths, each))


def _parts(widths: list[int], room: int) -> int:
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
