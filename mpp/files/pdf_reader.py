"""Reads one PDF to its last object: the program of the process that `pdf.read` starts.

It bounds itself first, since what it reads is a stranger's, and writes one word, one of `pdf.VERDICTS`. Whatever else
happens to it means to `pdf.read` that the file is damaged.
"""

from __future__ import annotations

import logging
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from mpp.files.pdf import ACTIVE, DAMAGED, GOOD, LOCKED, WITHOUT_PAGE

CPU_SECONDS = 20
MEMORY = 512 * 1024 * 1024  # bytes of address space
_MOST_OBJECTS = 200_000
_DEEPEST = 50
# What makes a reader do more than show pages: ISO 32000-2, 7.11.4 (files inside), 12.6 (actions), 12.7.8 (XFA), 13.
_KEYS = frozenset({"/JavaScript", "/JS", "/EF", "/EmbeddedFiles", "/XFA", "/RichMedia", "/RichMediaContent"})
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/GoToE", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute"}
)


def read(path: str) -> str:
    """What the file is: one of `pdf.VERDICTS`."""
    try:
        reader = _opened(Path(path).read_bytes())
        if reader.is_encrypted and not reader.decrypt(""):
            return LOCKED
        if not len(reader.pages):
            return WITHOUT_PAGE
        return ACTIVE if any(_acts(found) for found in _objects(reader)) else GOOD
    except Exception:  # whatever a stranger's file makes the library raise, readers cannot be trusted to open it
        return DAMAGED


def _opened(content: bytes) -> PdfReader:
    """The document as readers find it: by its table, else by looking for its objects, as if it had none."""
    try:
        return PdfReader(BytesIO(content), strict=False)
    except PyPdfError:
        before, mark, _ = content.rpartition(b"startxref")
        return PdfReader(BytesIO(before + mark + b"\n0\n%%EOF\n"), strict=False)


def _objects(reader: PdfReader) -> Iterator[PdfObject | None]:
    """The trailer, every page, and every object that the file's tables name. Raises what a broken one raises."""
    yield reader.trailer
    yield from reader.pages
    numbers = [(number, generation) for generation, table in reader.xref.items() for number in table]
    numbers += [(number, 0) for number in reader.xref_objStm]
    if len(numbers) > _MOST_OBJECTS:
        raise ValueError("more objects than a document has")
    for number, generation in numbers:
        if number:
            yield reader.get_object(IndirectObject(number, generation, reader))


def _acts(value: PdfObject | None, depth: int = 0) -> bool:
    """Whether the object, or anything written inside it, is more than paper."""
    if depth > _DEEPEST:
        raise ValueError("nested deeper than a document is")
    if isinstance(value, DictionaryObject):
        if value.keys() & _KEYS or dict.get(value, "/S") in _ACTIONS or dict.get(value, "/Type") == "/EmbeddedFile":
            return True
        return any(_acts(inner, depth + 1) for inner in dict.values(value))
    if isinstance(value, ArrayObject):
        return any(_acts(inner, depth + 1) for inner in list.__iter__(value))
    return False


def main(path: str) -> None:
    """Say what the file is."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable(logging.CRITICAL)  # the library's words may quote the file
    sys.stdout.write(read(path))


if __name__ == "__main__":
    main(sys.argv[1])
