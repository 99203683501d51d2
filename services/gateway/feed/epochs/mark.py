"""A mark outside the database: the highest position that was ever given out, and of which epoch.

A restored database is behind it, so the restore is noticed, whatever way it was made. It stands beside the checkpoints
of the audit trail, in a folder that all copies of the gateway share.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mpp.disk import write_whole
from services.gateway.feed.epochs.cursor import Cursor

NAME = "gateway.feed"


class Mark:
    """The file in this folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def read(self) -> Cursor | None:
        """What it says; None where there is none, or where it cannot be read. Raises OSError."""
        try:
            return Cursor.read(self._path.read_text("ascii").strip())
        except (FileNotFoundError, UnicodeDecodeError, ValueError):
            return None

    def set(self, cursor: Cursor) -> None:
        """Say this from now on; within an epoch it never goes back. On disk when it returns. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._alone():
            before = self.read()
            if before is not None and before.epoch == cursor.epoch and before.position >= cursor.position:
                return
            write_whole(self._path, f"{cursor}\n", 0o644)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with self._path.with_name(f"{NAME}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
