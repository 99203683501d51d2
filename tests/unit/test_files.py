"""What counts as a document, what its name becomes, and what the folder promises."""

from __future__ import annotations

import errno
import hashlib
import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mpp.casework.refusals import Refused
from mpp.files import folder as module
from mpp.files.folder import Folder
from mpp.files.kinds import JPEG, PDF, PNG, look
from mpp.files.names import MAX_NAME, clean_name, disposition, is_clean
from tests.support.documents import archive, jpeg, pdf, png, segment


def verdict(tmp_path: Path, content: bytes, media: str) -> str | None:
    path = tmp_path / "document"
    path.write_bytes(content)
    found = look(path, media).fault
    return None if found is None else found.code


@pytest.mark.parametrize(("content", "media"), [(pdf(), PDF), (jpeg(), JPEG), (png(), PNG)])
def test_a_whole_document_is_taken(tmp_path: Path, content: bytes, media: str) -> None:
    assert verdict(tmp_path, content, media) is None


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (png(), PDF),
        (pdf(), JPEG),
        (jpeg(), PNG),
        (archive(), PDF),  # a zip renamed to .pdf
        (b"<html><script>alert(1)</script></html>", PDF),
        (b"MZ\x90\x00", PDF),
        (b"<html>" + pdf(), PDF),  # something stands before the header: it may begin as anything
        (b"%PDF", PDF),
        (b"\xff\xd8", JPEG),
        (b"\x89PNG", PNG),
    ],
)
def test_a_file_that_does_not_begin_as_its_type_is_of_another_type(tmp_path: Path, content: bytes, media: str) -> None:
    assert verdict(tmp_path, content, media) == "file_of_other_type"


def test_nothing_is_no_document(tmp_path: Path) -> None:
    assert {verdict(tmp_path, b"", media) for media in (PDF, JPEG, PNG)} == {"file_empty"}


@pytest.mark.parametrize(("content", "media"), [(jpeg(), JPEG), (png(), PNG)])
def test_an_image_cut_off_anywhere_is_damaged(tmp_path: Path, content: bytes, media: str) -> None:
    for length in range(9, len(content)):
        assert verdict(tmp_path, content[:length], media) == "file_damaged", length


def test_a_pdf_without_its_end_is_damaged(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf()[:-8], PDF) == "file_damaged"
    assert verdict(tmp_path, b"%PDF-1.7\n", PDF) == "file_damaged"
    assert verdict(tmp_path, b"%PDF-1.7\n%%EOF\n", PDF) == "file_damaged"
    assert verdict(tmp_path, b"%PDF-1.7\nstartxref\n9999\n%%EOF\n", PDF) == "file_damaged"  # points outside


def test_a_png_whose_checksum_does_not_fit_is_damaged(tmp_path: Path) -> None:
    content = bytearray(png())
    content[17] ^= 1
    assert verdict(tmp_path, bytes(content), PNG) == "file_damaged"


def test_a_pdf_that_goes_on_after_its_end_could_be_something_else_as_well(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf() + archive(), PDF) == "file_has_trailer"
    assert verdict(tmp_path, pdf() + b"<script>alert(1)</script>", PDF) == "file_has_trailer"
    assert verdict(tmp_path, pdf() + b"% a comment\n<script>", PDF) == "file_has_trailer"


def test_an_archive_inside_a_document_is_found_by_its_end_record(tmp_path: Path) -> None:
    tail = b"startxref\n9\n%%EOF\n"
    hidden = bytearray(archive())
    hidden[-2:] = struct.pack("<H", len(tail))  # the rest of the PDF is the comment of the archive
    assert verdict(tmp_path, b"%PDF-1.4\n" + bytes(hidden) + tail, PDF) == "file_has_trailer"


def test_what_scanners_and_phones_do_is_allowed(tmp_path: Path) -> None:
    assert verdict(tmp_path, pdf() + b"\r\n\x00\x00", PDF) is None
    assert verdict(tmp_path, b"\xef\xbb\xbf" + pdf(), PDF) is None  # a mark of the encoding
    assert verdict(tmp_path, b" \r\n" + pdf(), PDF) is None
    assert verdict(tmp_path, pdf() + b"% made by a signing program\n%%more\n", PDF) is None
    assert verdict(tmp_path, pdf() + pdf()[9:], PDF) is None  # an update appended to the first version
    assert verdict(tmp_path, jpeg() + jpeg(), JPEG) is None  # a brightness map behind the picture
    thumbnail = segment(0xE1, b"Exif\x00\x00" + jpeg())
    assert verdict(tmp_path, jpeg(thumbnail), JPEG) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("KTP pemohon.pdf", "KTP pemohon.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\budi\\str.PDF", "str.PDF"),
        ("baris\r\nbaru.pdf", "barisbaru.pdf"),
        ("nol\x00.pdf", "nol.pdf"),
        ("surat\u202efdp.exe", "suratfdp.exe.pdf"),
        ("setup.exe", "setup.exe.pdf"),
        ("..", "str.pdf"),
        (".pdf", "str.pdf"),
        ("", "str.pdf"),
        (None, "str.pdf"),
        ("\u0065\u0301.pdf", "\u00e9.pdf"),
    ],
)
def test_a_name_is_kept_as_text_that_is_nothing_but_a_name(given: str | None, kept: str) -> None:
    assert clean_name(given, PDF, "str") == kept
    assert is_clean(kept, PDF)


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    kept = clean_name("a" * 500 + ".jpeg", JPEG, "foto")
    assert len(kept) == MAX_NAME
    assert kept.endswith("a.jpeg")


