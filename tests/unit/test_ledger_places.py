"""Where the checkpoints of a service are, seen by itself and from a container in which those of all are mounted."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp.audit.settings import AuditSettings
from mpp.hosting.settings import ServiceSettings
from mpp.operations.backup.beside import ledger_of, place_of_ledger
from mpp.operations.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(for_services=ServiceSettings(audit=AuditSettings(folder=tmp_path)))


def test_a_service_has_a_folder_of_its_own(settings: Settings, tmp_path: Path) -> None:
    usual = tmp_path / "permits" / "permits.checkpoints"
    assert place_of_ledger(settings, "permits") == usual
    assert ledger_of(settings, "permits") is None
    usual.parent.mkdir()
    usual.touch()
    assert ledger_of(settings, "permits") == place_of_ledger(settings, "permits") == usual


def test_from_where_all_are_mounted_it_is_one_level_deeper(settings: Settings, tmp_path: Path) -> None:
    deeper = tmp_path / "permits" / "permits" / "permits.checkpoints"
    deeper.parent.mkdir(parents=True)
    assert place_of_ledger(settings, "permits") == deeper
    deeper.touch()
    assert ledger_of(settings, "permits") == deeper


def test_a_mount_that_is_still_empty_is_one_as_well(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda self: self == tmp_path / "permits")
    assert place_of_ledger(settings, "permits") == tmp_path / "permits" / "permits" / "permits.checkpoints"
    assert place_of_ledger(settings, "gateway") == tmp_path / "gateway" / "gateway.checkpoints"
