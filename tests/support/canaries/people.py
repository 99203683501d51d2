"""Invented persons that are planted everywhere a person can occur, and looked for everywhere a person must not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from mpp.identity import demo as people

# Words and numbers that occur nowhere else. Words without a space: no way of encoding an address hides them.
WORDS = ("Zubaidah", "Mangaraja", "Wulandari", "Kenarikuning", "Pujasera77")
NIKS = ("3515990107809991", "3515994208819992", "3515990309829993", "3515994410839994", "3515991112849995")
PHONES = ("081298765401", "081298765402", "081298765403")
MOTHER, DECEASED = people.resident(1), people.resident(2)
# Only in messages that nobody can read: what is kept of those are their bytes.
GARBLED = ("Sabariman", "3515990606809996")
# people write +62 as well as 0: what both have in common is searched for
CANARIES = (*WORDS, *NIKS, *(phone.lstrip("0") for phone in PHONES), MOTHER.nik, DECEASED.nik, *GARBLED)

APPLICANT = {"kind": "person", "nik": NIKS[0], "name": f"{WORDS[0]} Kenari", "phone": PHONES[0]}
PROXY = {"nik": NIKS[1], "name": f"{WORDS[1]} Kenari", "phone": PHONES[1]}
NOTE = (
    f"Hubungi {WORDS[0]} (NIK {NIKS[2]}, {NIKS[3][:6]} {NIKS[3][6:12]} {NIKS[3][12:]}) di +62 812-9876-5403, {WORDS[3]}"
)


def traces(text: str) -> set[str]:
    """The canaries in a text, whatever the case of the letters; digits also when they are written in groups."""
    lower, squeezed = text.lower(), re.sub(r"[\s.\-/+]|%20", "", text)
    return {canary for canary in CANARIES if canary.lower() in lower or (canary.isdigit() and canary in squeezed)}


def leaks(places: Mapping[str, Iterable[str]], secrets: Iterable[str] = ()) -> dict[str, list[tuple[set[str], str]]]:
    """What was found where: each text with the canaries, and the beginnings of the secrets, that are in it."""
    known = set(secrets)
    found: dict[str, list[tuple[set[str], str]]] = {}
    for place, texts in places.items():
        for text in texts:
            told = traces(text) | {f"{secret[:8]}..." for secret in known if secret in text}
            if told:
                found.setdefault(place, []).append((told, text))
    return found


def without_garbled(text: str) -> str:
    """What the inbox keeps of a message that nobody could read is the message."""
    for canary in GARBLED:
        text = text.replace(canary, "")
    return text
