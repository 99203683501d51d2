"""File names: what a person called a document. Kept and shown as text; never part of a path, an address or a log."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

from mpp.files.kinds import EXTENSIONS

MAX_NAME = 120
# Control and format characters (the ones that turn the direction of writing, too), surrogates, unassigned, separators.
_UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_name(given: str | None, media: str, otherwise: str) -> str:
    """The name as it is kept: the last part of a path, in printable characters, at most 120, ending as its type does.

    `otherwise` is the name, without extension, of a document that came without one.
    """
    last = re.split(r"[/\\]", given or "")[-1]
    text = unicodedata.normalize("NFC", last)
    text = "".join(c for c in text if unicodedata.category(c) not in _UNPRINTABLE)
    text = re.sub(r"\s+", " ", text).strip().rstrip(" .")
    stem, extension = _split(text, EXTENSIONS[media])
    stem = stem.strip(" .")
    return (stem or otherwise)[: MAX_NAME - len(extension)].rstrip(" .") + extension


def is_clean(name: str, media: str) -> bool:
    """Whether a name is as `clean_name` leaves one."""
    return bool(name) and clean_name(name, media, "-") == name


def disposition(name: str) -> str:
    """`Content-Disposition` for a download (RFC 6266): the name in ASCII, and as it is."""
    ascii_name = "".join(c if c.isascii() and c not in '"\\%' else "_" for c in name)
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def _split(name: str, extensions: tuple[str, ...]) -> tuple[str, str]:
    for extension in extensions:
        if name.lower().endswith(extension):
            return name[: -len(extension)], name[-len(extension) :]
    return name, extensions[0]
