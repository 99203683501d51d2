"""A form that brings one file, behind its other fields: these are read, the file is passed on while it arrives."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from services.portal.api.calls import Source, Stream

FORM = "multipart/form-data"
AROUND = 64 * 1024  # bytes that the form may take around its file
_HEAD = 16 * 1024  # bytes that stand before the file
_STEP = 4 * 1024


class Unreadable(Exception):
    """What came is no form with a file at its end."""


def begun(environ: dict[str, Any], content_type: str, length: int) -> tuple[dict[str, str], Stream]:
    """The fields before the file, and the rest of the body: a form of its own with the one field `file`.

    No more than some kilobytes are held. Raises Unreadable.
    """
    media, options = parse_options_header(content_type)
    boundary = options.get("boundary", "").encode("latin-1", "replace")
    if media.lower() != FORM or not 1 <= len(boundary) <= 70:  # noqa: PLR2004 - RFC 2046, 5.1.1
        raise Unreadable
    source: Source = environ["wsgi.input"]
    line = b"--" + boundary
    beginning = re.compile(
        rb"(?:\A|\r\n)(" + re.escape(line) + rb'\r\nContent-Disposition: *form-data; *name="file")', re.IGNORECASE
    )
    held, found = b"", None
    while found is None:
        part = source.read(min(_STEP, length - len(held)))
        held += part
        found = beginning.search(held)
        if found is None and (not part or len(held) > _HEAD):
            raise Unreadable
    before, rest = held[: found.start(1)], held[found.start(1) :]
    return _fields(before + line + b"--\r\n", options), Stream(rest, source, length - len(before))


def _fields(form: bytes, options: dict[str, str]) -> dict[str, str]:
    parser = FormDataParser(max_form_memory_size=_HEAD, max_form_parts=8)
    _, fields, _ = parser.parse(BytesIO(form), FORM, len(form), options)
    return fields.to_dict()
