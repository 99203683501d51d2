"""Names: how they are kept, how they are looked up, and which may be given to a child.

A name is looked up by its words, whatever stands before, between or after them: index and question are made by
`name_words`, so a name is found however it was typed.
"""

from __future__ import annotations

import re
import unicodedata

from mpp.identity.folding import fold
from mpp.identity.texts import tidy
from mpp.identity.validation import InvalidIdentity

# Permendagri 73/2022 art. 4(2)b: at most 60 letters, blanks included.
CIVIL_NAME_MAX = 60

_APOSTROPHE = "'"
_APOSTROPHES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u02bb\u02bc\u02bd\u02b9\u2032\uff07`\u00b4", _APOSTROPHE)
)
_WORDS = re.compile(r"[^\W_]+")

# Permendagri 73/2022 art. 5(3)c: no academic or religious title on a paper of civil registration. Those that can be
# nothing else; what may be a name as well ("Se", "Ma") is for the verifier's eye.
_BEFORE = frozenset(
    (
        *("dr", "drg", "drh", "drs", "dra", "ir", "prof", "profesor", "h", "hj", "kh", "haji", "hajah", "hajjah"),
        *("kyai", "kiai", "ustad", "ustadz", "ustaz", "ustadzah", "ustazah", "pdt", "pendeta"),
    )
)
_AFTER = frozenset(
    (
        *("sh", "sp", "spd", "spdi", "skom", "ssi", "ssos", "sag", "shi", "sth", "skep", "skm", "sked", "sfarm"),
        *("stp", "spt", "ssn", "ssit", "sst", "mm", "mh", "mt", "msi", "mpd", "mpdi", "mkom", "mkes", "mag", "mhum"),
        *("mkn", "msc", "mba", "phd", "amd", "amdkeb", "amdkep", "lc"),
    )
)


def tidy_name(name: str) -> str:
    """A name as it is kept: the normal form of texts in one line, with one kind of apostrophe.

    InvalidIdentity: those of `tidy`, and `name_without_letters`.
    """
    found = tidy(name.translate(_APOSTROPHES))
    if not any(unicodedata.category(letter).startswith("L") for letter in found):
        raise InvalidIdentity("name_without_letters")
    return found


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name for looking it up, each once, in their order: without case, accents and what cannot be seen.

    An apostrophe parts nothing (`Nur'aini` is one word), every other sign does (`Abdul-Rahman`, `dr.Budi` are two).
    """
    plain = fold(name.translate(_APOSTROPHES).replace(_APOSTROPHE, "").casefold()).text
    return tuple(dict.fromkeys(_WORDS.findall(plain)))


def names_agree(one: str, other: str) -> bool:
    """Whether the two may be the same name: all words of the shorter one stand in the other. So a title, or a name that
    a card has cut off, makes no difference."""
    first, second = frozenset(name_words(one)), frozenset(name_words(other))
    return first <= second or second <= first


def name_key(name: str) -> str | None:
    """By what two names are the same; None for one without a letter or digit."""
    return " ".join(name_words(name)) or None


def civil_name(name: str) -> str:
    """The name of a child as it may stand on a paper of civil registration (Permendagri 73/2022 art. 4, 5 and 7).

    Names that were recorded before stay as they are: this is asked of new ones only. InvalidIdentity: those of
    `tidy_name`, `name_too_long`, `name_not_latin` (digits and punctuation are forbidden by art. 5(3)b, letters are
    Latin by art. 5(1)a), `name_with_title` (art. 5(3)c). That a name has two words is asked for (art. 4(2)c) and no
    reason to refuse it (art. 7(1)); whether it is an abbreviation, a person must judge.
    """
    found = tidy_name(name)
    if len(found) > CIVIL_NAME_MAX:
        raise InvalidIdentity("name_too_long")
    if not all(letter == " " or _is_latin(letter) for letter in found):
        raise InvalidIdentity("name_not_latin")
    words = found.casefold().split()
    if len(words) > 1 and (words[0] in _BEFORE or words[-1] in _AFTER):
        raise InvalidIdentity("name_with_title")
    return found


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and unicodedata.name(letter, "").startswith("LATIN ")
