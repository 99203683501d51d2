"""The rows of a file of residents, one after the other, whatever it was packed and written in.

Nothing of a file is kept but the row in hand: a line has a greatest length, a packed file is unpacked as it is read.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import lzma
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from services.civil_registry.importing.columns import BadHeader, places

ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
LONGEST_LINE = 16 * 1024  # characters; the longest honest row has about a thousand
_DELIMITERS = ",;\t|"
_XZ, _GZIP = b"\xfd7zXZ\x00", b"\x1f\x8b"
_BOM16 = (b"\xff\xfe", b"\xfe\xff")
_MEMORY = 256 * 1024 * 1024  # bytes that unpacking may take; the largest preset of xz needs 65 MiB
_PIECE = 1024 * 1024


class Unreadable(Exception):
    """A file that cannot be read on. `code` says why; `line` is the last line that could be read."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(code)
        self.code, self.line = code, line


@dataclass(frozen=True)
class Opened:
    """A file whose header was read: where its fields stand, and its rows with the numbers of their lines.

    `rows` raises Unreadable where the file ends to be one.
    """

    places: Mapping[str, int]
    rows: Iterator[tuple[int, Sequence[str]]]


@contextmanager
def opened(file: Path, renamed: Mapping[str, str], encoding: str | None = None) -> Iterator[Opened]:
    """The file, unpacked (xz, gzip) and decoded. `encoding` is one of ENCODINGS; None: UTF-16 by its mark, else UTF-8.

    Raises BadHeader and Unreadable; OSError where there is no such file.
    """
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(_unpacked(file))
            text = stack.enter_context(io.TextIOWrapper(raw, encoding=encoding or _encoding(raw), newline=""))
            if encoding in (None, "utf-8") and text.encoding == "utf-8":
                text.reconfigure(encoding="utf-8-sig")
            lines = _lines(text)
            first = next(lines, "")
        except (UnicodeError, lzma.LZMAError, EOFError, gzip.BadGzipFile) as error:
            raise Unreadable(_code(error), 0) from None
        if not first.strip():
            raise BadHeader("empty_file")
        delimiter = max(_DELIMITERS, key=first.count)
        header = next(csv.reader([first], delimiter=delimiter))
        yield Opened(places(header, renamed), _rows(lines, delimiter))


def sha256(files: Sequence[Path]) -> str:
    """What the files hold, one after the other, as 64 hexadecimal digits."""
    found = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            one = hashlib.sha256()
            while piece := stream.read(_PIECE):
                one.update(piece)
        found.update(one.digest())
    return found.hexdigest()


def _unpacked(file: Path) -> IO[bytes]:
    with file.open("rb") as stream:
        begin = stream.read(len(_XZ))
    if begin.startswith(_XZ):
        return io.BufferedReader(_Xz(file))
    if begin.startswith(_GZIP):
        return io.BufferedReader(gzip.open(file))
    return file.open("rb")


class _Xz(io.RawIOBase):
    """A packed file, with a bound on what unpacking may take: `lzma.open` has none."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("rb")
        self._unpack = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._unpack.eof:
            more = self._stream.read(_PIECE) if self._unpack.needs_input else b""
            if self._unpack.needs_input and not more:
                raise EOFError
            found = self._unpack.decompress(more, len(view))
            if found:
                view[: len(found)] = found
                return len(found)
        if self._stream.read(1) or self._unpack.unused_data.strip(b"\x00"):
            raise lzma.LZMAError("more than one stream")
        return 0

    def close(self) -> None:
        self._stream.close()
        super().close()


def _encoding(raw: IO[bytes]) -> str:
    begin = raw.peek(2) if isinstance(raw, io.BufferedReader) else b""
    return "utf-16" if begin.startswith(_BOM16) else "utf-8"


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            raise Unreadable("line_too_long", 0)
        yield line


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with the number of their line; empty lines are passed over. A cell holds no line break: an open quotation
    mark would swallow the rest of the file in silence."""
    number = 1
    while True:
        number += 1
        try:
            line = next(lines, None)
            if line is None:
                return
            if line.isspace():
                continue
            row = next(csv.reader([line], delimiter=delimiter, strict=True))
        except csv.Error:
            yield number, ()
            continue
        except Unreadable as error:
            raise Unreadable(error.code, number - 1) from None
        except (UnicodeError, lzma.LZMAError, EOFError, gzip.BadGzipFile, OSError) as error:
            raise Unreadable(_code(error), number - 1) from None
        yield number, row


def _code(error: Exception) -> str:
    return "other_encoding" if isinstance(error, UnicodeError) else "damaged_file"
