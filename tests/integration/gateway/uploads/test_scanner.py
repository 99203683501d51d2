"""Where a virus scanner is named, nothing is kept unseen."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from mpp.files.scanner import Clamd, ScannerAway
from mpp.operations.environment import Environment
from mpp.operations.problem import Problem
from tests.integration.gateway.uploads.browser import Counter, code_of
from tests.support import clamd
from tests.support.documents import pdf


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="mpp-scan-") as name:  # short: the path of a socket may not be long
        Path(name).chmod(0o755)
        with clamd.running(Path(name)) as found:
            yield found


@pytest.fixture
def scanned(counter: Counter, address: str) -> Counter:
    counter.keeper._scanner = Clamd(address)
    return counter


def infected() -> bytes:
    return pdf(more=(b"<< /Length 68 >>\nstream\n" + clamd.EICAR + b"\nendstream",))


def test_what_the_scanner_knows_is_refused_and_nothing_is_stored(scanned: Counter) -> None:
    case = scanned.case()
    with capture_logs() as logs:
        answer = scanned.upload(case, infected())
    assert code_of(answer) == (422, "invalid_fields", [("file", "file_infected")])
    assert scanned.unchanged(case)
    assert "upload.infected" in [line["event"] for line in logs], "an operator may want to know"


def test_what_it_does_not_know_is_taken(scanned: Counter) -> None:
    large = pdf(more=(b"<< /Length 60000 >>\nstream\n" + b"0" * 60_000 + b"\nendstream",))
    for content in (pdf(), large):
        assert scanned.upload(scanned.case(), content).status_code == 201


def test_a_scanner_that_does_not_answer_is_503_and_nothing_is_stored(counter: Counter, tmp_path: Path) -> None:
    counter.keeper._scanner = Clamd(f"unix://{tmp_path}/nobody.sock")
    case = counter.case()
    answer = counter.upload(case, pdf())
    assert code_of(answer) == (503, "scanner_unavailable", [])
    assert answer.headers["Retry-After"] == "30"
    assert counter.unchanged(case)


def test_without_a_scanner_everything_honest_is_taken(counter: Counter) -> None:
    assert counter.upload(counter.case(), infected()).status_code == 201


def test_a_piece_longer_than_it_allows_is_no_answer(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mpp.files.scanner._answer", lambda connection: b"INSTREAM size limit exceeded. ERROR")
    with pytest.raises(ScannerAway):
        Clamd(address).finds([b"x"])


@pytest.mark.parametrize("given", ["clamav:3310", "tcp://clamav", "http://clamav:3310", "unix://"])
def test_an_address_that_cannot_be_one_is_named_at_the_start(given: str) -> None:
    with pytest.raises(Problem, match="MPP_SCANNER"):
        Environment({"MPP_SCANNER": given}).scanner("MPP_SCANNER")
