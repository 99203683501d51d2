"""What may stand in an entry: text without personal numbers, and JSON that the database gives back unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mpp.identity.masking import mask_text
from mpp.json_values import Json

# Above this a JSON number is not exact everywhere (RFC 8785 refuses it). Every identity number of 14 digits and more
# is text anyway, and is masked as text.
_SAFE = 10**13


def plain_text(text: str) -> str:
    """Masked (`mask_text`), and without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates."""
    return mask_text(text).replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def plain(value: Json) -> Json:
    """Masked JSON made of objects, arrays, text, safe integers, booleans and null; everything else becomes text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) < _SAFE:
        return value
    if isinstance(value, Mapping):
        return {plain_text(str(key)): plain(each) for key, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(each) for each in value]
    return plain_text(str(value))
