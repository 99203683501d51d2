"""PDF: what stands around the document, and the reader that looks inside it.

What every reader opens is taken: a mark or blanks before the header, comments and padding behind the end, updates
appended to a first version, tables that a reader repairs. What attacks a reader is refused: see `pdf_reader`.
"""

from __future__ import annotations

import mmap
import re
import subprocess
import sys
import time
from pathlib import Path

GOOD, DAMAGED, WITHOUT_PAGE, LOCKED, ACTIVE = "good", "damaged", "without_page", "locked", "active"
VERDICTS = (GOOD, DAMAGED, WITHOUT_PAGE, LOCKED, ACTIVE)

_SECONDS = 40.0  # for the reader, on a machine that is busy; its own limit of CPU is less
_PAUSE = 0.01
_LONGEST = 100  # bytes of its word
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf|[\x00\t\n\f\r ]){0,64}%PDF-[12]\.[0-9]")
# The last thing of a PDF (ISO 32000-2, 7.5.5), and what scanners and signers leave behind it: padding, comments.
_END = re.compile(
    rb"startxref[\r\n\t ]+([0-9]{1,10})[\r\n\t ]+%%EOF(?:[\x00\r\n\t ]|%[ -~]{0,200}(?=[\r\n]|\Z)){0,1000}\Z"
)
_TAIL = 4096


class Damaged(Exception):
    """There is no document from the header to the end."""


class Trailer(Exception):
    """The document is over, and the file goes on."""


def begins(data: mmap.mmap) -> bool:
    """Whether the file begins as a PDF does."""
    return _BEGIN.match(data) is not None


def follow(data: mmap.mmap) -> None:
    """Look at the end of the file. Raises Damaged and Trailer."""
    tail = data[max(0, len(data) - _TAIL) :]
    if (end := _END.search(tail)) is None:
        raise Trailer if b"%%EOF" in tail and b"startxref" in tail else Damaged
    if int(end.group(1)) >= len(data):
        raise Damaged


def read(path: Path) -> str:
    """What the reader says of the file, one of `VERDICTS`.

    In a process of its own: a file that is made to hold up its reader, or to fill the memory, ends that process only.
    """
    command = [sys.executable, "-I", "-m", "mpp.files.pdf_reader", str(path)]
    ends = time.monotonic() + _SECONDS
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        assert process.stdout is not None
        # asked again and again, since whoever waits for the end of a process would hold up an event loop
        while process.poll() is None and time.monotonic() < ends:
            time.sleep(_PAUSE)
        process.kill()
        said = process.stdout.read(_LONGEST).decode("ascii", "replace")
    return said if said in VERDICTS else DAMAGED
