"""A signature by the installation's own key: valid for who checks it with another's eyes, and broken by one byte."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO

import pytest
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from mpp.papers.signing import pades
from mpp.papers.signing.local import NAME, Local, new_key
from mpp.papers.signing.port import AnswerRefused, Passphrase, Signer, SigningUnavailable
from mpp.papers.signing.settings import LocalKey
from mpp.papers.worker.process import Worker
from tests.support.sheets import repainted, sheet

KEY = new_key(datetime.now(UTC))
CERTIFICATE = KEY.certificate
HEAD = Signer("kepala", "Dra. Siti Contoh, M.Si.")


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker(confined=True)
    yield made
    made.close()


@pytest.fixture(scope="module")
def signed(worker: Worker) -> bytes:
    return Local(worker, KEY).sign(sheet(), HEAD).pdf


def test_pyhanko_finds_it_valid_whole_and_of_our_certificate(signed: bytes) -> None:
    (found,) = PdfFileReader(BytesIO(signed)).embedded_regular_signatures
    status = validate_pdf_signature(found, ValidationContext(trust_roots=[Certificate.load(CERTIFICATE)]))
    assert status.bottom_line
    assert found.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert found.docmdp_level is not None
    assert found.docmdp_level.value == 1, "nothing may be changed after it"
    assert status.modification_level == ModificationLevel.NONE
    assert signed.startswith(sheet())


def test_who_asks_is_told_by_whom_and_when(worker: Worker, signed: bytes) -> None:
    (found,) = pades.inspect(worker, signed, [CERTIFICATE])
    assert found.good
    assert (found.trusted, found.by, found.named, found.revision) == (True, NAME, HEAD.name, 2)
    assert found.at is not None
    (strange,) = pades.inspect(worker, signed)
    assert (strange.good, strange.trusted) == (True, False), "right, by somebody who is not known here"
    assert pades.inspect(worker, sheet()) == ()


def test_one_changed_byte_is_found_wherever_it_is(worker: Worker, signed: bytes) -> None:
    words = signed.index(b"contoh")
    for place in (words, len(sheet()) - 40, signed.index(b"/Reason") + 10):
        changed = bytearray(signed)
        changed[place] ^= 1
        try:
            found = pades.inspect(worker, bytes(changed), [CERTIFICATE])
        except AnswerRefused:
            continue  # not even a PDF any more
        assert not any(each.good for each in found), place


def test_what_is_painted_over_it_is_found(worker: Worker, signed: bytes) -> None:
    (found,) = pades.inspect(worker, repainted(signed, "Surat lain"), [CERTIFICATE])
    assert (found.intact, found.whole, found.changed_after, found.good) == (True, False, True, False)


def test_an_answer_is_the_document_that_was_sent_and_nothing_else(worker: Worker, signed: bytes) -> None:
    assert pades.check(worker, sheet(), signed, [CERTIFICATE]).good
    other = Local(worker, KEY).sign(sheet("Surat lain"), HEAD).pdf
    painted = Local(worker, KEY).sign(repainted(sheet(), "Surat lain"), HEAD).pdf
    broken = signed.replace(b"/Reason (", b"/Reason [", 1)
    for wrong, code in (
        (other, "answer_other_document"),
        (painted, "answer_other_document"),
        (sheet(), "answer_not_signed"),
        (b"<html>", "answer_not_pdf"),
        (broken, "answer_signature_broken"),
    ):
        with pytest.raises(AnswerRefused) as refused:
            pades.check(worker, sheet(), wrong)
        assert refused.value.code in (code, "answer_not_pdf")


def test_without_a_key_nothing_is_signed_and_that_is_said(worker: Worker) -> None:
    with pytest.raises(SigningUnavailable) as refused:
        Local(worker, None).sign(sheet(), HEAD)
    assert refused.value.code == "signing_key_missing"
    with pytest.raises(SigningUnavailable):
        Local(worker, LocalKey(b"no key", CERTIFICATE)).sign(sheet(), HEAD)
    assert Local(worker, KEY).sign(sheet(), HEAD).signature.good, "the worker goes on"


def test_a_key_and_the_certificate_of_another_do_not_belong_together() -> None:
    other = new_key(datetime.now(UTC))
    assert LocalKey.read(KEY.written()) == KEY
    for wrong in (LocalKey(KEY.private, other.certificate).written(), "", "a.b", KEY.written().partition(".")[0]):
        with pytest.raises(ValueError):
            LocalKey.read(wrong)


def test_a_passphrase_is_written_nowhere() -> None:
    secret = Passphrase("kopi-hujan")
    assert "kopi" not in f"{secret} {secret!r} {[secret]} {vars(HEAD)}"
    for write in (json.dumps, pickle.dumps):
        with pytest.raises(TypeError):
            write(secret)
