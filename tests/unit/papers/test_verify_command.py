"""`mpp verify paper` tells whose a file is, and says no to every other one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from mpp.operations.commands.verify import app
from mpp.operations.problem import Problem
from mpp.operations.signing import SIGNING_KEY
from mpp.papers.qr.address import text_of
from mpp.papers.qr.claims import Claims
from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner
from mpp.papers.signing.local import Local, new_key
from mpp.papers.signing.port import Signer
from mpp.papers.worker.process import Worker
from tests.support.sheets import linking, sheet

OURS, OTHERS = new_key(datetime.now(UTC)), new_key(datetime.now(UTC))
QR_KEY = PaperSigner(b"q" * 32)
CLAIMS = Claims("35.15/dpmptsp", "permit", "P5AMRJHCCGDGB0FE", date(2026, 11, 27), "503/1/2026", "W.C.")
QR = text_of("https://mpp.example.go.id", CLAIMS, QR_KEY)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(confined=True)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _mall(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ring = Keyring((PaperKey("permits", QR_KEY.public, date(2026, 11, 26), kinds=("permit",)),))
    monkeypatch.setenv("MPP_DATA", str(tmp_path / "data"))
    monkeypatch.setenv(SIGNING_KEY, OURS.written())
    monkeypatch.setenv("MPP_PAPER_PUBLIC_KEYS", ring.listed())


def verified(folder: Path, pdf: bytes, *more: str) -> Any:
    file = folder / "surat.pdf"
    file.write_bytes(pdf)
    return CliRunner().invoke(app, ["paper", str(file), *more])


def test_a_paper_of_the_mall_is_told_with_signer_revision_and_claims(worker: Worker, tmp_path: Path) -> None:
    pdf = Local(worker, OURS).sign(linking(QR), Signer("kepala", "Dra. Siti Contoh, M.Si.")).pdf
    told = verified(tmp_path, pdf)
    assert told.exit_code == 0, told.output
    for words in ("utuh | whole", "Dra. Siti Contoh, M.Si.", "revision 2", "dikenal | known", "503/1/2026", "W.C."):
        assert words in told.output


def test_what_is_not_the_mall_s_or_not_whole_is_not_genuine(worker: Worker, tmp_path: Path) -> None:
    signed = Local(worker, OURS).sign(sheet(), Signer("kepala")).pdf
    forged = Local(worker, OTHERS).sign(sheet(), Signer("kepala")).pdf
    changed = signed.replace(b"izin contoh", b"izin Contoh")
    for pdf, words in ((forged, "NOT KNOWN"), (changed, "BROKEN"), (sheet(), "not signed")):
        told = verified(tmp_path, pdf)
        assert told.exit_code == 1
        assert words in told.output
        assert "NOT PROVEN GENUINE" in told.output


def test_a_certificate_may_be_trusted_by_hand(worker: Worker, tmp_path: Path) -> None:
    pem = tmp_path / "lain.pem"
    pem.write_bytes(x509.load_der_x509_certificate(OTHERS.certificate).public_bytes(Encoding.PEM))
    pdf = Local(worker, OTHERS).sign(sheet(), Signer("kepala")).pdf
    assert verified(tmp_path, pdf, "--trust", str(pem)).exit_code == 0


def test_a_qr_code_of_somebody_else_is_told(worker: Worker, tmp_path: Path) -> None:
    forged = text_of("https://mpp.example.go.id", CLAIMS, PaperSigner(b"z" * 32))
    told = verified(tmp_path, Local(worker, OURS).sign(linking(forged), Signer("kepala")).pdf)
    assert "NOT GENUINE (unknown_key)" in told.output
    assert told.exit_code == 1


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"surat"])
def test_what_is_no_pdf_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    assert isinstance(verified(tmp_path, content).exception, Problem)
