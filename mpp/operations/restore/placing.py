"""Files put back where the services read and write them, as theirs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from mpp.disk import sync_folder, written_whole
from mpp.operations.problem import Problem

Account = tuple[int, int]  # uid, gid


@dataclass(frozen=True)
class Owner:
    """Whom the files belong to that are put back; None: to whoever puts them back, who is not root."""

    account: Account | None

    @classmethod
    def of(cls, folders: Iterable[Path]) -> Owner:
        """Root gives away what he puts back, to who has the first of these folders that is not his own."""
        if os.geteuid() != 0:
            return cls(None)
        for folder in folders:
            try:
                info = folder.stat()
            except FileNotFoundError:
                continue
            if info.st_uid != 0:
                return cls((info.st_uid, info.st_gid))
        return cls((0, 0))

    def take(self, path: Path | int, mode: int) -> None:
        """Let this file or folder, or the open file of this number, be theirs, with this mode. Raises OSError."""
        info = os.stat(path)
        if self.account is not None and (info.st_uid, info.st_gid) != self.account:
            os.chown(path, *self.account)
        if info.st_mode & 0o777 != mode:
            os.chmod(path, mode)

    def folder(self, path: Path, mode: int) -> None:
        """Make the folder and those above it, where they are missing. Raises OSError."""
        made = [each for each in (path, *path.parents) if not each.exists()]
        for each in reversed(made):
            each.mkdir(mode=mode)
            self.take(each, mode)
            sync_folder(each.parent)

    def write(self, path: Path, content: Path, mode: int) -> None:
        """Let the file hold what is in `content`, whole or not at all. Raises OSError."""
        with written_whole(path, mode) as file, content.open("rb") as source:
            self.take(file.fileno(), mode)
            shutil.copyfileobj(source, file)


@dataclass(frozen=True)
class Ledgers:
    """The ledgers of the services at these paths: the new ones wait beside them until the databases are in place."""

    paths: Mapping[str, Path]
    owner: Owner

    def stage(self, service: str, content: Path | None, stamp: str) -> None:
        """Keep what will be the service's ledger; None: it will have none, as it had none. Raises OSError."""
        path = self.paths.get(service)
        if path is None:
            return
        self.owner.folder(path.parent, 0o711)
        waiting = _waiting(path, stamp)
        if content is not None:
            self.owner.write(waiting, content, 0o644)
        elif path.exists():
            waiting.touch(0o644)

    def put(self, stamp: str) -> list[Path]:
        """Let the ledgers of this stamp be those of the services; where the former ones are now. Raises OSError.

        What was done of it before is not done again.
        """
        kept = []
        for path in self.paths.values():
            waiting = _waiting(path, stamp)
            if not waiting.exists():
                continue
            former = path.with_name(f"{path.name}.lama-{stamp}")
            if path.exists() and not former.exists():
                path.rename(former)
                sync_folder(path.parent)
            if former.exists():
                kept.append(former)
            if waiting.stat().st_size:
                waiting.replace(path)
            else:
                waiting.unlink()
            sync_folder(path.parent)
        return kept

    def waiting(self, stamp: str) -> bool:
        """Whether some of this stamp are not in their place yet."""
        return any(_waiting(path, stamp).exists() for path in self.paths.values())

    def clear(self) -> None:
        """Remove what a restore that came to nothing has left. Raises OSError."""
        for path in self.paths.values():
            for left in path.parent.glob(f".{path.name}.pulih-*"):
                left.unlink()


def _waiting(path: Path, stamp: str) -> Path:
    return path.with_name(f".{path.name}.pulih-{stamp}")


def not_written(path: Path, error: OSError) -> Problem:
    """What is said of a place where files cannot be put back."""
    return Problem(f"{path} tidak dapat ditulis: {error.strerror}", f"{path} cannot be written ({error.strerror})")
