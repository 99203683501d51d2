"""Keyset pages: `limit` and an opaque `cursor`, no totals."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import Any

from mpp.casework.refusals import FieldError, Refused

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
_CURSOR = re.compile(r"[A-Za-z0-9_-]{1,1024}")


def malformed_cursor(field: str = "cursor") -> Refused:
    """400: the cursor was not one of ours."""
    return Refused(400, "cursor_malformed", fields=[FieldError(field, "malformed")])


def encode_cursor(value: Any) -> str:
    """A cursor that carries the JSON value."""
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str) -> Any:
    """What `encode_cursor` was given. Raises Refused 400 `cursor_malformed`; the shape is the caller's to check."""
    if not _CURSOR.fullmatch(text):
        raise malformed_cursor()
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        return json.loads(raw.decode("ascii"))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise malformed_cursor() from error
