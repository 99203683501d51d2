"""What is wrong with a template, in words of the office: from what the compiler says to file, line and remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mpp.papers.templates.finding import THEIRS
from mpp.yaml_files import CatalogueError

FIELD, FONT, IMAGE, ENGLISH, BROKEN = (
    "unknown_field",
    "missing_font",
    "unreadable_image",
    "no_english",
    "broken_template",
)
NETWORK, OUTSIDE, EMPTY = "no_network", "outside", "missing_value"
STAGE = "mpp-papers-"  # how the folder of the compiler's files is called
_PLACE = re.compile(rf"┌─ (?:[^\s:]*{STAGE}[^\s:/]*/)?(?P<file>[^\s:]+):(?P<line>\d+):\d+")
_PANIC = r"panicked with: \"?"
_KINDS: Sequence[tuple[str, str, str, str]] = (
    (FIELD, r'dictionary does not contain key "([^"]*)"', "tidak ada isian {0!r}", "there is no field {0!r}"),
    (FIELD, _PANIC + r"unknown field ([^\"]*)", "formulir tidak punya isian {0!r}", "the form has no field {0!r}"),
    (FIELD, _PANIC + r"unknown fact ([^\"]*)", "tidak ada fakta {0!r}", "there is no fact {0!r}"),
    (EMPTY, _PANIC + r"missing ([^\"]*)", "{0!r} wajib ada dan kosong", "{0!r} must be there and is empty"),
    (ENGLISH, _PANIC + "no_english", "tidak disediakan dalam bahasa Inggris", "is not offered in English"),
    (
        FONT,
        "unknown font family: (.*)",
        "huruf {0!r} tidak ada: taruh berkasnya di papers/fonts/",
        "there is no font {0!r}: put its file into papers/fonts/",
    ),
    (
        NETWORK,
        "failed to download package|package not found",
        "paket dari jaringan tidak dipakai: salin berkasnya ke papers/",
        "packages of the network are not used: copy the files into papers/",
    ),
    (
        OUTSIDE,
        "would escape the project root",
        "berkas di luar papers/ tidak terbaca",
        "files outside papers/ cannot be read",
    ),
    (OUTSIDE, "file not found", "berkas ini tidak ada", "there is no such file"),
    (
        IMAGE,
        "failed to (?:decode|parse) (?:image|SVG|file|.*image).*|unknown image format|unsupported image.*",
        "berkas ini bukan gambar",
        "this file is no image",
    ),
)


@dataclass(frozen=True)
class Fault:
    """Why nothing was printed: one of the codes above, where, and in both languages."""

    code: str
    file: str
    line: int
    reason: str

    def error(self) -> CatalogueError:
        """As it is told with the other mistakes of a region."""
        return CatalogueError(self.file, self.line, self.reason)


def fault_of(main: str, message: str, diagnostic: str, *, made_up: bool) -> Fault:
    """The fault that the compiler found in the template `main`: at the agency's own line where it leads there.

    Where the data are not `made_up` the compiler's own words are left out: they may quote somebody's.
    """
    file, line = _place(main, diagnostic)
    for code, pattern, indonesian, english in _KINDS:
        found = re.search(pattern, message)
        if found is not None and (made_up or code != FIELD):
            both = [text.format(*found.groups()) for text in (indonesian, english)]
            return Fault(code, file, line, " | ".join(both))
    if not made_up:
        told = "tidak dapat dicetak dengan isi surat ini, coba: mpp papers preview"
        return Fault(BROKEN, file, line, f"{told} | it cannot be printed with what this paper says: mpp papers preview")
    said = " ".join(message.split())
    return Fault(BROKEN, file, line, f"templat tidak dapat disusun | the template cannot be compiled: {said}")


def _place(main: str, diagnostic: str) -> tuple[str, int]:
    places = [(found["file"].removeprefix("/"), int(found["line"])) for found in _PLACE.finditer(diagnostic)]
    if not places:
        return main, 1
    own = [place for place in places if place[0].startswith(f"{THEIRS}/")]
    return (own or [place for place in places if place[0] == main] or places)[0]
