"""One spelling of a text for looking things up in it: how people write must not decide what is found.

Wide, raised and foreign digits are digits, accents and invisible characters are gone, every blank is a blank and every
dash a dash. Where each character came from is kept, so that the text itself can be changed at the right place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Not seen: format characters, marks, controls that are no blanks.
_UNSEEN = ("Cf", "Mn", "Me", "Cc")
_DOTS = frozenset("·•‧∙⋅・･。．")
_DASHES = frozenset("−⁄")  # signs that stand where people type a dash


@dataclass(frozen=True)
class Folded:
    """`text` is what to search; its character n comes from character `places[n]` of `original` (None: from n)."""

    original: str
    text: str
    places: tuple[int, ...] | None

    def starred(self, spans: Iterable[tuple[int, int]], *, shown: int) -> str:
        """The original with stars in place of these parts of `text`, but for their first `shown` characters."""
        letters: list[str] | None = None
        for begin, end in spans:
            letters = letters if letters is not None else list(self.original)
            first, last = self._place(begin), self._place(end - 1)
            for place in range(first + shown, last + 1):
                letters[place] = "*"
        return self.original if letters is None else "".join(letters)

    def _place(self, index: int) -> int:
        return index if self.places is None else self.places[index]


def fold(text: str) -> Folded:
    """The text in one spelling. ASCII stays as it is, but that every line break and tab is a blank."""
    if text.isascii() and text.isprintable():
        return Folded(text, text, None)
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for each in _spelled(letter):
            letters.append(each)
            places.append(place)
    return Folded(text, "".join(letters), tuple(places))


def _spelled(letter: str) -> str:
    """What a letter stands for; nothing where it cannot be seen."""
    number = unicodedata.digit(letter, None)
    if number is not None:
        return str(number)
    return "".join(_plain(part) for part in unicodedata.normalize("NFKD", letter))


def _plain(letter: str) -> str:
    if letter.isspace():
        return " "
    if letter in _DOTS:
        return "."
    kind = unicodedata.category(letter)
    if kind == "Pd" or letter in _DASHES:
        return "-"
    return "" if kind in _UNSEEN else letter
