"""Which passwords no account may have: those that are guessed in few tries (NIST SP 800-63B 3.1.1.2: a list of what is
common, expected or compromised; no rule about kinds of characters).

zxcvbn knows the common ones, names, words, repetitions, rows of keys and dates; the mall adds its own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from zxcvbn import matching, scoring

from mpp.casework.access.offices import OfficeTree
from mpp.hosting.seeding import WELL_KNOWN_PASSWORD
from mpp.operations.problem import Problem

if TYPE_CHECKING:
    from zxcvbn.matching import _Match as Match

Dictionaries = dict[str, dict[str, int]]
# Below this zxcvbn speaks of a password that many tries find, also where each try is slow.
ENOUGH_GUESSES = 10**8
_LOOKED_AT = 40  # characters: what follows makes no password easier, and each one more costs time
_SEPARATOR = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W_]{3,}")
# What stands on every door and screen of a mall.
_OF_EVERY_MALL = (
    WELL_KNOWN_PASSWORD, "rahasia", "demo", "sandi", "katasandi", "password", "operator", "admin", "petugas", "pejabat",
    "mal", "mall", "mpp", "pelayanan", "publik", "layanan", "loket", "kantor", "dinas", "desa", "kecamatan",
    "kabupaten", "kota", "indonesia", "merdeka", "bismillah", "selamat", "sayang", "semangat",
)  # fmt: skip
# Why it is guessed: the code for the pattern that covers most of it.
_WHY: Mapping[str, str] = {
    "repeat": "password_repeats",
    "sequence": "password_in_order",
    "spatial": "password_in_order",
    "date": "password_date",
    "regex": "password_date",
    "user_inputs": "password_names",
}
_OTHERWISE = "password_common"
# Signs and the letters that they stand for; three of them stand for two.
_READINGS = tuple(str.maketrans("4@8({[<369!0$5+%2" + "1|7", "aabcccceggiosstxz" + each) for each in ("iit", "lll"))


def words_of(offices: OfficeTree | None) -> tuple[str, ...]:
    """The words that everybody in this region would try: those in the names of its offices and villages."""
    if offices is None:
        return ()
    names = (f"{office.code} {office.name}" for office in offices)
    return tuple(dict.fromkeys(word.lower() for name in names for word in _WORD.findall(name) if not word.isdecimal()))


def weakness(password: str, account: str, words: Iterable[str] = ()) -> str | None:
    """The code of what makes the password easy to guess for this account (`mpp.web.texts`); None: nothing does."""
    own = [account, *_WORD.findall(account), *_OF_EVERY_MALL, *words]
    known = {**matching.RANKED_DICTIONARIES, "user_inputs": matching.build_ranked_dict([each.lower() for each in own])}
    # A dash between two words is the first thing to try.
    for written in dict.fromkeys((password, _SEPARATOR.sub("", password))):
        if (why := _guessed(written[:_LOOKED_AT], known)) is not None:
            return why
    return None


def too_easy(called: str) -> Problem:
    """What an operator is told who gave such a password in the setting of this name."""
    return Problem(
        f"{called} terlalu mudah ditebak: pakai tiga atau empat kata yang tidak berhubungan",
        f"{called} is too easy to guess: use three or four words that have nothing to do with each other",
    )


def _guessed(written: str, known: Dictionaries) -> str | None:
    """As written, and as it is read with letters in place of the signs that look like them.

    zxcvbn reads signs itself, in every way that there is: seconds for a password of many signs, such as a manager of
    passwords makes. So it is given none.
    """
    readings = [written.translate(reading) for reading in _READINGS]
    if written not in readings and (why := _why(written, _literally(written, known))) is not None:
        return why
    whys = (_why(reading, matching.omnimatch(reading, known)) for reading in dict.fromkeys(readings))
    return next((why for why in whys if why is not None), None)


def _literally(written: str, known: Dictionaries) -> list[Match]:
    """What zxcvbn looks for, but repetitions and letters written as signs: those are looked for in the readings."""
    found = [
        *matching.dictionary_match(written, known),
        *matching.reverse_dictionary_match(written, known),
        *matching.spatial_match(written, _ranked_dictionaries=known),
        *matching.sequence_match(written, known),
        *matching.regex_match(written, _ranked_dictionaries=known),
        *matching.date_match(written, known),
    ]
    return sorted(found, key=lambda each: (each["i"], each["j"]))


def _why(password: str, matches: list[Match]) -> str | None:
    found = scoring.most_guessable_match_sequence(password, matches)
    if int(found["guesses"]) >= ENOUGH_GUESSES:
        return None
    covered: dict[str, int] = {}
    for part in found["sequence"]:
        kind = part["dictionary_name"] if part["pattern"] == "dictionary" else part["pattern"]
        why = _WHY.get(kind, _OTHERWISE)
        covered[why] = covered.get(why, 0) + len(part["token"])
    return max(covered, key=lambda why: covered[why], default=_OTHERWISE)
