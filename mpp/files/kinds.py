"""What a file is, by its content: its structure is followed from the first byte to the last.

A name and a media type are what the sender says. A file that passes here is read as the same thing by everybody: it
begins as what it is, it is whole, and nothing follows its end, so that it cannot be an archive or a page as well.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Mapping
from pathlib import Path

from mpp.casework.refusals import FieldError

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
EXTENSIONS: Mapping[str, tuple[str, ...]] = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
FIELD = "file"

_NAMES = {PDF: "PDF", JPEG: "JPEG", PNG: "PNG"}
_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
# The last thing of a PDF (ISO 32000-2, 7.5.5), and padding that scanners leave behind it.
_PDF_END = re.compile(rb"startxref[\r\n\t ]+([0-9]{1,10})[\r\n\t ]+%%EOF[\x00\r\n\t ]*\Z")
_PDF_TAIL = 4096
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_START, _JPEG_END = b"\xff\xd8", 0xD9
# In the coded image FF stands before 00 (a stuffed byte) or D0-D7 (a restart); anything else is the next marker.
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_ZIP_END, _ZIP_END_LENGTH, _ZIP_COMMENT = b"PK\x05\x06", 22, 65535
_STEP = 64 * 1024


class _Damaged(Exception):
    """The structure leads nowhere: cut off, or garbage."""


class _Trailer(Exception):
    """The document is over, and the file goes on."""


def fault(path: Path, media: str) -> FieldError | None:
    """What is wrong with the file as one of this media type; None for a good one.

    Codes: `file_empty`, `file_of_other_type`, `file_damaged`, `file_has_trailer`. Reads through a memory map: a large
    file costs time, not memory.
    """
    if path.stat().st_size == 0:
        return FieldError(FIELD, "file_empty")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if _begins_as(data) != media:
            return FieldError(FIELD, "file_of_other_type", {"expected": _NAMES[media]})
        try:
            {PDF: _pdf, JPEG: _jpeg, PNG: _png}[media](data)
            _no_archive(data)
        except _Trailer:
            return FieldError(FIELD, "file_has_trailer", {"expected": _NAMES[media]})
        except _Damaged:
            return FieldError(FIELD, "file_damaged", {"expected": _NAMES[media]})
    return None


def _begins_as(data: mmap.mmap) -> str | None:
    if _PDF_HEADER.match(data):
        return PDF
    if data[:3] == _JPEG_START + b"\xff":
        return JPEG
    return PNG if data[:8] == _PNG_SIGNATURE else None


def _pdf(data: mmap.mmap) -> None:
    tail = data[max(0, len(data) - _PDF_TAIL) :]
    end = _PDF_END.search(tail)
    if end is None:
        raise _Trailer if b"%%EOF" in tail and b"startxref" in tail else _Damaged
    if int(end.group(1)) >= len(data):
        raise _Damaged


def _png(data: mmap.mmap) -> None:
    at = len(_PNG_SIGNATURE)
    seen: set[bytes] = set()
    while True:
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        after = at + 12 + length
        if after > len(data) or len(kind) < 4 or (not seen and kind != b"IHDR"):
            raise _Damaged
        if _crc(data, at + 4, at + 8 + length) != int.from_bytes(data[after - 4 : after], "big"):
            raise _Damaged
        if kind == b"IHDR" and (length != 13 or not any(data[at + 8 : at + 12]) or not any(data[at + 12 : at + 16])):
            raise _Damaged
        seen.add(kind)
        at = after
        if kind == b"IEND":
            break
    if b"IDAT" not in seen:
        raise _Damaged
    if at != len(data):
        raise _Trailer


def _crc(data: mmap.mmap, start: int, end: int) -> int:
    found = 0
    for at in range(start, end, _STEP):
        found = zlib.crc32(data[at : min(end, at + _STEP)], found)
    return found


def _jpeg(data: mmap.mmap) -> None:
    """One image, or several: phones put the brightness map of a picture behind it, a JPEG of its own (CIPA DC-007)."""
    at = 0
    while True:
        at = _jpeg_image(data, at)
        while at < len(data) and data[at] == 0:
            at += 1
        if at == len(data):
            return
        if data[at : at + 2] != _JPEG_START:
            raise _Trailer


def _jpeg_image(data: mmap.mmap, at: int) -> int:
    """Follow the segments (ITU-T T.81, annex B) from SOI; the position behind EOI."""
    at += 2
    sized = scanned = False
    while True:
        marker = _JPEG_MARKER.match(data, at) or (_JPEG_MARKER.search(data, at) if scanned else None)
        if marker is None:
            raise _Damaged
        code, at = marker.group(1)[0], marker.end()
        if code == _JPEG_END:
            if not (sized and scanned):
                raise _Damaged
            return at
        if code in _JPEG_BARE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2 or at + length > len(data):
            raise _Damaged
        if code in _JPEG_SIZES:
            # Height 0 means that a later segment tells it; a width of 0 is no image.
            sized = length >= 8 and any(data[at + 5 : at + 7])
        scanned = scanned or code == 0xDA
        at += length


def _no_archive(data: mmap.mmap) -> None:
    """A ZIP is read from its end, so one can hide in anything: its end record points at the end of the file."""
    start = max(0, len(data) - _ZIP_END_LENGTH - _ZIP_COMMENT)
    while (start := data.find(_ZIP_END, start)) >= 0:
        comment = int.from_bytes(data[start + 20 : start + 22], "little")
        if start + _ZIP_END_LENGTH + comment == len(data):
            raise _Trailer
        start += 1
