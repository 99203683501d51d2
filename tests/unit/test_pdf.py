"""PDF: what readers open is taken, what attacks readers is refused, and no file holds up who looks at it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from mpp.files import pdf as outer
from mpp.files import pdf_reader
from mpp.files.kinds import look_inside
from tests.support.documents import pdf
from tests.support.seed import chance


def verdict(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "document.pdf"
    path.write_bytes(content)
    return pdf_reader.read(str(path))


def written(tmp_path: Path, change: str = "", **options: str) -> bytes:
    """As a common program writes it: object streams, a compressed table."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    if change == "javascript":
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
        )
        writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)
    if change == "attachment":
        writer.add_attachment("run.exe", b"MZ")
    if options:
        writer.encrypt(**options, algorithm="AES-256")
    path = tmp_path / "written.pdf"
    writer.write(path)
    return path.read_bytes()


# ------------------------------------------------------------------------------------------- what readers open


@pytest.mark.parametrize(
    "content",
    [
        pdf(),
        b"\xef\xbb\xbf" + pdf(),
        pdf() + b"% a comment\n",
        pdf().replace(b"startxref\n", b"startxref\n1"),  # a wrong address: readers find the table by themselves
        b"%PDF-1.4\n" + b" " * 50_000 + pdf()[9:],  # every address is wrong
        pdf().replace(b"0000000009 00000 n", b"0000000001 00000 n"),
        pdf() + pdf("Kedua")[9:],  # an update behind a first version
        pdf(catalogue=b"/Lang (id) /OpenAction [3 0 R /Fit]"),
        pdf(more=(b"<< /S /URI /URI (https://contoh.example) >>",)),
    ],
)
def test_what_every_reader_opens_is_good(tmp_path: Path, content: bytes) -> None:
    assert verdict(tmp_path, content) == outer.GOOD


def test_what_a_common_program_writes_is_good(tmp_path: Path) -> None:
    assert verdict(tmp_path, written(tmp_path)) == outer.GOOD


def test_a_file_that_only_its_owner_may_change_opens_for_everybody(tmp_path: Path) -> None:
    assert verdict(tmp_path, written(tmp_path, user_password="", owner_password="rahasia")) == outer.GOOD


# ---------------------------------------------------------------------------------------- what attacks a reader


@pytest.mark.parametrize(
    "content",
    [
        pdf(catalogue=b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        pdf(catalogue=b"/OpenAction << /S /J#61vaScript /J#53 (x) >>"),  # the same, written otherwise
        pdf(catalogue=b"/OpenAction 5 0 R", more=(b"<< /S /Launch /F (cmd.exe) >>",)),
        pdf(more=(b"<< /S /Launch /F (cmd.exe) >>",)),  # nothing refers to it, today
        pdf(catalogue=b"/Names << /EmbeddedFiles << /Names [] >> >>"),
        pdf(more=(b"<< /Type /EmbeddedFile /Length 2 >>\nstream\nMZ\nendstream",)),
        pdf(more=(b"<< /Type /Filespec /F (a) /EF << /F 3 0 R >> >>",)),
        pdf(catalogue=b"/AcroForm << /XFA 5 0 R /Fields [] >>", more=(b"<< /Length 1 >>\nstream\nx\nendstream",)),
        pdf(more=(b"[[<< /AA << /O << /S /SubmitForm /F (https://contoh.example) >> >> >>]]",)),
        pdf(more=(b"<< /Subtype /RichMedia /RichMediaContent 3 0 R >>",)),
    ],
)
def test_more_than_pages_is_refused(tmp_path: Path, content: bytes) -> None:
    assert verdict(tmp_path, content) == outer.ACTIVE


@pytest.mark.parametrize("change", ["javascript", "attachment"])
def test_more_than_pages_is_found_in_compressed_files_too(tmp_path: Path, change: str) -> None:
    assert verdict(tmp_path, written(tmp_path, change)) == outer.ACTIVE


def test_a_file_that_asks_for_a_password_is_locked(tmp_path: Path) -> None:
    assert verdict(tmp_path, written(tmp_path, user_password="rahasia")) == outer.LOCKED


def test_a_file_without_a_page_has_none(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf(pages=b"[]")) == outer.WITHOUT_PAGE


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\nstartxref\n9\n%%EOF\n",
        b"%PDF-1.4\n" + b"0" * 500 + b"\nstartxref\n9\n%%EOF\n",
        pdf(more=(b"[" * 500 + b"]" * 500,)),
        pdf(pages=b"[2 0 R]"),  # the pages are in themselves
    ],
)
def test_what_leads_nowhere_is_damaged(tmp_path: Path, content: bytes) -> None:
    assert verdict(tmp_path, content) in (outer.DAMAGED, outer.WITHOUT_PAGE)


def test_no_file_however_it_is_broken_makes_the_reader_fail(tmp_path: Path) -> None:
    dice = chance("broken documents")
    good = [pdf(), written(tmp_path), written(tmp_path, "javascript")]
    for _ in range(150):
        assert verdict(tmp_path, broken(dice, dice.choice(good))) in outer.VERDICTS


def broken(dice: random.Random, content: bytes) -> bytes:
    """Some bytes changed, a piece taken out, or the end cut off."""
    changed = bytearray(content)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(changed))
        how = dice.randrange(3)
        if how == 0:
            changed[at] = dice.randrange(256)
        elif how == 1:
            del changed[at : at + dice.randrange(1, 40)]
        else:
            changed[at:at] = changed[: dice.randrange(60)]
    return bytes(changed)


# ------------------------------------------------------------------------------------ in a process of its own


def test_who_asks_gets_the_word_of_another_process(tmp_path: Path) -> None:
    for content, code in (
        (pdf(), None),
        (pdf(pages=b"[]"), "file_without_page"),
        (pdf(more=(b"<< /S /Launch >>",)), "file_active"),
        (written(tmp_path, user_password="rahasia"), "file_locked"),
        (b"%PDF-1.4 garbage", "file_damaged"),
    ):
        path = tmp_path / "asked.pdf"
        path.write_bytes(content)
        found = look_inside(path)
        assert (None if found is None else found.code) == code


def test_a_reader_that_takes_too_long_or_too_much_is_ended_and_the_file_is_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(pdf())
    assert outer.read(path) == outer.GOOD
    monkeypatch.setattr(outer, "_SECONDS", 0.001)
    assert outer.read(path) == outer.DAMAGED


def test_the_library_reads_what_the_tests_make(tmp_path: Path) -> None:
    path = tmp_path / "made.pdf"
    path.write_bytes(pdf())
    assert len(PdfReader(path, strict=True).pages) == 1
