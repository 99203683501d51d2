"""Each service signs its own checkpoints into its own folder: what one can write and sign proves nothing of another."""

from __future__ import annotations

import io
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mpp.audit.checking import read_checkpoints
from mpp.audit.checkpoints import Checkpoint, Signer, Written, parse, render
from mpp.audit.findings import Report
from mpp.audit.ledger import Ledger, continue_from, former_path, ledger_path, read_ledger
from mpp.audit.settings import AuditSettings
from mpp.hosting.definition import definitions
from mpp.hosting.settings import ServiceSettings
from mpp.jobs.sealing import ledger_of
from mpp.operations import keys
from mpp.operations.checking import doctor
from mpp.operations.preparing.env_file import missing_from
from mpp.operations.preparing.env_file import render as env_file
from mpp.operations.settings import Settings

SHARED, PERMITS, COMPLAINTS = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
SERVICES = tuple(definitions())


def note(size: int, service: str = "permits") -> Checkpoint:
    return Checkpoint(f"mpp/35.15/{service}", size, bytes([size]) * 32, NOON)


def written(*signed: tuple[int, bytes | None]) -> list[Written]:
    """The notes of a file: sizes, and the keys that they are signed with."""
    text = "".join(render(note(size), None if key is None else Signer(key)) for size, key in signed)
    return list(parse(io.StringIO(text)))


def findings(settings: AuditSettings, *signed: tuple[int, bytes | None]) -> tuple[list[str], int]:
    """What is found, and how many notes are good."""
    report = Report("permits")
    good = read_checkpoints(written(*signed), "permits", settings.verifier_of("permits"), report)
    return [finding.english for finding in report.findings], len(good)


# ---------------------------------------------------------------- keys


def test_what_another_service_signs_is_no_checkpoint_of_this_one() -> None:
    own = AuditSettings(keys={"permits": PERMITS})
    assert findings(own, (1, PERMITS), (2, PERMITS)) == ([], 2)
    told, good = findings(own, (1, PERMITS), (2, COMPLAINTS))
    assert (told, good) == (["the checkpoint in line 8 has a bad signature"], 1)


@pytest.mark.parametrize(
    "settings",
    [
        AuditSettings(keys={"permits": PERMITS}, shared_key=SHARED),
        AuditSettings(keys={"permits": PERMITS}, shared_public_key=Signer(SHARED).public),
        AuditSettings(public_keys={"permits": Signer(PERMITS).public}, shared_public_key=Signer(SHARED).public),
    ],
)
def test_what_the_former_key_signed_counts_until_the_service_has_signed_itself(settings: AuditSettings) -> None:
    assert findings(settings, (1, SHARED), (2, SHARED)) == ([], 2)
    assert findings(settings, (1, SHARED), (2, PERMITS), (3, PERMITS)) == ([], 3)
    told, good = findings(settings, (1, SHARED), (2, PERMITS), (3, SHARED))
    assert (told, good) == (["the checkpoint in line 15 is signed with the former key after the new"], 2)


def test_a_mall_that_has_the_shared_key_only_is_checked_with_it() -> None:
    assert findings(AuditSettings(shared_key=SHARED), (1, SHARED)) == ([], 1)
    assert AuditSettings().verifier_of("permits") is None


def test_the_keys_of_a_mall_in_one_process_differ_and_stay(tmp_path: Path) -> None:
    first = keys.with_keys(Settings(data=tmp_path)).for_services.audit
    assert len({first.key_of(service) for service in SERVICES}) == len(SERVICES)
    assert first.shared_key not in first.keys.values()
    assert keys.with_keys(Settings(data=tmp_path)).for_services.audit == first
    assert keys.with_audit_keys(Settings(data=tmp_path)).for_services.audit == first, "as the checker reads them"


def test_the_environment_names_them() -> None:
    told = {"PERMITS_AUDIT_KEY": PERMITS.hex(), "MPP_AUDIT_KEY": SHARED.hex(), "MPP_AUDIT_DIR_BEFORE": "/old"}
    audit = Settings.read(told, SERVICES).for_services.audit
    assert (audit.key_of("permits"), audit.key_of("complaints"), audit.folder_before) == (PERMITS, SHARED, Path("/old"))
    assert PERMITS.hex() not in repr(audit)
    assert repr(PERMITS) not in repr(audit)


def test_a_fresh_mall_has_a_key_for_each_and_none_for_all() -> None:
    lines = dict(line.split("=", 1) for line in env_file().splitlines() if "=" in line and not line.startswith("#"))
    audit = Settings.read(lines, SERVICES).for_services.audit
    assert set(audit.keys) == set(SERVICES)
    assert audit.shared_key is None


