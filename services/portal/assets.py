"""Style sheets and scripts: read once, packed once, at addresses that change when the file does.

The style sheet of Bootstrap comes in the package `bootstrap-flask`; of its own the portal has one sheet and one script.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

YEAR = 365 * 24 * 3600
PREFIX = "/aset"
_MEDIA = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file; `digest` is part of its address."""

    name: str
    digest: str
    media: str
    plain: bytes = field(repr=False)
    packed: bytes = field(repr=False)

    @property
    def address(self) -> str:
        """Where it is; what stands there never changes."""
        return f"{PREFIX}/{self.digest}/{self.name}"


@cache
def assets() -> Mapping[str, Asset]:
    """Every file by its name."""
    own = resources.files("services.portal") / "static"
    files = {file.name: file for file in own.iterdir() if file.name.rpartition(".")[2] in _MEDIA}
    files["bootstrap.css"] = resources.files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    return {name: _read(name, file) for name, file in files.items()}


def _read(name: str, file: Traversable) -> Asset:
    # the map of the style sheet is for its makers, and would be asked for by their tools alone
    plain = file.read_bytes().partition(b"/*# sourceMappingURL=")[0]
    digest = hashlib.sha256(plain).hexdigest()[:12]
    return Asset(name, digest, _MEDIA[name.rpartition(".")[2]], plain, gzip.compress(plain, 9, mtime=0))
