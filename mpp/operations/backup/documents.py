"""The folder of documents, whose names are the hashes of what is in them: what a former backup has is linked.

It is gone through twice. Before the databases are looked at everything is taken that is there: that may take hours.
After their moment only what came meanwhile: a document that a database names was in the folder at that moment, and what
a person takes out leaves the folder some 15 minutes later at the earliest.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mpp.disk import sync_folder
from mpp.files.folder import Folder
from mpp.operations.backup import pieces
from mpp.operations.backup.envelope import SUFFIX, Envelope

FOLDER = "documents"
LIST = "documents.txt"
_HASH = re.compile(r"[0-9a-f]{64}")
_CANNOT_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS)


@dataclass
class Documents:
    """Takes documents from `store` into the backup at `folder`; `former` is an older backup under the same key."""

    store: Path
    folder: Path
    envelope: Envelope | None
    former: Path | None = None
    taken: dict[str, int] = field(default_factory=dict)  # size by SHA-256
    damaged: set[str] = field(default_factory=set)  # in the store: their content is not what it was
    copied: int = 0

    def take_all(self) -> None:
        """Everything in the store that was not taken yet. Raises OSError."""
        for sha256, path in _contents(self.store):
            if sha256 not in self.taken and sha256 not in self.damaged:
                self._take(sha256, path)

    def lacking(self, named: Iterable[tuple[str, int]]) -> list[str]:
        """Those of these documents that are neither taken nor in the store any more."""
        lost = []
        for sha256, _size in named:
            if sha256 not in self.taken and not self._take(sha256, Folder(self.store).path(sha256)):
                lost.append(sha256)
        return lost

    def lines(self) -> Iterator[bytes]:
        """The list of what was taken: hash and size."""
        for sha256 in sorted(self.taken):
            yield f"{sha256} {self.taken[sha256]}\n".encode()

    def settle(self) -> None:
        """Let the names of all that was taken be on disk."""
        place = self.folder / FOLDER
        if place.exists():
            for folder in (place, *place.glob("*"), *place.glob("*/*")):
                if folder.is_dir():
                    sync_folder(folder)

    def _take(self, sha256: str, path: Path) -> bool:
        name = place(sha256)
        try:
            size = path.stat().st_size
            if not self._link(name, size):
                with path.open("rb") as file:
                    piece = pieces.write(self.folder, name, file, self.envelope)
                if piece.plain_sha256 != sha256:
                    (self.folder / piece.name).unlink()
                    self.damaged.add(sha256)
                    return False
                self.copied += 1
        except FileNotFoundError:  # taken out by a person meanwhile
            return False
        self.taken[sha256] = size
        return True

    def _link(self, name: str, size: int) -> bool:
        """Whether a former backup has it, on a disk that can name one file twice."""
        if self.former is None:
            return False
        stored = name + (SUFFIX if self.envelope is not None else "")
        there, here = self.former / stored, self.folder / stored
        try:
            if self.envelope is None and there.stat().st_size != size:
                return False
            here.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.link(there, here)
        except FileNotFoundError:
            return False
        except OSError as error:
            if error.errno in _CANNOT_LINK:
                return False
            raise
        return True


def place(sha256: str) -> str:
    """Where a document is in a backup."""
    return f"{FOLDER}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _contents(store: Path) -> Iterator[tuple[str, Path]]:
    for folder in sorted(store.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        for entry in sorted(os.scandir(folder), key=lambda found: found.name):
            if _HASH.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                yield entry.name, Path(entry.path)
