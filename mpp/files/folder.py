"""The folder of documents: each content once, under its SHA-256, complete or not there at all.

    <root>/incoming/<random>.part      being received
    <root>/ab/cd/abcd...               stored: the hash, and nothing else, is the name

A file is written under a random name, synced, and renamed; the folder is synced after. Whatever dies in between
leaves a `.part`, which `clear_incoming` removes, or a stored file that nobody refers to, which the owner of the
references removes. Nothing that a person typed becomes part of a path.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from mpp.casework.refusals import Refused
from mpp.disk import sync_folder
from mpp.files.kinds import Note
from mpp.hosting.store_watch import RESERVE

CHUNK = 256 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

Run = Callable[..., Any]


@dataclass(frozen=True)
class Received:
    """A whole file that lies under `path` until it is placed or forgotten."""

    path: Path
    sha256: str
    size: int
    notes: tuple[Note, ...] = ()


def _here(work: Callable[..., Any], *args: Any) -> Any:
    return work(*args)


class Folder:
    """One folder of documents, used by any number of processes at once.

    `run(work, *args)` does what may block (disk, hashing) where it holds up nobody. Errors of the disk are
    Refused 503 `storage_full` or `storage_unavailable`: nothing was stored, and the same request may be repeated.
    """

    def __init__(self, root: Path, *, run: Run = _here, reserve: int = RESERVE) -> None:
        self.root = root
        self._incoming = root / "incoming"
        self._run = run
        self._reserve = reserve

    # ---------------------------------------------------------------- receiving

    @contextmanager
    def receive(self, read: Callable[[int], bytes], length: int, *, declared: bool = True) -> Iterator[Received]:
        """The file that `read` gives, on disk; removed at the end unless placed.

        It has exactly `length` bytes, or Refused 400 `upload_cut_off` is raised. Unless this was `declared` of the file
        itself: then it is all that `read` gives, which sees to it that there are no more.
        """
        path = self._incoming / f"{uuid4().hex}.part"
        with _disk():
            file = self._run(self._begin, path, length)
        try:
            with file:
                digest, size = self._fill(file, read, length if declared else None)
            yield Received(path, digest, size)
        finally:
            self._run(_forget, path)

    def _begin(self, path: Path, length: int) -> BinaryIO:
        _make(self.root, self._incoming)
        if shutil.disk_usage(self._incoming).free < self._reserve + length:
            raise OSError(errno.ENOSPC, "the reserve would be touched")
        return open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)

    def _fill(self, file: BinaryIO, read: Callable[[int], bytes], length: int | None) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        while size != length:
            part = read(
                CHUNK if length is None else min(length - size, CHUNK)
            )  # the sender's errors are not the disk's
            if not part:
                if length is None:
                    break
                raise Refused(400, "upload_cut_off")
            size += len(part)
            with _disk():
                self._run(_append, file, digest, part)
        with _disk():
            self._run(os.fsync, file.fileno())
        return digest.hexdigest(), size

    def measured(self, path: Path, notes: tuple[Note, ...] = ()) -> Received:
        """The file under this path, which was written anew after it was received, on disk."""
        with _disk():
            sha256, size = self._run(_measured, path)
        return Received(path, sha256, size, notes)

    def pieces(self, received: Received) -> Iterator[bytes]:
        """What was received, in parts."""
        return iter(Reader(received.path, received.size, self._run))

    # ----------------------------------------------------------------- keeping

    def place(self, received: Received) -> None:
        """Put a received file where its content belongs. The same content there already is replaced by itself."""
        with _disk():
            self._run(self._place, received.path, self.path(received.sha256))

    def _place(self, source: Path, target: Path) -> None:
        folders = (target.parent.parent, target.parent)
        made = [p for p in folders if not p.exists()]
        _make(*folders)
        os.replace(source, target)
        for folder in {target.parent, *(p.parent for p in made)}:
            sync_folder(folder)

    def path(self, sha256: str) -> Path:
        """Where this content lies. Raises ValueError for what is no hash."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.root / sha256[:2] / sha256[2:4] / sha256

    def remove(self, sha256: str) -> None:
        """Forget a content; no error when it is not there."""
        self._run(_forget, self.path(sha256))

    def clear_incoming(self, before: float) -> int:
        """Remove what a dead process left half received before this moment (seconds since 1970); how many."""
        found: int = self._run(self._clear, before)
        return found

    def _clear(self, before: float) -> int:
        gone = 0
        for path in self._incoming.glob("*.part"):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
            except FileNotFoundError:  # its process was alive after all, and has just ended with it
                continue
        return gone

    # ----------------------------------------------------------------- reading

    def open(self, sha256: str) -> Reader:
        """The content, to be read in parts. Raises FileNotFoundError."""
        path = self.path(sha256)
        return Reader(path, self._run(path.stat).st_size, self._run)


class Reader:
    """The parts of a file, one after the other; open only while somebody reads."""

    def __init__(self, path: Path, size: int, run: Run) -> None:
        self.size = size
        self._path = path
        self._run = run
        self._file: BinaryIO | None = None

    def __iter__(self) -> Iterator[bytes]:
        file = self._file = self._run(self._path.open, "rb")
        try:
            while part := self._run(file.read, CHUNK):
                yield part
        finally:
            file.close()

    def close(self) -> None:
        """Give the file back, when the reader went away in the middle."""
        if self._file is not None:
            self._file.close()


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except TimeoutError:  # an OSError, and not one of the disk
        raise
    except OSError as error:
        raise Refused(503, "storage_full" if error.errno in _FULL else "storage_unavailable") from error


def _append(file: BinaryIO, digest: Any, part: bytes) -> None:
    digest.update(part)
    view = memoryview(part)
    while view:
        view = view[file.write(view) :]


def _measured(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        os.fsync(file.fileno())
        return digest.hexdigest(), file.tell()


def _forget(path: Path) -> None:
    path.unlink(missing_ok=True)


def _make(*folders: Path) -> None:
    """Folders that only our own account may look into; the first one's parents as they come."""
    folders[0].parent.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        folder.mkdir(mode=0o700, exist_ok=True)
