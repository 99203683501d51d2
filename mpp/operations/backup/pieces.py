"""One file of a backup: written, synced, read back; encrypted on its way where there is a key."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mpp.operations.backup.envelope import SUFFIX, Damaged, Envelope, Readable, Writable
from mpp.operations.problem import Problem

CHUNK = 1024 * 1024
_MODE = 0o600


@dataclass(frozen=True)
class Piece:
    """A file of a backup by its name in the folder: size and SHA-256 as it lies there, and of what is in it."""

    name: str
    size: int
    sha256: str
    plain_size: int
    plain_sha256: str


class _Measuring:
    """Counts and digests what passes."""

    def __init__(self, passed: Callable[[bytes], object] | None = None) -> None:
        self._passed = passed
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def _count(self, part: bytes) -> None:
        self._digest.update(part)
        self.size += len(part)
        if self._passed is not None:
            self._passed(part)


class _MeasuredSource(_Measuring):
    def __init__(self, file: Readable, passed: Callable[[bytes], object] | None = None) -> None:
        super().__init__(passed)
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        found = self._file.read(size)
        self._count(found)
        return found


class _MeasuredSink(_Measuring):
    def __init__(self, file: Writable) -> None:
        super().__init__()
        self._file = file

    def write(self, part: bytes, /) -> int:
        written = self._file.write(part)
        self._count(bytes(part))
        return written

    def flush(self) -> None:
        """Nothing is held back here."""


def write(
    folder: Path,
    name: str,
    source: Readable,
    envelope: Envelope | None,
    passed: Callable[[bytes], object] | None = None,
) -> Piece:
    """Write all of `source` as `name`, to disk, and read it back. `passed` sees each part of it, unencrypted.

    Raises OSError, and Problem where the disk gives back something else than it was given.
    """
    stored = name + (SUFFIX if envelope is not None else "")
    path = folder / stored
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    plain = _MeasuredSource(source, passed)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _MODE), "r+b") as file:
        kept = _MeasuredSink(file)
        if envelope is None:
            shutil.copyfileobj(plain, kept, CHUNK)
        else:
            envelope.close(plain, kept)
        file.flush()
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # so that the disk itself is asked
        file.seek(0)
        read_back = hashlib.file_digest(file, "sha256").hexdigest()
    if read_back != kept.sha256:
        raise Problem(
            f"{path}: yang terbaca bukan yang ditulis; disk ini rusak",
            f"{path}: the disk does not keep what it is given",
        )
    return Piece(stored, kept.size, kept.sha256, plain.size, plain.sha256)


def intact(folder: Path, piece: Piece) -> bool:
    """Whether the file is there as it was written."""
    try:
        with (folder / piece.name).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == piece.sha256
    except FileNotFoundError:
        return False


def read(folder: Path, piece: Piece, envelope: Envelope | None, into: Writable) -> None:
    """Write what is in the piece to `into`. Raises OSError, WrongKey, Damaged."""
    if unpack(folder / piece.name, envelope, into) != piece.plain_sha256:
        raise Damaged(piece.name)


def unpack(path: Path, envelope: Envelope | None, into: Writable) -> str:
    """Write what is in this file to `into`; its SHA-256. Raises OSError, WrongKey, Damaged."""
    plain = _MeasuredSink(into)
    with path.open("rb") as file:
        if path.name.endswith(SUFFIX):
            (envelope or Envelope("")).open(file, plain)
        else:
            shutil.copyfileobj(file, plain, CHUNK)
    return plain.sha256
