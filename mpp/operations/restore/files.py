"""Documents and configuration files of a backup, put back where they belong."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from mpp.files.folder import Folder
from mpp.operations.backup import beside, documents, pieces
from mpp.operations.backup.envelope import SUFFIX, Damaged, Envelope, WrongKey
from mpp.operations.backup.manifest import Manifest
from mpp.operations.restore.placing import Owner
from mpp.operations.settings import Settings

Say = Callable[[str], None]
_PRIVATE, _FILE = 0o700, 0o600
_TOLD_EACH = 10_000


@dataclass(frozen=True)
class DocumentsBack:
    """Puts documents of the backup at `folder` into `store`. What is there already stays, and becomes the owner's."""

    folder: Path
    manifest: Manifest
    envelope: Envelope | None
    store: Path
    owner: Owner
    say: Say

    def put(self, listed: Mapping[str, int]) -> list[str]:
        """All of these, on disk when it returns; what is wrong with the others, a line each. Raises OSError."""
        incoming = self.store / "incoming"
        for folder in (self.store, incoming):
            self._folder(folder)
        wrong, known = [], {self.store}
        for number, (sha256, size) in enumerate(listed.items(), start=1):
            target = Folder(self.store).path(sha256)
            for folder in (target.parent.parent, target.parent):
                if folder not in known:
                    known.add(folder)
                    self._folder(folder)
            if not self._stands(target, size) and not self._copy(sha256, target, incoming):
                wrong.append(f"dokumen {sha256} hilang atau rusak | the document is missing or damaged")
            if number % _TOLD_EACH == 0:
                self.say(f"dokumen | documents: {number} / {len(listed)}")
        os.sync()  # once for all of them: a sync of each would take longer than all the rest
        return wrong

    def _folder(self, folder: Path) -> None:
        self.owner.folder(folder, _PRIVATE)
        self.owner.take(folder, _PRIVATE)

    def _stands(self, target: Path, size: int) -> bool:
        try:
            if target.stat().st_size != size:
                return False
            self.owner.take(target, _FILE)
        except FileNotFoundError:
            return False
        return True

    def _copy(self, sha256: str, target: Path, incoming: Path) -> bool:
        closed = self.manifest.public_key is not None
        source = self.folder / (documents.place(sha256) + (SUFFIX if closed else ""))
        part = incoming / f"{uuid4().hex}.part"
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE), "wb") as file:
                well = pieces.unpack(source, self.envelope, file) == sha256
            if well:
                self.owner.take(part, _FILE)
                part.replace(target)
        except (Damaged, WrongKey, FileNotFoundError):
            well = False
        finally:
            part.unlink(missing_ok=True)
        return well


def configuration_back(
    folder: Path, manifest: Manifest, envelope: Envelope | None, settings: Settings, aside: Path
) -> list[Path]:
    """Compare the region's own files with those of the backup; those that are other ones, or missing, as they were
    then, in the folder `aside`. What stands is left: it may be newer, and rightly so.

    Raises OSError, WrongKey, Damaged.
    """
    here = dict(beside.configuration(settings))
    different = []
    for piece in manifest.pieces:
        name = piece.name.removesuffix(SUFFIX)
        if not name.startswith("region/"):
            continue
        with tempfile.TemporaryFile() as unpacked:
            pieces.read(folder, piece, envelope, unpacked)
            unpacked.seek(0)
            content = unpacked.read()
        if name in here and here[name].read_bytes() == content:
            continue
        target = aside / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        different.append(target)
    return different
