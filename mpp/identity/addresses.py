"""Addresses for comparing: `Jl. Melati No. 5` and `Jalan Melati Nomor 05` are one place.

An address is kept as it was written; only what is compared has this form.
"""

from __future__ import annotations

import re

from mpp.identity.folding import fold

_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
# How people shorten what stands in an address.
_LONG = {
    "gg": "gang", "gdg": "gedung", "gd": "gedung", "lt": "lantai", "lnt": "lantai",
    "blk": "blok", "komp": "kompleks", "komplek": "kompleks", "perum": "perumahan", "prm": "perumahan",
    "kav": "kavling", "kapling": "kavling", "kpg": "kampung", "kp": "kampung", "dsn": "dusun", "dk": "dukuh",
    "ds": "desa", "kel": "kelurahan", "kec": "kecamatan", "kab": "kabupaten", "ry": "raya", "rs": "rumahsakit",
    "pkm": "puskesmas", "jend": "jenderal", "jendral": "jenderal", "kapt": "kapten",
}  # fmt: skip
# What says nothing that the words beside it do not say: it may stand there or not.
_EMPTY = frozenset(("jl", "jln", "jalan", "no", "nomor", "nomer", "nmr", "rt", "rw"))


def address_key(address: str) -> str:
    """By what two addresses, or two names of places, are the same; empty for one without letters and digits.

    Case, accents, punctuation, zeros in front and the usual abbreviations do not count; `5A`, `5 A` and `5-A` are one.
    """
    parts = _PARTS.findall(fold(address.casefold()).text)
    words = [part.lstrip("0") or "0" if part.isdigit() else _LONG.get(part, part) for part in parts]
    kept = [word for word in words if word not in _EMPTY]
    return " ".join(kept or words).replace("rumah sakit", "rumahsakit")
