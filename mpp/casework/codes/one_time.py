"""One-time codes: by which a citizen answers the questions about one case, once.

A code looks like a verification code: the letter of the service, 14 characters of Crockford's base 32 (70 bits: it
cannot be found by trying), a check character. It is derived from the case with a key that only the case's own service
has, so that it can be shown again and is stored nowhere; the database knows its hash.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from mpp.casework.codes.tracking import ALPHABET, check_character
from mpp.casework.codes.verification import LENGTH

_PAGE = "/s"


def code_of(letter: str, case_id: str, key: bytes) -> str:
    """The code of a case of the service that the letter names. ValueError without a key."""
    if not key:
        raise ValueError("the one-time code of a case needs a key")
    digest = hmac.new(key, f"satisfaction:{case_id}".encode(), sha256).digest()
    body = letter + "".join(ALPHABET[byte % 32] for byte in digest[: LENGTH - 2])
    return body + check_character(body)


def hash_of(code: str) -> str:
    """What the database knows of a code."""
    return sha256(code.encode()).hexdigest()


def path_of(code: str, channel: str) -> str:
    """The page with the questions, below the address of the mall; `channel` says where the address is handed out."""
    return f"{_PAGE}/{code}?via={channel}"
