"""The smallest documents that are whole, made here: no sample of anybody."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def pdf(text: str = "Contoh", catalogue: bytes = b"", more: tuple[bytes, ...] = (), pages: bytes = b"[3 0 R]") -> bytes:
    """A PDF of one empty page; another text makes another file.

    `catalogue` is written into the catalogue, `more` are further objects, from 5 on.
    """
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
        b"<< /Type /Pages /Kids %s /Count %d >>" % (pages, pages.count(b"R")),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>",
        f"<< /Title ({text}) >>".encode(),
        *more,
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\n" % (len(objects) + 1)
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def png(raw: bytes = b"\x00\x80") -> bytes:
    """A PNG of one grey pixel; `raw` is what its image data compress."""
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
            chunk(b"IDAT", zlib.compress(raw)),
            chunk(b"IEND", b""),
        )
    )


def jpeg(before: bytes = b"") -> bytes:
    """The bones of a JPEG of one pixel; `before` are segments that stand in front of the image."""
    return b"".join(
        (
            b"\xff\xd8",
            before or segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"),
            segment(0xDB, b"\x00" + b"\x01" * 64),
            segment(0xC0, b"\x08\x00\x01\x00\x01\x01\x01\x11\x00"),
            segment(0xC4, b"\x00\x01" + b"\x00" * 15 + b"\x00"),
            segment(0xDA, b"\x01\x01\x00\x00\x3f\x00"),
            b"\x3f\xff\x00\xff\xd0\x3f",  # a stuffed byte and a restart: no markers
            b"\xff\xd9",
        )
    )


def segment(code: int, content: bytes) -> bytes:
    """One JPEG segment."""
    return b"\xff" + bytes([code]) + struct.pack(">H", len(content) + 2) + content


def archive() -> bytes:
    """A ZIP with a page in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("index.html", "<h1>Contoh</h1>")
    return out.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """One PNG chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
