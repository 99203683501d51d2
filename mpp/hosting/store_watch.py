"""Whether a folder that a service stands on can be read and written: it may be full, gone, or somebody else's.

Files that were copied back by root belong to root, and nothing else of the service shows it until somebody needs one.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from prometheus_client import Gauge

RESERVE = 256 * 1024 * 1024  # free bytes that uploads leave to everybody else on the disk
EVERY = 5.0  # seconds between two looks, however often somebody asks
_TRIAL = ".trial"

usable = Gauge("mpp_store_usable", "1 while the folder can be read and written", ["store"])

Run = Callable[[Callable[[], str | None]], str | None]


def _here(look: Callable[[], str | None]) -> str | None:
    return look()


class StoreWatch:
    """What is the matter with one folder; `run` does the looking where it holds up nobody.

    `reserve`: free bytes without which its owner takes nothing more.
    """

    def __init__(self, name: str, root: Path, reserve: int = 0, run: Run = _here) -> None:
        self._name = name
        self._root = root
        self._reserve = reserve
        self._run = run
        self._looked_at: float | None = None
        self._found: str | None = None

    def trouble(self) -> str | None:
        """One line, such as `documents: cannot be read (EACCES)`; None when all is well."""
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at >= EVERY:
            self._looked_at = now
            self._found = self._run(self._look)
            usable.labels(self._name).set(self._found is None)
        return None if self._found is None else f"{self._name}: {self._found}"

    def _look(self) -> str | None:
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            (self._root / _TRIAL).write_bytes(b"trial")
            (self._root / _TRIAL).unlink(missing_ok=True)  # another copy of the service may have been faster
        except OSError as error:
            return f"cannot be written ({_name(error)})"
        try:
            _read_one(self._root)
        except OSError as error:
            return f"cannot be read ({_name(error)})"
        if shutil.disk_usage(self._root).free < self._reserve:
            return "no room left on the disk"
        return None


def _read_one(folder: Path) -> bool:
    """Open the first file that comes, however deep it lies: whoever copied the folder copied all of it."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if _read_one(Path(entry.path)):
                    return True
            elif entry.name != _TRIAL:
                try:
                    os.close(os.open(entry.path, os.O_RDONLY))
                except FileNotFoundError:  # it was on its way to another place
                    continue
                return True
    return False


def _name(error: OSError) -> str:
    return errno.errorcode.get(error.errno or 0, type(error).__name__)
