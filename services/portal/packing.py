"""Answers travel packed: a village office has 256 kbit/s.

Its length would tell something about a page that holds a secret beside what a stranger made the browser send (BREACH).
So the packed page carries a name of random length, as Django's middleware does (Heal the Breach).
"""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Response

_LEAST = 1_000  # bytes
_PADDING = 100  # bytes at most
_TEXT = ("text/html", "text/css", "text/javascript", "application/json", "image/svg+xml")


def packed(response: Response, accepted: str) -> Response:
    """The answer as the browser wants it."""
    if response.is_streamed or response.mimetype not in _TEXT or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    plain = response.get_data()
    if "gzip" not in accepted.lower() or len(plain) < _LEAST:
        return response
    holder = io.BytesIO()
    name = "a" * secrets.randbelow(_PADDING + 1)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=6, fileobj=holder, mtime=0) as file:
        file.write(plain)
    response.set_data(holder.getvalue())
    response.headers["Content-Encoding"] = "gzip"
    return response
