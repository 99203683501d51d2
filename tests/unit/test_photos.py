"""What a photo is, where it ends, and what it tells of who took it."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from mpp.files.kinds import JPEG, PDF, PNG, Looked, look
from tests.support.documents import archive, chunk, jpeg, pdf, png, segment

HERE = b"7 25.123 S, 112 43.456 E"
BY = b"Warga Contoh 01"


def exif(orientation: int | None, order: str = "<") -> bytes:
    """An Exif segment with who and where, and which way is up where it is said."""
    entries = [
        struct.pack(f"{order}HHI4s", 0x8298, 2, 4, b"oleh"),
        struct.pack(f"{order}HHI4s", 0x8825, 4, 1, b"\0\0\0\0"),
    ]
    if orientation is not None:
        entries.insert(0, struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0))
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(f"{order}HI", 42, 8)
    body = struct.pack(f"{order}H", len(entries)) + b"".join(entries) + bytes(4) + BY + HERE
    return segment(0xE1, b"Exif\x00\x00" + head + body)


def looked(tmp_path: Path, content: bytes, media: str = JPEG, *, public: bool = False) -> tuple[Looked, bytes]:
    path = tmp_path / "photo"
    path.write_bytes(content)
    return look(path, media, public=public), path.read_bytes()


@pytest.mark.parametrize(
    "tail", [b"SEFH" + bytes(40), archive(), b"<script>alert(1)</script>", b"\xff\xd8\xff\xe1 cut off"]
)
@pytest.mark.parametrize(("photo", "media"), [(jpeg(), JPEG), (png(), PNG)])
def test_a_makers_tail_is_taken_off_and_the_sender_is_told(
    tmp_path: Path, photo: bytes, media: str, tail: bytes
) -> None:
    found, kept = looked(tmp_path, photo + tail, media)
    assert (found.fault, found.notes, found.rewritten) == (None, ("tail_removed",), True)
    assert kept == photo


def test_a_line_end_behind_a_photo_is_nothing_to_tell(tmp_path: Path) -> None:
    found, kept = looked(tmp_path, jpeg() + b"\r\n")
    assert (found.fault, found.notes, kept) == (None, (), jpeg())


def test_an_archive_whose_comment_is_the_rest_of_the_photo_is_found(tmp_path: Path) -> None:
    hidden = bytearray(archive())
    photo = jpeg(segment(0xE2, bytes(hidden)))
    at = photo.index(b"PK\x05\x06")
    hidden[-2:] = struct.pack("<H", len(photo) - at - 22)
    found, _ = looked(tmp_path, jpeg(segment(0xE2, bytes(hidden))))
    assert found.fault is not None
    assert found.fault.code == "file_has_trailer"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turned", [None, 1, 6, 8])
def test_a_public_photo_tells_nothing_but_which_way_is_up(tmp_path: Path, turned: int | None, order: str) -> None:
    more = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00" + HERE) + segment(0xED, BY) + segment(0xFE, BY)
    found, kept = looked(tmp_path, jpeg(exif(turned, order) + more), public=True)
    assert (found.fault, found.notes, found.rewritten) == (None, ("traces_removed",), True)
    assert HERE not in kept
    assert BY not in kept
    again, same = looked(tmp_path, kept, public=True)
    assert (again.fault, again.notes, again.rewritten) == (None, (), False), "it tells nothing any more"
    assert same == kept
    assert (bytes([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned or 0]) in kept) == (turned is not None)


def test_a_public_png_tells_nothing(tmp_path: Path) -> None:
    told = png().replace(png()[33:], chunk(b"tEXt", b"Author\x00" + BY) + chunk(b"eXIf", HERE) + png()[33:])
    found, kept = looked(tmp_path, told, PNG, public=True)
    assert (found.notes, kept) == (("traces_removed",), png())


def test_evidence_stays_as_it_was_taken_and_its_sender_is_told(tmp_path: Path) -> None:
    photo = jpeg(exif(6))
    found, kept = looked(tmp_path, photo)
    assert (found.fault, found.notes, found.rewritten) == (None, ("traces_kept",), False)
    assert kept == photo


@pytest.mark.parametrize("broken", [b"", b"II", b"II*\x00\xff\xff\xff\xff", b"MM\x00*\x00\x00\x00\x08\xff\xff"])
def test_what_nobody_can_read_goes_as_well(tmp_path: Path, broken: bytes) -> None:
    found, kept = looked(tmp_path, jpeg(segment(0xE1, b"Exif\x00\x00" + broken + HERE)), public=True)
    assert found.notes == ("traces_removed",)
    assert HERE not in kept


@pytest.mark.parametrize("media", [PDF, JPEG, PNG])
def test_a_heic_photo_is_refused_by_its_own_name(tmp_path: Path, media: str) -> None:
    found, _ = looked(tmp_path, b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100), media)
    assert found.fault is not None
    assert found.fault.code == "file_is_heic"


def test_more_pixels_than_a_reader_can_take_are_refused(tmp_path: Path) -> None:
    huge = chunk(b"IHDR", struct.pack(">IIBBBBB", 2**31 - 1, 1, 8, 0, 0, 0, 0))
    wide = png()[:8] + huge + png()[33:]
    tall = jpeg().replace(b"\x08\x00\x01\x00\x01\x01", b"\x08\xff\xff\xff\xff\x01")
    for content, media in ((wide, PNG), (tall, JPEG)):
        found, _ = looked(tmp_path, content, media)
        assert found.fault is not None
        assert found.fault.code == "file_has_too_many_pixels"


def test_a_pdf_has_nothing_to_tell_here(tmp_path: Path) -> None:
    found, kept = looked(tmp_path, pdf(), PDF, public=True)
    assert (found, kept) == (Looked(), pdf())
