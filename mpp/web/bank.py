"""How the bank signs a report of a payment: HMAC-SHA256 over the timestamp, a dot and the body as it is sent."""

from __future__ import annotations

import hashlib
import hmac

TIMESTAMP = "X-MPP-Timestamp"  # whole seconds since 1970
SIGNATURE = "X-MPP-Signature"  # sha256=<64 hex digits>
CALLBACK = "/api/v1/payments/callback"


def sign(key: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a report, as the header carries it."""
    return "sha256=" + hmac.new(key, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
