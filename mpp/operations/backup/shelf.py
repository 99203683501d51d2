"""The folder in which backups stand beside each other, each in a folder of its own, complete or not there at all.

<shelf>/mpp-20261127T021500Z/           a backup
<shelf>/mpp-20261127T021500Z/proof.json when it was last restored in a scratch place
<shelf>/.mpp-20261127T021500Z.part/     one that is being written, or was when the power went
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mpp.disk import sync_folder
from mpp.json_values import mapping, moment
from mpp.operations.backup.manifest import NAME as MANIFEST
from mpp.operations.problem import Problem

_NAME = re.compile(r"mpp-([0-9]{8}T[0-9]{6}Z)")
_STAMP = "%Y%m%dT%H%M%SZ"
_PROOF = "proof.json"


@dataclass(frozen=True)
class Standing:
    """A complete backup: where it is, when it was begun, and when it was last proved."""

    folder: Path
    begun_at: datetime
    proved_at: datetime | None


def standing(shelf: Path) -> list[Standing]:
    """The complete backups, oldest first."""
    found = []
    for folder in shelf.glob("mpp-*") if shelf.is_dir() else ():
        match = _NAME.fullmatch(folder.name)
        if match and (folder / MANIFEST).exists():
            begun_at = datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC)
            found.append(Standing(folder, begun_at, _proved_at(folder)))
    return sorted(found, key=lambda each: each.begun_at)


def newest(shelf: Path) -> Standing | None:
    """The newest complete backup."""
    return next(reversed(standing(shelf)), None)


@contextmanager
def room(shelf: Path, begun_at: datetime) -> Iterator[tuple[Path, Path]]:
    """Where a backup is written, and what it is called when it is complete; alone in the shelf until the block ends.

    Raises Problem. What dies in the middle leaves a `.part`, which the next one clears away.
    """
    try:
        shelf.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (shelf / ".lock").open("w")
    except OSError as error:
        raise Problem(f"{shelf} tidak dapat ditulis: {error.strerror}", f"{shelf} cannot be written to") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problem(
                f"cadangan lain sedang dibuat di {shelf}", f"another backup is under way in {shelf}"
            ) from None
        for left in shelf.glob(".mpp-*.part"):
            shutil.rmtree(left)
        name = f"mpp-{begun_at:{_STAMP}}"
        part, whole = shelf / f".{name}.part", shelf / name
        if whole.exists():
            raise Problem(f"{whole} sudah ada", f"{whole} is there already")
        part.mkdir(mode=0o700)
        try:
            yield part, whole
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def put(part: Path, whole: Path) -> None:
    """Let a backup appear, whole and on disk."""
    for folder, _, _ in os.walk(part):
        sync_folder(Path(folder))
    part.rename(whole)
    sync_folder(whole.parent)


def keep(shelf: Path, number: int) -> list[Path]:
    """Leave the newest so many; what went."""
    gone = [each.folder for each in standing(shelf)[:-number]]
    for folder in gone:
        aside = folder.with_name(f".{folder.name}.part")  # half removed it would look like a backup
        folder.rename(aside)
        shutil.rmtree(aside)
    return gone


def prove(folder: Path, at: datetime) -> bool:
    """Write down that this backup was restored in a scratch place; False where the folder cannot be written to."""
    beside = folder / f".{_PROOF}"
    try:
        beside.write_text(json.dumps({"proved_at": at.isoformat()}))
        beside.replace(folder / _PROOF)
    except OSError:
        return False
    return True


def _proved_at(folder: Path) -> datetime | None:
    try:
        return moment(mapping({"read": json.loads((folder / _PROOF).read_text())}, "read"), "proved_at")
    except (OSError, ValueError):
        return None
