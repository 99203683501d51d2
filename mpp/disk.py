"""What must be on disk when it is said to be there, whenever the power goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def sync_folder(folder: Path) -> None:
    """Let the names in this folder be on disk. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def written_whole(path: Path, mode: int) -> Iterator[BinaryIO]:
    """A file to write to, which is the one at `path` when the block has ended: whole or not at all, and on disk.

    One writer at a time: it stands beside that one until then. Raises OSError.
    """
    beside = path.with_name(f"{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def write_whole(path: Path, text: str, mode: int) -> None:
    """Let the file hold this text; see `written_whole`."""
    with written_whole(path, mode) as file:
        file.write(text.encode())
