"""Tracking codes. Citizens read them out over the phone, so a slip of one character is found before any look-up.

A code is the letter of the collection, ten random characters of Crockford's base 32, and a check character: Luhn
modulo 32 over the eleven before it, which finds every single wrong character and nearly every swap of neighbours.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from hashlib import sha256

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
SECRET_LENGTH = 10
PAGE = "/lacak"  # where anybody follows a case, below the address of the mall
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})

Choice = Callable[[str], str]


def new_code(letter: str, choice: Choice = secrets.choice) -> str:
    """A fresh tracking code of the collection that the letter names."""
    if letter not in _VALUE:
        raise ValueError(f"{letter!r} is not in the alphabet of tracking codes")
    body = letter + "".join(choice(ALPHABET) for _ in range(LENGTH - 2))
    return body + check_character(body)


def normalise(text: str) -> str | None:
    """The code that somebody typed (case, spaces, hyphens, I/L/O forgiven); None when it can't be one."""
    code = text.strip().upper().translate(_LOOKS_LIKE)
    if len(code) != LENGTH or any(c not in _VALUE for c in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def secret_of(case_id: str, key: bytes, issue: int = 0) -> str:
    """The secret that is printed on the receipt: derived, so that it is stored nowhere. ValueError without a key.

    `issue` counts those that were given in place of the one of the filing.
    """
    if not key:
        raise ValueError("the secret of a case needs a key")
    told = f"tracking-secret:{case_id}" if issue == 0 else f"tracking-secret:{case_id}:{issue}"
    digest = hmac.new(key, told.encode(), sha256).digest()
    return "".join(ALPHABET[byte % 32] for byte in digest[:SECRET_LENGTH])


def secret_matches(given: str, case_id: str, key: bytes, issue: int = 0) -> bool:
    """Whether this is the case's secret; compared in constant time."""
    typed = given.strip().upper().translate(_LOOKS_LIKE)
    return hmac.compare_digest(typed.encode(), secret_of(case_id, key, issue).encode())


def check_character(body: str) -> str:
    """The check character of a code's other characters (Luhn modulo 32)."""
    total = 0
    factor = 2
    for character in reversed(body):
        addend = factor * _VALUE[character]
        total += addend // 32 + addend % 32
        factor = 3 - factor
    return ALPHABET[-total % 32]
