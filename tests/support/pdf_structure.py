"""What a program that speaks a PDF finds in it, by PDFium: the tree of its parts, with text, language and alt text."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium


@dataclass
class Part:
    """One element of the structure tree, in reading order; `text` is that of itself and of what is in it."""

    kind: str
    alt: str = ""
    language: str = ""
    inside: list[Part | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.inside)

    def every(self, *kinds: str) -> Iterator[Part]:
        """Itself and all below of these kinds, in reading order; of every kind without one."""
        if not kinds or self.kind in kinds:
            yield self
        for each in self.inside:
            if isinstance(each, Part):
                yield from each.every(*kinds)


def structure_of(pdf: bytes) -> list[Part]:
    """The tree of each page, under one part of the kind `Page`."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_page(document[number]) for number in range(len(document))]
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage) -> Part:
    texts = _texts(page)
    tree = pdfium.FPDF_StructTree_GetForPage(page)
    found = Part("Page")
    for place in range(pdfium.FPDF_StructTree_CountChildren(tree)):
        found.inside.append(_part(pdfium.FPDF_StructTree_GetChildAtIndex(tree, place), texts))
    pdfium.FPDF_StructTree_Close(tree)
    return found


def _part(element: object, texts: dict[int, str]) -> Part:
    kind, alt, language = (
        _said(read, element)
        for read in (
            pdfium.FPDF_StructElement_GetType,
            pdfium.FPDF_StructElement_GetAltText,
            pdfium.FPDF_StructElement_GetLang,
        )
    )
    found = Part(kind, alt, language)
    for place in range(pdfium.FPDF_StructElement_CountChildren(element)):
        inner = pdfium.FPDF_StructElement_GetChildAtIndex(element, place)
        mark = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, place)
        if inner:
            found.inside.append(_part(inner, texts))
        elif mark >= 0:
            found.inside.append(texts[mark])
    return found


def _texts(page: pypdfium2.PdfPage) -> dict[int, str]:
    """The text of each marked content of the page."""
    found: dict[int, str] = defaultdict(str)
    read = page.get_textpage()
    for place in range(pdfium.FPDFPage_CountObjects(page)):
        item = pdfium.FPDFPage_GetObject(page, place)
        if pdfium.FPDFPageObj_GetType(item) == pdfium.FPDF_PAGEOBJ_TEXT:
            mark = pdfium.FPDFPageObj_GetMarkedContentID(item)
            found[mark] += _said(pdfium.FPDFTextObj_GetText, item, read)
    return found


def _said(read: object, *given: object) -> str:
    """A text that PDFium writes into a buffer, as UTF-16."""
    length = read(*given, None, 0)
    if length <= 2:
        return ""
    if read is pdfium.FPDFTextObj_GetText:
        buffer = (ctypes.c_ushort * (length // 2 + 1))()
    else:
        buffer = ctypes.create_string_buffer(length)
    read(*given, buffer, length)
    return bytes(buffer).decode("utf-16-le").rstrip("\0")
