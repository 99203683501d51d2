"""`mpp backup` as the runbook prints it, on a mall that runs and has work to do."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mpp.operations.backup.manifest import read_manifest
from tests.support.mall import MPP, Mall, clean_environment, data_folder, processes_of
from tests.support.wait import until


@pytest.fixture(scope="module")
def started() -> Iterator[Mall]:
    with data_folder() as folder:
        made = Mall(folder / "data")
        made.folder.mkdir(mode=0o711)
        yield made.start()
        made.kill()
        until(lambda: not processes_of(made.folder), what="the end of the database")


@pytest.fixture
def mall(started: Mall) -> Mall:
    """`make run` at work, and never backed up."""
    shutil.rmtree(started.folder.parent / "backups", ignore_errors=True)
    return started if started.process.poll() is None else started.start()


def mpp(mall: Mall, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = clean_environment(MPP_DATA=str(mall.folder), MPP_URL=mall.url, PORT=str(mall.port), **more)
    return subprocess.run(
        [str(MPP), *words], env=environment, capture_output=True, text=True, timeout=300, check=False, cwd="/"
    )


def backups(mall: Mall) -> list[Path]:
    return sorted((mall.folder.parent / "backups").glob("mpp-*"))


def test_a_running_mall_is_backed_up_by_one_command_and_the_doctor_knows(mall: Mall) -> None:
    assert "Belum ada cadangan." in mpp(mall, "doctor").stdout
    done = mpp(mall, "backup", "--keep", "2")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (made,) = backups(mall)
    assert str(made) in done.stdout
    assert "MPP_BACKUP_KEY" in done.stdout, "that it is not encrypted"
    manifest = read_manifest(made)
    assert {entry.service for entry in manifest.databases} == {"permits", "civil_registry", "complaints", "gateway"}
    sealed = [entry.service for entry in manifest.databases if entry.marks.sealed]
    assert sealed
    assert all((made / "audit" / f"{service}.checkpoints").exists() for service in sealed)
    told = mpp(mall, "doctor").stdout
    assert "Belum ada cadangan" not in told
    assert "belum pernah dibuktikan" in told
    proved = mpp(mall, "restore", str(made), "--into", str(mall.folder.parent / "bukti"))
    assert proved.returncode == 0, proved.stdout + proved.stderr
    assert "terbukti" in proved.stdout
    assert not (mall.folder.parent / "bukti").exists()
    assert f"baik  cadangan | backup {made.name}" in mpp(mall, "doctor").stdout
    assert mall.get("/api/v1/me", "operator")["account"] == "operator"


def test_a_spoilt_backup_and_a_place_that_is_taken_are_told(mall: Mall) -> None:
    assert mpp(mall, "backup").returncode == 0
    (made,) = backups(mall)
    taken = mpp(mall, "restore", str(made), "--into", str(mall.folder))
    assert taken.returncode == 1
    assert taken.stderr.startswith("mpp: ")
    (made / "documents.txt").unlink()
    spoilt = mpp(mall, "restore", str(made), "--into", str(mall.folder.parent / "bukti"))
    assert spoilt.returncode == 1
    assert "SALAH documents.txt" in spoilt.stdout
    assert "belum pernah dibuktikan" in mpp(mall, "doctor").stdout


def test_a_mall_that_stands_still_is_backed_up_too(mall: Mall) -> None:
    mall.interrupt()
    done = mpp(mall, "backup")
    assert done.returncode == 0, done.stderr
    assert len(backups(mall)) == 1
    assert processes_of(mall.folder) == []


def test_a_place_that_cannot_be_written_is_one_line(mall: Mall) -> None:
    done = mpp(mall, "backup", "/proc/cadangan")
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stderr.startswith("mpp: ")
