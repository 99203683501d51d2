"""What a file is, by its content: followed from the first byte to the last.

A name and a media type are what the sender says. A file that passes here is read as the same thing by everybody: it
begins as what it is, it is whole, and nothing follows its end, so that it cannot be an archive or a page as well.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mpp.casework.refusals import FieldError
from mpp.files import images, pdf

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS: Mapping[str, tuple[str, ...]] = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
FIELD = "file"

# What was done to a photo, or what it goes on telling: the sender is told.
Note = Literal["tail_removed", "traces_removed", "traces_kept"]

_NAMES = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG"}
_HEIC = (b"heic", b"heix", b"heif", b"hevc", b"mif1", b"msf1")  # brands of ISO/IEC 23008-12
_ZIP_END, _ZIP_END_LENGTH, _ZIP_COMMENT = b"PK\x05\x06", 22, 65535
_OF_PDF = {
    pdf.DAMAGED: "file_damaged",
    pdf.WITHOUT_PAGE: "file_without_page",
    pdf.LOCKED: "file_locked",
    pdf.ACTIVE: "file_active",
}


@dataclass(frozen=True)
class Looked:
    """What became of a look at a file: what is wrong with it, or what the sender is told about a good one."""

    fault: FieldError | None = None
    notes: tuple[Note, ...] = ()
    rewritten: bool = False  # the file on disk is another one now


def look(path: Path, media: str, public: bool = False) -> Looked:
    """Look at the file as one of this media type.

    A photo loses its tail on the way and, if `public`, what it tells beside the picture. Codes: `file_empty`,
    `file_of_other_type`, `file_is_heic`, `file_damaged`, `file_has_trailer`, `file_has_too_many_pixels`. Reads through
    a memory map: a large file costs time, not memory, but for a public photo that is written anew. Of a PDF only what
    stands around the document; the rest is `look_inside`.
    """
    if path.stat().st_size == 0:
        return _wrong("file_empty", media)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
            return _wrong("file_is_heic", media)
        if _begins_as(data) != media:
            return _wrong("file_of_other_type", media)
        try:
            if media == PDF:
                pdf.follow(data)
                _no_archive(data, len(data))
                return Looked()
            image = images.jpeg(data) if media == JPEG else images.png(data)
            _no_archive(data, image.end)
            notes, telling = _notes(data, image, public)
            content = b"".join(images.without(data, image)) if telling and public else None
            cut = image.end < len(data)
        except (pdf.Trailer, _Archive):
            return _wrong("file_has_trailer", media)
        except (pdf.Damaged, images.Damaged):
            return _wrong("file_damaged", media)
        except images.TooLarge:
            return _wrong("file_has_too_many_pixels", media)
    if content is not None:
        path.write_bytes(content)
    elif cut:
        os.truncate(path, image.end)
    return Looked(notes=notes, rewritten=cut or content is not None)


def look_inside(path: Path) -> FieldError | None:
    """What is wrong inside a PDF; None for a good one. Waits for a process of its own, not for a processor.

    Codes: `file_damaged`, `file_without_page`, `file_locked`, `file_active`.
    """
    code = _OF_PDF.get(pdf.read(path))
    return None if code is None else FieldError(FIELD, code, {"expected": _NAMES[PDF]})


class _Archive(Exception):
    """It is an archive as well."""


def _wrong(code: str, media: str) -> Looked:
    params = {} if code == "file_empty" else {"expected": _NAMES[media]}
    return Looked(FieldError(FIELD, code, params))


def _notes(data: mmap.mmap, image: images.Image, public: bool) -> tuple[tuple[Note, ...], bool]:
    """What the sender is told, and whether the photo tells anything beside the picture."""
    notes: list[Note] = ["tail_removed"] if any(data[image.end :].strip(b"\x00\r\n\t ")) else []
    telling = images.tells(data, image)
    if telling:
        notes.append("traces_removed" if public else "traces_kept")
    return tuple(notes), telling


def _begins_as(data: mmap.mmap) -> str | None:
    if pdf.begins(data):
        return PDF
    if data[:3] == b"\xff\xd8\xff":
        return JPEG
    return PNG if data[:8] == b"\x89PNG\r\n\x1a\n" else None


def _no_archive(data: mmap.mmap, end: int) -> None:
    """A ZIP is read from its end, so one can hide in anything: its end record points at the end of the file."""
    start = max(0, end - _ZIP_END_LENGTH - _ZIP_COMMENT)
    while (start := data.find(_ZIP_END, start, end)) >= 0:
        comment = int.from_bytes(data[start + 20 : start + 22], "little")
        if start + _ZIP_END_LENGTH + comment == end:
            raise _Archive
        start += 1
