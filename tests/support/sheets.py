"""Small PDF files for tests of what is done to papers, written without any library."""

from __future__ import annotations


def sheet(words: str = "Surat izin contoh") -> bytes:
    """One page with these words."""
    drawn = f"BT /F1 18 Tf 72 700 Td ({words}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /ID [<00> <00>] >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def repainted(pdf: bytes, words: str) -> bytes:
    """The same file with an update behind it that shows other words."""
    from io import BytesIO

    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    drawn = StreamObject(stream_data=f"BT /F1 18 Tf 72 700 Td ({words}) Tj ET".encode())
    page["/Contents"] = writer.add_object(drawn)
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def linking(address: str) -> bytes:
    """One page that links to this address."""
    from io import BytesIO

    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import Link

    writer = PdfWriter(PdfReader(BytesIO(sheet())))
    writer.add_annotation(0, Link(rect=(72, 72, 180, 180), url=address))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
