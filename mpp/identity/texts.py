"""One normal form of what people write: what looks the same is the same, and what cannot be seen is refused.

Letters and their accents are composed (NFC), every blank is a blank, runs of blanks are one, and none stands at the
ends. Line breaks stay where a text may have lines.
"""

from __future__ import annotations

import re
import unicodedata

from mpp.identity.validation import InvalidIdentity

_LINE_BREAKS = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_BREAKS = re.compile(r" ?\n ?")
_JOINER = "\u200d"  # makes one picture of two, as a family; nobody reads anything else from it
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")  # letters and signs that are drawn as nothing
_UNSEEN = ("Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me")  # alone they show nothing that can be read


def tidy(text: str, *, lines: bool = False) -> str:
    """The text in its normal form; with `lines` it may have several.

    InvalidIdentity: `control_character` (a line break, too, where only one line is allowed), `invisible_character`
    (format characters: zero width, direction of writing, soft hyphen), `nothing_visible` (also for an empty text).
    """
    if text.isascii() and text.isprintable() and "  " not in text and text[:1].strip() and text[-1:].strip():
        return text  # as most texts are
    whole = unicodedata.normalize("NFC", _LINE_BREAKS.sub("\n", text))
    whole = _AROUND_BREAKS.sub("\n", _BLANKS.sub(" ", whole)).strip()
    for place, letter in enumerate(whole):
        if letter != "\n" or not lines:
            _check(letter, whole, place)
    if all(unicodedata.category(letter) in _UNSEEN for letter in whole):
        raise InvalidIdentity("nothing_visible")
    return whole


def _check(letter: str, text: str, place: int) -> None:
    """Raises InvalidIdentity for a letter that a text may not hold."""
    kind = unicodedata.category(letter)
    if kind == "Cc":
        raise InvalidIdentity("control_character")
    if letter in _FILLERS or (kind == "Cf" and not _joins_pictures(letter, text, place)):
        raise InvalidIdentity("invisible_character")


def _joins_pictures(letter: str, text: str, place: int) -> bool:
    """A phone writes one picture as several with a joiner between them; such a report may be handed in."""
    if letter != _JOINER or not 0 < place < len(text) - 1:
        return False
    before, after = unicodedata.category(text[place - 1]), unicodedata.category(text[place + 1])
    return before in ("So", "Sk", "Mn") and after in ("So", "Sk")
