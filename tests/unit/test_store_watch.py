"""Readiness names a folder that cannot be read or written: copied back by root, on a full disk, or gone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mpp.hosting import store_watch
from mpp.hosting.store_watch import StoreWatch

NOBODY = 65534


@pytest.fixture(autouse=True)
def _each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_watch, "EVERY", 0.0)


def as_somebody_else(look: Callable[[], str | None]) -> str | None:
    """What it says to a process that is not root, whom no right of a file keeps out."""
    if os.getuid() != 0:
        return look()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(NOBODY)
        os.write(writer, (look() or "").encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as told:
        return told.read() or None


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder of documents with one in it, which anybody may read and write."""
    folder = tmp_path / "files"
    (folder / "incoming").mkdir(parents=True)
    (folder / "ab" / "cd").mkdir(parents=True)
    (folder / "ab" / "cd" / "abcd").write_bytes(b"a document")
    for path in (*folder.rglob("*"), folder):
        path.chmod(0o777)
    for parent in (tmp_path, *list(tmp_path.parents)[:2]):
        parent.chmod(0o755)
    return folder


def watch(folder: Path, reserve: int = 0) -> StoreWatch:
    return StoreWatch("documents", folder, reserve)


def test_a_folder_that_can_be_used_is_no_trouble(store: Path) -> None:
    assert as_somebody_else(watch(store).trouble) is None
    assert sorted(path.name for path in store.iterdir()) == ["ab", "incoming"], "the trial leaves nothing"


def test_documents_that_belong_to_somebody_else_are_told(store: Path) -> None:
    (store / "ab" / "cd" / "abcd").chmod(0o000)
    assert as_somebody_else(watch(store).trouble) == "documents: cannot be read (EACCES)"
    (store / "ab").chmod(0o000)
    assert as_somebody_else(watch(store).trouble) == "documents: cannot be read (EACCES)"
    (store / "ab").chmod(0o755)


def test_a_folder_that_takes_nothing_is_told(store: Path) -> None:
    store.chmod(0o555)
    assert as_somebody_else(watch(store).trouble) == "documents: cannot be written (EACCES)"


def test_what_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"")
    assert watch(tmp_path / "files").trouble() == "documents: cannot be written (EEXIST)"


def test_a_disk_without_the_reserve_is_told_before_it_is_full(store: Path) -> None:
    assert watch(store, reserve=2**60).trouble() == "documents: no room left on the disk"


def test_it_is_over_when_the_folder_is_mended(store: Path) -> None:
    looking = watch(store, reserve=2**60)
    assert looking.trouble() is not None
    looking._reserve = 0
    assert looking.trouble() is None
