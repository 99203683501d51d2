"""Keyset pages: `limit` and an opaque `cursor`, no totals."""

from __future__ import annotations

import base64
import binascii
import json
import re

from mpp.casework.refusals import FieldError, Refused
from mpp.json_values import Json

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
CURSOR_MAX = 1024
CURSOR_PATTERN = r"[A-Za-z0-9_-]+"


def malformed_cursor(field: str = "cursor") -> Refused:
    """400: the cursor was not one of ours."""
    return Refused(400, "cursor_malformed", fields=[FieldError(field, "malformed")])


def encode_cursor(value: Json) -> str:
    """A cursor that carries the JSON value."""
    text = json.dumps(value, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(text: str) -> Json:
    """What `encode_cursor` was given. Raises Refused 400 `cursor_malformed`; the shape is the caller's to check."""
    if len(text) > CURSOR_MAX or not re.fullmatch(CURSOR_PATTERN, text):
        raise malformed_cursor()
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        found: Json = json.loads(raw.decode("ascii"))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise malformed_cursor() from error
    return found


def decode_texts(text: str, number: int) -> list[str]:
    """The texts in a cursor that holds so many of them, and nothing else. Raises Refused 400 `cursor_malformed`."""
    found = decode_cursor(text)
    if not isinstance(found, list) or len(found) != number:
        raise malformed_cursor()
    texts = [each for each in found if isinstance(each, str)]
    if len(texts) != number:
        raise malformed_cursor()
    return texts
