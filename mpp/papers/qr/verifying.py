"""Is this QR code the mall's? Answered with the published keys alone: no network, no database.

That the claims are genuine says that the mall made the paper, not that it still holds: only the mall knows that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mpp.papers.qr import address, cose
from mpp.papers.qr.claims import Claims
from mpp.papers.qr.keys import Keyring, PaperKey

Reason = Literal["unreadable", "unknown_key", "bad_signature", "wrong_kind", "wrong_date", "wrong_code"]


class NotGenuine(Exception):
    """The claims count for nothing; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True)
class Genuine:
    """Claims that the key's service has signed."""

    claims: Claims
    key: PaperKey


def verify(text: str, keyring: Keyring) -> Genuine:
    """The claims of a QR code. Raises NotGenuine, also where a key signed what it may not, or when it no longer may.

    A paper may be older than its key: what was decided before there were papers is printed later, with its own day.
    """
    try:
        read = address.read(text)
        signed = cose.read(read.message)
    except ValueError:
        raise NotGenuine("unreadable") from None
    key = keyring.find(signed.key_id)
    if key is None:
        raise NotGenuine("unknown_key")
    if not signed.is_by(key.public):
        raise NotGenuine("bad_signature")
    try:
        claims = Claims.from_cbor(signed.payload)
    except ValueError:
        raise NotGenuine("unreadable") from None
    if claims.kind not in key.kinds:
        raise NotGenuine("wrong_kind")
    if key.until is not None and claims.date > key.until:
        raise NotGenuine("wrong_date")
    if claims.code != read.code:
        raise NotGenuine("wrong_code")
    return Genuine(claims, key)
