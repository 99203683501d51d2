"""Photos and scans by their structure: where the image ends, how large it is, and what it tells of who took it.

JPEG: ITU-T T.81 annex B; PNG: ISO/IEC 15948; Exif: CIPA DC-008.
"""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

MOST_PIXELS = 120_000_000  # four times what a good phone takes; more would fill a reader's memory

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_JPEG_START, _JPEG_END = b"\xff\xd8", 0xD9
# In the coded image FF stands before 00 (a stuffed byte) or D0-D7 (a restart); anything else is the next marker.
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_TELLING = frozenset({0xE1, 0xED, 0xFE})  # Exif and XMP, IPTC, comment: all in front of the first scan
_EXIF = b"Exif\x00\x00"
_PNG_TELLING = frozenset({b"eXIf", b"iTXt", b"tEXt", b"zTXt", b"tIME"})
_STEP = 64 * 1024


class Damaged(Exception):
    """The structure leads nowhere: cut off, or garbage."""


class TooLarge(Exception):
    """More pixels than anybody's reader can take."""


@dataclass(frozen=True)
class Part:
    """A piece of the file, from `start` up to `end`: a segment, a chunk, or coded image."""

    kind: bytes
    start: int
    end: int


@dataclass(frozen=True)
class Image:
    """A whole image in a file: `end` is where it is over, `parts` are all that it is made of, in order."""

    end: int
    parts: tuple[Part, ...]


def png(data: mmap.mmap) -> Image:
    """Follow the chunks. Raises Damaged and TooLarge."""
    at = len(_PNG_SIGNATURE)
    parts = [Part(b"", 0, at)]
    while parts[-1].kind != b"IEND":
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        after = at + 12 + length
        if after > len(data) or len(kind) < 4 or (len(parts) == 1 and kind != b"IHDR"):
            raise Damaged
        if _crc(data, at + 4, at + 8 + length) != int.from_bytes(data[after - 4 : after], "big"):
            raise Damaged
        if kind == b"IHDR":
            if length != 13:
                raise Damaged
            _sized(int.from_bytes(data[at + 8 : at + 12], "big"), int.from_bytes(data[at + 12 : at + 16], "big"))
        parts.append(Part(kind, at, after))
        at = after
    if not any(part.kind == b"IDAT" for part in parts):
        raise Damaged
    return Image(at, tuple(parts))


def jpeg(data: mmap.mmap) -> Image:
    """One image, or several: phones put the brightness map of a picture behind it, a JPEG of its own (CIPA DC-007).

    Only the first may tell of who took it: what stands in the others is coded image to us. Raises Damaged and TooLarge.
    """
    first = _jpeg_image(data, 0)
    at, end = first.end, first.end
    while data[at : at + 2] == _JPEG_START:
        try:
            at = end = _jpeg_image(data, at).end
        except Damaged:
            break  # a tail that only begins like an image
        while at < len(data) and data[at] == 0:
            at += 1
    return Image(end, (*first.parts, Part(b"more", first.end, end)))


def _jpeg_image(data: mmap.mmap, begin: int) -> Image:
    """Follow the segments from SOI."""
    at = begin + 2
    parts = [Part(b"\xd8", begin, at)]
    height: int | None = None
    width, scanned = 0, False
    while True:
        marker = _JPEG_MARKER.match(data, at) or (_JPEG_MARKER.search(data, at) if scanned else None)
        if marker is None:
            raise Damaged
        code = marker.group(1)[0]
        if marker.start() > at:
            parts.append(Part(b"scan", at, marker.start()))
        start, at = marker.start(), marker.end()
        if code == _JPEG_END:
            if height is None or not width or not scanned:
                raise Damaged
            return Image(at, (*parts, Part(bytes([code]), start, at)))
        if code not in _JPEG_BARE:
            length = int.from_bytes(data[at : at + 2], "big")
            if length < 2 or at + length > len(data):
                raise Damaged
            if code in _JPEG_SIZES and length >= 8:
                height = int.from_bytes(data[at + 3 : at + 5], "big")
                width = int.from_bytes(data[at + 5 : at + 7], "big")
                _sized(width, height or 1)  # height 0: a later segment tells it
            scanned = scanned or code == 0xDA
            at += length
        parts.append(Part(bytes([code]), start, at))


def _sized(width: int, height: int) -> None:
    if not width or not height:
        raise Damaged
    if width * height > MOST_PIXELS:
        raise TooLarge


def _crc(data: mmap.mmap, start: int, end: int) -> int:
    found = 0
    for at in range(start, end, _STEP):
        found = zlib.crc32(data[at : min(end, at + _STEP)], found)
    return found


# ------------------------------------------------------------------------------------------- what a photo tells


def tells(data: mmap.mmap, image: Image) -> bool:
    """Whether the photo says where or by whom it was taken, or anything else beside the picture."""
    return any(_telling(data, part) for part in image.parts)


def without(data: mmap.mmap, image: Image) -> Iterator[bytes]:
    """The photo in pieces, without what it tells; which way is up stays."""
    for part in image.parts:
        if _telling(data, part):
            if part.kind == b"\xe1" and (turned := _orientation(data[part.start + 4 : part.end])) is not None:
                yield _exif_that_says_only(turned)
            continue
        for at in range(part.start, part.end, _STEP):
            yield data[at : min(part.end, at + _STEP)]


def _telling(data: mmap.mmap, part: Part) -> bool:
    if part.kind in _PNG_TELLING:
        return True
    if len(part.kind) != 1 or part.kind[0] not in _JPEG_TELLING:
        return False
    content = data[part.start + 4 : part.end]
    turned = _orientation(content) if part.kind == b"\xe1" else None
    return turned is None or data[part.start : part.end] != _exif_that_says_only(turned)


def _orientation(segment: bytes) -> int | None:
    """Which way is up, 1 to 8; None where it is not said, or in a way that nobody can read."""
    if not segment.startswith(_EXIF):
        return None
    tiff = segment[len(_EXIF) :]
    order = {b"II": "little", b"MM": "big"}.get(tiff[:2])
    if order is None:
        return None
    little = tiff[:2] == b"II"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if little else "big")

    directory = number(4, 4)
    for entry in range(min(number(directory, 2), 200)):
        at = directory + 2 + 12 * entry
        if number(at, 2) == 0x0112:
            turned = number(at + 8, 2)
            return turned if 1 <= turned <= 8 else None
    return None


def _exif_that_says_only(turned: int) -> bytes:
    entry = b"\x01\x12\x00\x03\x00\x00\x00\x01" + bytes([0, turned, 0, 0])
    content = _EXIF + b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + entry + b"\x00\x00\x00\x00"
    return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content