def test_what_a_former_env_file_lacks_is_printed_and_the_former_key_is_not() -> None:
    former = "\n".join(line for line in env_file().splitlines() if "_AUDIT_" not in line and "TRACKING_KEY" not in line)
    former += f"\nMPP_AUDIT_KEY={SHARED.hex()}\n"
    added = missing_from(former)
    names = {line.split("=", 1)[0] for line in added.splitlines()}
    assert {f"{service.upper()}_AUDIT_KEY" for service in SERVICES} <= names
    assert {"PERMITS_TRACKING_KEY", "MPP_AUDIT_PUBLIC_KEY"} <= names
    assert not names & {"MPP_PERSON_KEY", "POSTGRES_PASSWORD", "MPP_DEMO", "MPP_TOKEN_PRIVATE_KEY"}
    assert SHARED.hex() not in added
    assert f"MPP_AUDIT_PUBLIC_KEY={Signer(SHARED).public.hex()}\n" in added
    assert missing_from(former + added) == "", "nothing is lacking any more"


# ---------------------------------------------------------------- folders


def test_each_service_writes_into_a_folder_of_its_own(tmp_path: Path) -> None:
    folders = {ledger_path(tmp_path, service).parent for service in SERVICES}
    assert len(folders) == len(SERVICES)
    assert tmp_path not in folders


def former_ledger(folder: Path, *sizes: int) -> Path:
    """As a former version left it: one folder and one key for all."""
    folder.mkdir(exist_ok=True)
    path = former_path(folder, "permits")
    path.write_text("".join(render(note(size), Signer(SHARED)) for size in sizes))
    return path


@pytest.mark.parametrize("elsewhere", [False, True])
def test_the_first_start_goes_on_where_the_former_ledger_ends(tmp_path: Path, elsewhere: bool) -> None:
    folder, old = tmp_path / "audit", tmp_path / ("old" if elsewhere else "audit")
    before = former_ledger(old, 1, 2)
    settings = AuditSettings(folder, old if elsewhere else None, keys={"permits": PERMITS}, shared_key=SHARED)
    for size in (3, 4):  # two starts
        ledger = ledger_of(settings, "35.15", "permits")
        assert ledger is not None
        ledger.append(note(size))
    notes = list(read_ledger(ledger_path(folder, "permits")))
    assert [n.checkpoint.size for n in notes if n.checkpoint] == [1, 2, 3, 4]
    report = Report("permits")
    assert len(read_checkpoints(notes, "permits", settings.verifier_of("permits"), report)) == 4
    assert (report.findings, report.signed) == ([], True)
    assert [n.checkpoint.size for n in read_ledger(before) if n.checkpoint] == [1, 2], "what was, is let be"


def test_a_ledger_that_was_moved_away_does_not_come_back(tmp_path: Path) -> None:
    """After an older backup was restored the operator begins a new file, as the runbook says."""
    settings = AuditSettings(tmp_path / "audit", tmp_path / "old", keys={"permits": PERMITS})
    former_ledger(tmp_path / "old", 1, 2)
    ledger_of(settings, "35.15", "permits")
    ledger_path(tmp_path / "audit", "permits").unlink()
    ledger = ledger_of(settings, "35.15", "permits")
    assert ledger is not None
    ledger.append(note(1))
    assert len(list(read_ledger(ledger.path))) == 1


def test_copies_that_start_at_once_take_over_once_and_lose_nothing(tmp_path: Path) -> None:
    before, path = former_ledger(tmp_path / "old", 1, 2), ledger_path(tmp_path / "audit", "permits")
    took: list[bool] = []

    def start(size: int) -> None:
        took.append(continue_from(before, path))
        Ledger(path, "mpp/35.15/permits", Signer(PERMITS)).append(note(size))

    threads = [threading.Thread(target=start, args=(size,)) for size in range(3, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert took.count(True) == 1
    assert sorted(n.checkpoint.size for n in read_ledger(path) if n.checkpoint) == list(range(1, 11))
    assert os.listdir(tmp_path / "audit") == ["permits"], "nothing is left beside it"


def test_a_former_ledger_that_cannot_be_read_stops_the_start(tmp_path: Path) -> None:
    former_path(tmp_path, "permits").mkdir()  # as good as unreadable, also for root
    with pytest.raises(OSError):
        ledger_of(replace(AuditSettings(), folder=tmp_path), "35.15", "permits")
    assert os.listdir(tmp_path) == ["permits.checkpoints"]


# ---------------------------------------------------------------- the doctor


@pytest.mark.parametrize(
    ("audit", "told"),
    [
        (AuditSettings(), "MPP_AUDIT_DIR"),
        (AuditSettings(Path("/audit")), "PERMITS_AUDIT_KEY: Checkpoint jejak audit tanpa tanda tangan"),
        (AuditSettings(Path("/audit"), shared_key=SHARED), "PERMITS_AUDIT_KEY: Satu kunci audit dipakai semua layanan"),
        (AuditSettings(Path("/audit"), keys={"permits": PERMITS}), None),
    ],
)
def test_the_doctor_tells_what_the_checkpoints_cannot_prove(audit: AuditSettings, told: str | None) -> None:
    settings = Settings(for_services=ServiceSettings(audit=audit), database_urls={"permits": "postgresql://x/y"})
    warned = [str(problem) for _, problem in doctor._audit(settings)]
    assert [told in each for each in warned if told] == ([] if told is None else [True])
