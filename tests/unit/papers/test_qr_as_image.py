"""The QR code is read back from a printed paper: at 150 dpi, turned by 7 degrees and blurred by a pixel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from mpp.papers.facts import FACTS
from mpp.papers.qr.address import LONGEST, text_of
from mpp.papers.qr.claims import Claims
from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner
from mpp.papers.qr.verifying import verify
from mpp.papers.rendering.renderer import Renderer
from mpp.papers.templates.finding import shipped
from tests.support.scanning import DPI, read_back
from tests.unit.papers.examples import certificate

SIGNER = PaperSigner(bytes(range(32)))
KEY = PaperKey("permits", SIGNER.public, date(2026, 1, 1), None, ("permit",))
NUMBER = "503/0007/SIP-DR/DPMPTSP/2026"
CLAIMS = Claims("35.15/dpmptsp", "permit", "P7K2M9QX4TB01233", date(2026, 11, 27), NUMBER, "W.C.")
MALL = "https://mpp.sidoarjokab.go.id"


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def longest() -> str:
    """The longest text that a paper of ours may bear."""
    texts = (text_of(MALL, replace(CLAIMS, number="9" * length), SIGNER) for length in range(30, 120))
    return max((text for text in texts if "#" in text), key=len)


@pytest.mark.parametrize("text", [text_of(MALL, CLAIMS, SIGNER), longest()], ids=["usual", "longest"])
@pytest.mark.parametrize("template", [name for name in shipped() if name != "receipt"])
def test_a_telephone_reads_what_was_printed(renderer: Renderer, template: str, text: str) -> None:
    printed = renderer.render(certificate(template=template, facts=FACTS, qr=text)).pdf
    sheets = [page.render(scale=DPI / 72).to_pil() for page in pypdfium2.PdfDocument(printed)]
    read = [said for sheet in sheets for said in read_back(sheet)]
    assert read == [text]
    assert verify(read[0], Keyring((KEY,))).claims.code == CLAIMS.code


def test_the_longest_is_as_long_as_is_promised() -> None:
    assert LONGEST - 3 <= len(longest()) <= LONGEST
