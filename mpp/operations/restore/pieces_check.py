"""Is everything there that the manifest names, as it was written, and does this key open it?"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from mpp.operations.backup import documents, pieces
from mpp.operations.backup.envelope import SUFFIX, Damaged, Envelope, WrongKey
from mpp.operations.backup.manifest import Manifest

_MOST_NAMED = 20  # documents; the others are counted


class Nowhere(io.RawIOBase):
    """Takes everything and keeps nothing."""

    def write(self, part: object, /) -> int:
        return len(part) if isinstance(part, bytes) else 0


def wrong_pieces(folder: Path, manifest: Manifest, envelope: Envelope | None) -> Iterator[str]:
    """What is missing, damaged or closed, one line each."""
    closed = manifest.public_key is not None
    if closed and (envelope is None or envelope.private is None):
        yield "perlu bagian rahasia kunci di MPP_BACKUP_KEY | the secret half of the key is needed in MPP_BACKUP_KEY"
    elif closed and envelope is not None and envelope.public != manifest.public_key:
        yield "MPP_BACKUP_KEY bukan kunci cadangan ini | MPP_BACKUP_KEY is not the key of this backup"
    for piece in manifest.pieces:
        if not (folder / piece.name).exists():
            yield f"{piece.name} hilang | is missing"
        elif not pieces.intact(folder, piece):
            yield f"{piece.name} rusak | is damaged"


def wrong_keys(manifest: Manifest, known: Mapping[str, str]) -> Iterator[str]:
    """Keys that are not those of the mall that was backed up; of a key that one side does not know nothing is said."""
    for name, fingerprint in manifest.keys.items():
        if name in known and known[name] != fingerprint:
            yield f"{name} bukan kunci mal yang dicadangkan | is not the key of the mall that was backed up"


def document_list(folder: Path, manifest: Manifest, envelope: Envelope | None) -> dict[str, int]:
    """The documents of the backup: size by hash. Raises Damaged and WrongKey."""
    piece = manifest.piece(documents.LIST)
    if piece is None:
        raise Damaged(documents.LIST)
    with tempfile.TemporaryFile() as listed:
        pieces.read(folder, piece, envelope, listed)
        listed.seek(0)
        lines = (line.decode().split() for line in listed)
        return {sha256: int(size) for sha256, size in lines}


def wrong_documents(folder: Path, listed: Mapping[str, int], envelope: Envelope | None, closed: bool) -> Iterator[str]:
    """Documents whose content is not there, or is another one; every byte is read."""
    bad = 0
    for sha256 in listed:
        path = folder / (documents.place(sha256) + (SUFFIX if closed else ""))
        try:
            well = pieces.unpack(path, envelope, Nowhere()) == sha256
        except (OSError, Damaged, WrongKey):
            well = False
        if not well:
            bad += 1
            if bad <= _MOST_NAMED:
                yield f"dokumen {sha256} hilang atau rusak | the document is missing or damaged"
    if bad > _MOST_NAMED:
        yield f"dan {bad - _MOST_NAMED} dokumen lagi | and {bad - _MOST_NAMED} documents more"
