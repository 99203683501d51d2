"""What stands outside the database: signed, and worth what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp.audit.checkpoints import Checkpoint, Signer, Verifier
from mpp.audit.ledger import Ledger, read_ledger
from mpp.persistence.audit.check import check_service
from mpp.persistence.audit.sealer import Sealer
from tests.integration.audit.trail import KEY, NOON, Trail


def test_without_a_key_checkpoints_are_unsigned_and_say_so(core_database: str, tmp_path: Path) -> None:
    trail = Trail(core_database, tmp_path, key=None)
    trail.write(action="log_in")
    trail.seal()
    report = trail.check(key=None)
    assert report.count == 0
    assert not report.signed
    assert any("tanpa tanda tangan" in notice for notice in report.notices)
    assert "unsigned" in trail.ledger.path.read_text()
    trail.database.dispose()


def test_an_unsigned_checkpoint_is_refused_by_who_holds_the_key(ten: Trail) -> None:
    forged = Ledger(ten.ledger.path, ten.ledger.origin, None)
    ten.write(action="log_in")
    Sealer(ten.database, ten.clock, forged.origin, forged.append).run_once()
    assert ten.first() == ("checkpoint", None)


@pytest.mark.parametrize(("before", "after"), [("\n10\n", "\n9\n"), ("T05:00", "T04:00"), ("35.15", "35.78")])
def test_a_checkpoint_that_was_edited_is_named(ten: Trail, before: str, after: str) -> None:
    written = ten.ledger.path.read_text()
    assert before in written
    ten.ledger.path.write_text(written.replace(before, after))
    kinds = [finding.kind for finding in ten.check().findings]
    assert kinds[0] == "checkpoint"


def test_a_checkpoint_signed_with_another_key_is_named(ten: Trail) -> None:
    assert ten.check(key=bytes(32)).findings[0].kind == "checkpoint"


def test_the_checkpoints_of_another_service_are_not_taken(ten: Trail) -> None:
    other = Ledger(ten.ledger.path, "mpp/35.15/complaints", Signer(KEY))
    other.append(Checkpoint(other.origin, 99, bytes(32), NOON))
    finding = ten.check().findings[0]
    assert (finding.kind, "permits" in finding.indonesian) == ("checkpoint", True)


def test_a_trail_whose_checkpoints_are_gone_is_not_called_whole(ten: Trail) -> None:
    ten.ledger.path.unlink()
    assert ten.first() == ("checkpoint", None)


def test_a_note_that_a_power_cut_tore_does_not_spoil_the_next(ten: Trail) -> None:
    whole = ten.ledger.path.read_bytes()
    for cut in range(1, len(whole), 9):
        ten.ledger.path.write_bytes(whole[:cut])
        ten.new_sealer().run_once()
        report = ten.check()
        assert report.count == 0, cut
        assert report.checkpoint is not None
        assert report.checkpoint.size == 10


def test_the_file_may_be_moved_away_and_the_copy_still_counts(ten: Trail) -> None:
    copy = ten.folder / "copy"
    ten.ledger.path.rename(copy)
    ten.write(action="log_in")
    ten.seal()
    assert ten.check().findings == []
    ten.sql("DELETE FROM audit WHERE id > 8", "DELETE FROM audit_seals WHERE position > 8")
    report = check_service(ten.url, "permits", read_ledger(copy), Verifier(Signer(KEY).public))
    assert report.findings[0].kind == "truncated"
