"""Verification codes: what is printed on a document, so that anybody can ask the mall whether it is real.

A code is the letter of the service that keeps the document (as in tracking codes), 14 random characters of Crockford's
base 32 (70 bits: it cannot be found by trying), and a check character, so that a slip of the pen is not taken for a
forged document. It says nothing of the case: whoever holds the document learns neither tracking code nor secret.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from mpp.casework.codes.tracking import ALPHABET, check_character

LENGTH = 16
_GROUP = 4
_LOOKS_LIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def new_code(letter: str, choice: Callable[[str], str] = secrets.choice) -> str:
    """A fresh code of the service that the letter names."""
    if len(letter) != 1 or letter not in ALPHABET:
        raise ValueError(f"{letter!r} is not in the alphabet of verification codes")
    body = letter + "".join(choice(ALPHABET) for _ in range(LENGTH - 2))
    return body + check_character(body)


def normalise(text: str) -> str | None:
    """The code that somebody typed (case, spaces, hyphens, I/L/O forgiven); None when it can't be one."""
    code = text.strip().upper().translate(_LOOKS_LIKE)
    if len(code) != LENGTH or any(c not in ALPHABET for c in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def printed(code: str) -> str:
    """The code in groups of four, as people read it out: `P7K2-M9QX-4TB0-1234`."""
    return "-".join(code[i : i + _GROUP] for i in range(0, len(code), _GROUP))


def path_of(code: str) -> str:
    """The page that tells, below the address of the mall; what the QR code on the document says."""
    return f"/v/{code}"
