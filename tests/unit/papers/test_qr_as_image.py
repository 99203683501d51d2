"""The QR code is read back from a sheet: 38 mm wide, at 150 dpi, turned by 7 degrees and blurred by a pixel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import segno
from PIL import Image

from mpp.papers.qr.address import LONGEST, text_of
from mpp.papers.qr.claims import Claims
from mpp.papers.qr.keys import Keyring, PaperKey, PaperSigner
from mpp.papers.qr.verifying import verify
from tests.support.scanning import DPI, read_back

SIGNER = PaperSigner(bytes(range(32)))
KEY = PaperKey("permits", SIGNER.public, date(2026, 1, 1), None, ("permit",))
NUMBER = "503/0007/SIP-DR/DPMPTSP/2026"
CLAIMS = Claims("35.15/dpmptsp", "permit", "P7K2M9QX4TB01233", date(2026, 11, 27), NUMBER, "W.C.")
MALL = "https://mpp.sidoarjokab.go.id"
WIDTH_MM = 38.0  # with the quiet zone
A4_MM = (210.0, 297.0)


def sheet_with(text: str) -> Image.Image:
    """An A4 sheet with the code in its corner, as a printer lays it down: modules are no whole number of dots."""
    code = segno.make(text, error="m", micro=False, boost_error=False)
    assert isinstance(code.version, int)
    assert code.version <= 15
    modules = Image.new("L", code.symbol_size(border=4), 255)
    for y, row in enumerate(code.matrix_iter(border=4)):
        for x, dark in enumerate(row):
            modules.putpixel((x, y), 0 if dark else 255)
    dots = round(WIDTH_MM / 25.4 * DPI)
    sheet = Image.new("L", (round(A4_MM[0] / 25.4 * DPI), round(A4_MM[1] / 25.4 * DPI)), 255)
    fine = modules.resize((modules.width * 16, modules.height * 16), Image.Resampling.NEAREST)
    sheet.paste(fine.resize((dots, dots), Image.Resampling.BOX), (120, 1450))
    return sheet


def longest() -> str:
    """The longest text that a paper of ours may bear."""
    texts = (text_of(MALL, replace(CLAIMS, number="9" * length), SIGNER) for length in range(30, 120))
    return max((text for text in texts if "#" in text), key=len)


@pytest.mark.parametrize("text", [text_of(MALL, CLAIMS, SIGNER), longest()], ids=["usual", "longest"])
def test_a_telephone_reads_what_was_printed(text: str) -> None:
    read = read_back(sheet_with(text))
    assert read == text
    assert verify(read, Keyring((KEY,))).claims.code == CLAIMS.code


def test_the_longest_is_as_long_as_is_promised() -> None:
    assert LONGEST - 3 <= len(longest()) <= LONGEST
