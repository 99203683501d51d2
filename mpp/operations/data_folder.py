"""The data folder of a mall on one machine: whose it is at this moment."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mpp.operations.problem import Problem


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """The data folder, for one mall at a time. The kernel releases the lock however the process ends."""
    try:
        # Others may pass through, not look: the database has its own account when root starts the mall.
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        file = (folder / "lock").open("a+")
    except OSError as error:
        raise Problem(
            f"MPP_DATA={folder} tidak dapat dipakai: {error.strerror}", f"MPP_DATA={folder} cannot be used"
        ) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            who = file.read().strip() or "?"
            raise Problem(
                f"mal lain (proses {who}) sudah berjalan di folder data {folder}; hentikan dulu, atau isi MPP_DATA",
                f"another mall (process {who}) already runs on the data folder {folder}; stop it, or set MPP_DATA",
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
