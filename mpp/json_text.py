"""JSON between the parts of the mall, by orjson: a case is written as JSON three times on its way to the clerk.

What clients send is read by `mpp.web.bodies`, which is strict about it. `write` refuses what is no JSON, as the
standard library does, except that a NaN becomes null: no body that is let in holds one.
"""

from __future__ import annotations

import json

import orjson

from mpp.json_values import Json


def write(value: Json) -> bytes:
    """The value as JSON in UTF-8. Raises TypeError or ValueError for what is none."""
    try:
        return orjson.dumps(value)
    except TypeError:  # integers beyond 64 bits, keys that are no text, lone surrogates: rare, and slower
        return json.dumps(value, allow_nan=False).encode()


def write_text(value: Json) -> str:
    """The same as text."""
    return write(value).decode()


def read(raw: bytes) -> Json:
    """The value in JSON that `write` made. Raises ValueError."""
    value: Json = orjson.loads(raw)
    return value
