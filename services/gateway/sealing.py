"""What the database sees encrypted only: forms of drafts, and the NIK of accounts; each good in its own place alone."""

from __future__ import annotations

import hashlib
import hmac
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mpp import json_text
from mpp.json_values import JsonObject

DRAFTS, PEOPLE = "drafts", "people"  # what is sealed
_NONCE = 12  # bytes (NIST SP 800-38D), at random: many more than a mall will ever see


class Sealer:
    """AES-256-GCM; its keys are made from `MPP_DRAFT_KEY`, others for each use."""

    def __init__(self, key: bytes, use: str = DRAFTS) -> None:
        self._aead = AESGCM(_derived(key, use, "seal"))
        self._digest_key = _derived(key, use, "digest")

    def sealed(self, account: str, what: str, content: JsonObject) -> bytes:
        """The content as it is stored; `what` it is of the account, such as the id of a draft."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, json_text.write(content), _bound(account, what))

    def opened(self, account: str, what: str, sealed: bytes) -> JsonObject | None:
        """The content; None where it was stored under another key, for another account or as something else."""
        try:
            text = self._aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(account, what))
        except InvalidTag:
            return None
        found: JsonObject = json.loads(text)
        return found

    def digest(self, body: JsonObject) -> str:
        """For the key of idempotency, which is kept for days: from it nobody finds a NIK by trying all of them."""
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return hmac.new(self._digest_key, text.encode(), hashlib.sha256).hexdigest()


def _derived(key: bytes, use: str, part: str) -> bytes:
    return hmac.new(key, f"{use} {part}".encode(), hashlib.sha256).digest()


def _bound(account: str, what: str) -> bytes:
    return f"{account}\0{what}".encode()
