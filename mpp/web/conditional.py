"""Conditional requests (RFC 9110, 13): the version of a case is its ETag."""

from __future__ import annotations

import re

from mpp.casework.refusals import FieldError, Refused

_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


def etag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def if_match(header: str | None) -> int:
    """The version that the caller saw.

    One tag only, and not `*`: "whatever it is now" would undo what the header is for. A weak tag counts as the
    strong one, because compressing proxies weaken ours on the way out. Raises Refused 428 when the header is
    missing, 400 when malformed, and 412 for a tag that was never ours.
    """
    if header is None or not header.strip():
        raise Refused(428, "if_match_missing", fields=[FieldError("If-Match", "required")])
    found = _TAG.fullmatch(header.strip())
    if found is None:
        if re.fullmatch(r'(?:W/)?"[\x21\x23-\x7e]*"', header.strip()):
            raise Refused(412, "version_stale")
        raise Refused(400, "if_match_malformed", fields=[FieldError("If-Match", "malformed", {"example": '"3"'})])
    return int(found.group(1))


def none_matches(header: str | None, version: int) -> bool:
    """Whether the answer must be sent: False when `If-None-Match` names this version (then 304)."""
    if not header:
        return True
    tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" not in tags and etag(version) not in tags