def test_the_name_of_a_download_cannot_leave_its_header() -> None:
    value = disposition('a"; x=b\\ñ%.pdf')
    assert value == "attachment; filename=\"a_; x=b___.pdf\"; filename*=UTF-8''a%22%3B%20x%3Db%5C%C3%B1%25.pdf"
    assert value.isascii()


# ---------------------------------------------------------------------------------------------------- the folder


def reader(content: bytes, step: int = 7) -> Callable[[int], bytes]:
    """Gives a content in small parts, as a socket does."""
    rest = bytearray(content)

    def read(most: int) -> bytes:
        part = bytes(rest[: min(most, step)])
        del rest[: len(part)]
        return part

    return read


def stored(folder: Folder) -> list[str]:
    return sorted(p.name for p in folder.root.rglob("*") if p.is_file())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "files", reserve=0)


def put(folder: Folder, content: bytes) -> str:
    with folder.receive(reader(content), len(content)) as received:
        folder.place(received)
    return received.sha256


def test_a_content_lies_under_its_hash_and_only_once(folder: Folder) -> None:
    content = pdf()
    name = put(folder, content)
    assert put(folder, content) == name == hashlib.sha256(content).hexdigest()
    assert stored(folder) == [name]
    assert folder.path(name) == folder.root / name[:2] / name[2:4] / name
    assert b"".join(folder.open(name)) == content
    ours = [folder.root, *folder.root.rglob("*")]
    assert [p for p in ours if p.stat().st_mode & 0o077] == []  # nobody else on the machine may look


def test_what_is_received_and_not_placed_is_gone(folder: Folder) -> None:
    with folder.receive(reader(b"abc"), 3) as received:
        assert received.path.read_bytes() == b"abc"
    assert stored(folder) == []


def test_an_upload_that_ends_early_leaves_nothing(folder: Folder) -> None:
    with pytest.raises(Refused) as refused, folder.receive(reader(b"abc"), 4):
        pass
    assert (refused.value.status, refused.value.code) == (400, "upload_cut_off")
    assert stored(folder) == []


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.ENOSPC, "storage_full"), (errno.EDQUOT, "storage_full"), (errno.EIO, "storage_unavailable")],
)
@pytest.mark.parametrize("step", ["write", "sync", "rename"])
def test_a_disk_that_fails_at_any_step_is_503_and_leaves_nothing(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, step: str, number: int, code: str
) -> None:
    def fail(*_: Any) -> Any:
        raise OSError(number, os.strerror(number))

    if step == "write":
        monkeypatch.setattr(module, "_append", fail)
    else:
        monkeypatch.setattr(module.os, {"sync": "fsync", "rename": "replace"}[step], fail)
    with pytest.raises(Refused) as refused:
        put(folder, pdf())
    assert (refused.value.status, refused.value.code) == (503, code)
    assert stored(folder) == []


def test_uploads_leave_the_others_on_the_disk_their_room(tmp_path: Path) -> None:
    greedy = Folder(tmp_path / "files", reserve=1 << 62)
    with pytest.raises(Refused) as refused:
        put(greedy, pdf())
    assert refused.value.code == "storage_full"
    assert stored(greedy) == []


def test_what_a_dead_process_left_is_cleared_and_what_is_under_way_is_not(folder: Folder) -> None:
    put(folder, pdf())
    for name, age in (("old.part", 7200), ("new.part", 10)):
        path = folder.root / "incoming" / name
        path.write_bytes(b"half")
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    assert folder.clear_incoming(1_000_000 - 3600) == 1
    assert "new.part" in stored(folder)
    assert "old.part" not in stored(folder)


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "a" * 63, "", "a" * 64 + "\n"])
def test_only_a_hash_is_a_path(folder: Folder, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        folder.path(name)


def test_a_large_png_is_checked_to_its_end(tmp_path: Path) -> None:
    large = png(os.urandom(300_000))
    assert verdict(tmp_path, large, PNG) is None
