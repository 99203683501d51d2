"""The file of checkpoints of one service, outside the database: appended to, never rewritten."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mpp.audit.checkpoints import Checkpoint, Signer, Written, parse, render

_SUFFIX = ".checkpoints"
_PASSABLE = 0o711


def ledger_path(folder: Path, service: str) -> Path:
    """Where the checkpoints of a service are: in a folder of its own, which no other service need be able to write."""
    return folder / service / f"{service}{_SUFFIX}"


def former_path(folder: Path, service: str) -> Path:
    """Where they were while all services had one folder."""
    return folder / f"{service}{_SUFFIX}"


def continue_from(former: Path, path: Path) -> bool:
    """Let the ledger at `path` go on where the one at `former` ends; whether there was anything to do.

    Once: when the folder of `path` is made, so that a ledger that an operator moved away does not come back. A copy:
    the former folder may be one that can only be read. The new folder appears whole, and never in place of one that is
    there, however many copies of a service start at once. Raises OSError.
    """
    if path.parent.exists() or not former.exists():
        return False
    beside = Path(tempfile.mkdtemp(prefix=f".{path.parent.name}.", dir=_made(path.parent.parent)))
    try:
        beside.chmod(_PASSABLE)
        with (beside / path.name).open("wb") as copy:
            copy.write(former.read_bytes())
            copy.flush()
            os.fsync(copy.fileno())
        beside.rename(path.parent)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        if not path.exists():
            raise
        return False
    return True


def _made(folder: Path) -> Path:
    folder.mkdir(mode=_PASSABLE, parents=True, exist_ok=True)
    return folder


class Ledger:
    """Appends checkpoints of `origin` to `path`; the folder is made when it is missing."""

    def __init__(self, path: Path, origin: str, signer: Signer | None) -> None:
        self.path = path
        self.origin = origin
        self._signer = signer

    @property
    def signed(self) -> bool:
        return self._signer is not None

    def append(self, checkpoint: Checkpoint) -> None:
        """Add one; on disk when this returns. Raises OSError.

        The file is opened each time, so that an operator may move it away: the next one begins a new file.
        """
        _made(self.path.parent)
        text = render(checkpoint, self._signer).encode()
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            if _torn(descriptor):
                text = b"\n\n" + text  # what a power cut left behind must not swallow this one
            os.write(descriptor, text)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_ledger(path: Path) -> Iterator[Written]:
    """The notes of a file. Raises OSError; bytes that are no UTF-8 make damaged notes."""
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        yield from parse(iter(file))


def _torn(descriptor: int) -> bool:
    """Whether the file ends in the middle of a note."""
    size = os.fstat(descriptor).st_size
    return size > 0 and os.pread(descriptor, 2, max(0, size - 2)) != b"\n\n"
