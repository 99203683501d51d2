"""What is said of the parts of a mall, and what its settings leave open."""

from __future__ import annotations

import re
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mpp.audit.settings import AuditSettings
from mpp.casework.access.offices import Office, OfficeTree
from mpp.files.scanner import Clamd
from mpp.hosting.settings import ServiceSettings
from mpp.hosting.state.parts import Part
from mpp.hosting.state.settings import of_audit, of_signing
from mpp.hosting.state.words import WORDS
from mpp.messages.book import Channels
from mpp.messages.state import of_messages
from mpp.operations.backup.manifest import NAME as MANIFEST
from mpp.operations.backup.shelf import prove
from mpp.operations.checking import backups
from mpp.operations.settings import Settings

MOST_WORDS = 14


@pytest.mark.parametrize("code", sorted(WORDS))
def test_what_is_not_well_says_what_to_do_in_both_languages(code: str) -> None:
    said = WORDS[code]
    for found, advice in (said.indonesian, said.english):
        assert found.endswith(".")
        assert bool(advice) == (said.state != "good")
        for sentence in re.split(r"(?<=[.:])\s", f"{found} {advice}".strip()):
            assert len(sentence.split()) <= MOST_WORDS, sentence
    told = Part("x", code, "MPP_X").to_json()
    assert (told["advice"] is None) == (said.state == "good")


def test_an_audit_trail_tells_what_it_cannot_prove(tmp_path: Path) -> None:
    key = b"k" * 32
    assert of_audit(AuditSettings(), "permits").code == "audit_none"
    assert of_audit(AuditSettings(folder=tmp_path), "permits").line().startswith("PERMITS_AUDIT_KEY: ")
    assert of_audit(AuditSettings(folder=tmp_path, shared_key=key), "permits").code == "audit_shared"
    assert of_audit(AuditSettings(folder=tmp_path, keys={"permits": key}), "permits").state == "good"


def test_without_a_provider_everything_is_on_the_call_list() -> None:
    assert of_messages(Channels(), ServiceSettings()).code == "messages_none"


def test_an_office_that_signs_by_bsre_needs_its_address() -> None:
    office = Office("a", "A", "opd", "35.15", signature="bsre")
    offices = OfficeTree("35.15", "Asia/Jakarta", [office])
    assert [part.code for part in of_signing(offices, ServiceSettings())] == ["papers_no_bsre"]


def test_a_scanner_says_that_it_is_there_and_its_silence_is_heard() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                assert connection.recv(100) == b"zPING\0"
                connection.sendall(b"PONG\0")

        there = threading.Thread(target=answer)
        there.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert Clamd(address).answers(5.0)
        there.join()
    assert not Clamd(address).answers(1.0)


def shelved(shelf: Path, begun_at: datetime) -> Path:
    folder = shelf / f"mpp-{begun_at:%Y%m%dT%H%M%SZ}"
    folder.mkdir()
    (folder / MANIFEST).write_text("{}")
    return folder


def test_backups_tell_their_age_and_whether_one_was_proved(tmp_path: Path) -> None:
    now = datetime(2026, 11, 28, 2, tzinfo=UTC)

    def told() -> list[str]:
        return [part.code for part in backups.of_shelf(tmp_path, now)]

    assert told() == ["backup_none"]
    old = shelved(tmp_path, now - timedelta(days=40))
    assert told() == ["backup_old", "backup_unproved"]
    prove(old, now - timedelta(days=36))
    new = shelved(tmp_path, now - timedelta(hours=3))
    assert told() == ["backup_proof_old"]
    prove(new, now)
    assert told() == ["backup_well"]
    good, lines = backups.told_of(tmp_path, now)
    assert (good, lines) == (f"{new.name}, 3 jam (h)", [])


def test_a_process_that_may_not_see_backups_says_where_to_ask(tmp_path: Path) -> None:
    (part,) = backups.of_mall(Settings(data=tmp_path), datetime.now(UTC))
    assert part.code == "backup_elsewhere"
