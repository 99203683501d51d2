"""BSrE's client service: whatever it does, it is known whether a paper is signed, or known that this is not known."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

import pytest

from mpp.papers.signing.bsre import Bsre
from mpp.papers.signing.port import (
    NotRegistered,
    OutcomeUnknown,
    Passphrase,
    Signer,
    SigningFailed,
    SigningUnavailable,
    WrongPassphrase,
)
from mpp.papers.signing.settings import BsreSettings
from mpp.papers.worker.process import Worker
from tests.support import bsre
from tests.support.bsre import StandIn
from tests.support.sheets import sheet

NIK, WORDS = "3515144107909990", "kopi hujan & sepeda"
HEAD = Signer("kepala", "Dra. Siti Contoh, M.Si.", NIK)
SECRET = Passphrase(WORDS)
HASTE = 1.0  # seconds that a test is ready to wait for an answer that never comes


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(confined=True)
    yield made
    made.close()


@pytest.fixture
def service() -> Iterator[StandIn]:
    with bsre.running({NIK: WORDS}) as found:
        yield found


def of(worker: Worker, service: StandIn, *, lookup: bool = True, whole: float = 30.0) -> Bsre:
    return Bsre(worker, service.settings(lookup=lookup, whole=whole), (bsre.CERTIFICATE,))


@pytest.mark.parametrize("does", ["signs", "tells an id"])
def test_a_signed_file_comes_back_at_once_or_by_its_id(worker: Worker, service: StandIn, does: str) -> None:
    service.does = does
    signed = of(worker, service).sign(sheet(), HEAD, SECRET)
    assert signed.pdf.startswith(sheet())
    assert (signed.signature.good, signed.signature.trusted, signed.reference) == (True, True, "dok-1")
    assert service.signed == 1


@pytest.mark.parametrize("nik", [None, "3515144107909999"])
def test_who_is_not_registered_is_told_so_and_nothing_is_sent(
    worker: Worker, service: StandIn, nik: str | None
) -> None:
    with pytest.raises(NotRegistered):
        of(worker, service).sign(sheet(), Signer("kepala", "Siti", nik), SECRET)
    assert "POST /api/sign" not in service.asked


def test_a_wrong_passphrase_uses_up_nothing(worker: Worker, service: StandIn) -> None:
    with pytest.raises(WrongPassphrase):
        of(worker, service).sign(sheet(), HEAD, Passphrase("salah"))
    assert service.signed == 0
    assert of(worker, service).sign(sheet(), HEAD, SECRET).signature.good


@pytest.mark.parametrize(
    ("does", "code"),
    [
        ("never answers", "outcome_unknown"),
        ("slowly", "outcome_unknown"),
        ("too much", "outcome_unknown"),
        ("fails after", "service_failed"),
        ("as a page", "answer_content_type"),
        ("unsigned", "answer_not_signed"),
        ("tells a path", "answer_no_reference"),
    ],
)
def test_what_may_have_been_signed_is_looked_up_and_not_sent_again(
    worker: Worker, service: StandIn, does: str, code: str
) -> None:
    service.does = does
    asking = of(worker, service, whole=HASTE if does in ("never answers", "slowly") else 30.0)
    with pytest.raises(OutcomeUnknown) as unknown:
        asking.sign(sheet(), HEAD, SECRET)
    assert unknown.value.code == code
    found = of(worker, service).look_up(sheet(), unknown.value.reference)
    assert found is not None
    assert found.signature.good
    assert service.signed == 1


def test_what_was_not_signed_is_known_to_be_so(worker: Worker, service: StandIn) -> None:
    service.does = "fails before"
    with pytest.raises(OutcomeUnknown):
        of(worker, service).sign(sheet(), HEAD, SECRET)
    assert of(worker, service).look_up(sheet()) is None


@pytest.mark.parametrize("does", ["another document", "painted over"])
def test_a_service_that_returns_another_document_is_found(worker: Worker, service: StandIn, does: str) -> None:
    service.does = does
    with pytest.raises(OutcomeUnknown) as unknown:
        of(worker, service).sign(sheet(), HEAD, SECRET)
    assert unknown.value.code == "answer_other_document"
    if does == "painted over":
        with pytest.raises(OutcomeUnknown):
            of(worker, service).look_up(sheet())


def test_a_service_that_cannot_be_asked_leaves_it_unknown(worker: Worker, service: StandIn) -> None:
    with pytest.raises(OutcomeUnknown) as unknown:
        of(worker, service, lookup=False).look_up(sheet())
    assert unknown.value.code == "lookup_not_possible"


def test_a_service_that_is_away_or_knows_us_not_signs_nothing(worker: Worker, service: StandIn) -> None:
    away = BsreSettings("http://127.0.0.1:1", "mal", "sandi")
    stranger = BsreSettings(service.url, "mal", "salah")
    for settings, code in ((away, "service_away"), (stranger, "service_credentials")):
        with pytest.raises(SigningUnavailable) as refused:
            Bsre(worker, settings).sign(sheet(), HEAD, SECRET)
        assert refused.value.code == code
    assert service.signed == 0


@pytest.mark.parametrize(
    "does", ["signs", "never answers", "fails after", "as a page", "another document", "fails before"]
)
def test_neither_the_passphrase_nor_the_nik_is_in_what_anybody_may_read(
    worker: Worker, service: StandIn, does: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    service.does = does
    asking = of(worker, service, whole=HASTE if does == "never answers" else 30.0)
    caplog.set_level(logging.DEBUG)
    texts = [repr(asking), repr(HEAD), repr(service.settings())]
    for secret in (SECRET, Passphrase(f"salah {WORDS}")):
        try:
            texts.append(repr(asking.sign(sheet(), HEAD, secret)))
        except SigningFailed as failed:
            texts += traceback.format_exception(failed)
            assert failed.__context__ is None, "what requests raises holds what was sent"
    # the server of the stand-in itself writes a line for each request
    texts += [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    everything = "\n".join(texts)
    assert WORDS not in everything
    assert NIK not in everything
    assert "sandi-layanan" not in everything
