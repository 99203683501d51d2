"""What a draft holds, as the database sees it: encrypted, and good for one draft of one account only."""

from __future__ import annotations

import hashlib
import hmac
import json
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mpp import json_text
from mpp.json_values import JsonObject

_NONCE = 12  # bytes (NIST SP 800-38D), at random: many more drafts than a mall will ever see


class Sealer:
    """AES-256-GCM; its keys are made from the mall's key of drafts."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(_derived(key, "seal"))
        self._digest_key = _derived(key, "digest")

    def sealed(self, account: str, draft: str, form: JsonObject) -> bytes:
        """The form as it is stored."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, json_text.write(form), _bound(account, draft))

    def opened(self, account: str, draft: str, sealed: bytes) -> JsonObject | None:
        """The form; None where it was stored under another key, for another account or in another draft."""
        try:
            text = self._aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(account, draft))
        except InvalidTag:
            return None
        found: JsonObject = json.loads(text)
        return found

    def digest(self, body: JsonObject) -> str:
        """For the key of idempotency, which is kept for days: from it nobody finds a NIK by trying all of them."""
        text = json.dumps(body, sort_keys=True, separators=(",", ":"))
        return hmac.new(self._digest_key, text.encode(), hashlib.sha256).hexdigest()


def _derived(key: bytes, use: str) -> bytes:
    return hmac.new(key, b"drafts " + use.encode(), hashlib.sha256).digest()


def _bound(account: str, draft: str) -> bytes:
    return f"{account}\0{draft}".encode()
