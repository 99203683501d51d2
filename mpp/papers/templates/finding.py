"""Where templates come from: the `papers/` folder of the region, then those of the mall.

A compiler sees a folder of its own, to which the files are copied: `mpp/` with what the mall has, `papers/` with what
the region has. So a template reaches those two and nothing else. What it is does not change while the mall runs, until
a paper cannot be printed with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from mpp.yaml_files import CatalogueError

OURS, THEIRS = "mpp", "papers"
SUFFIX = ".typ"
LIBRARY = "papers"  # what a template imports, and so no template
EMBLEMS = ("emblem.svg", "emblem.png")
FONTS = "fonts"
FORMS = "forms"  # forms that people sign by hand
LARGEST = 8 * 1024 * 1024  # bytes of one file
_SHIPPED = Path(__file__).parent
_SUFFIXES = (SUFFIX, ".svg", ".png", ".jpg", ".jpeg", ".csv", ".json", ".yaml", ".toml", ".txt", ".ttf", ".otf")


@dataclass(frozen=True)
class Templates:
    """The templates that a mall has. `folder` is the region's `papers/`, or None where it has none."""

    folder: Path | None = None

    def path_of(self, name: str) -> str | None:
        """Where the template stands, as `place_of` says it."""
        return place_of(name, self.names())

    def own(self) -> list[str]:
        """The names of the region's own files that look like templates: those at the top of its folder."""
        return [] if self.folder is None else sorted(path.stem for path in self.folder.glob(f"*{SUFFIX}"))

    def files(self) -> dict[str, bytes]:
        """Every file, by its path in the compiler's folder. Raises CatalogueError for one that cannot be taken."""
        found = dict(_read(_SHIPPED, OURS))
        if self.folder is not None:
            found |= _read(self.folder, THEIRS)
        return found

    def names(self) -> list[str]:
        """The region's own files, as `files` names them; those that can be seen."""
        if self.folder is None:
            return []
        try:
            seen = [path for path in _seen(self.folder) if path.suffix.lower() in _SUFFIXES]
        except OSError:
            return []
        return [f"{THEIRS}/{path.relative_to(self.folder).as_posix()}" for path in seen]

    def strays(self) -> list[CatalogueError]:
        """What lies in the region's folder and would be passed over."""
        if self.folder is None:
            return []
        try:
            found = [
                path for path in _seen(self.folder) if path.suffix.lower() not in _SUFFIXES and path.suffix != ".md"
            ]
        except OSError as error:
            return [CatalogueError(THEIRS, 1, f"tidak terbaca | cannot be read: {error.strerror}")]
        wanted = ", ".join(_SUFFIXES)
        told = f"tidak dibaca mal; yang dibaca: {wanted} | the mall does not read this; it reads: {wanted}"
        return [CatalogueError(f"{THEIRS}/{path.relative_to(self.folder).as_posix()}", 1, told) for path in found]


def place_of(name: str, there: Collection[str]) -> str | None:
    """Where a template stands: `papers/NAME.typ` if that is `there`, else `mpp/NAME.typ`; None where there is none."""
    if f"{THEIRS}/{name}{SUFFIX}" in there:
        return f"{THEIRS}/{name}{SUFFIX}"
    return f"{OURS}/{name}{SUFFIX}" if name in (*shipped(), *shipped_forms()) else None


def emblem_of(there: Collection[str]) -> str:
    """Where the emblem stands: the region's if it is `there`, else the mall's own."""
    return next((f"{THEIRS}/{name}" for name in EMBLEMS if f"{THEIRS}/{name}" in there), f"{OURS}/{EMBLEMS[0]}")


def shipped() -> list[str]:
    """The names of the templates that come with the mall."""
    return sorted(path.stem for path in _SHIPPED.glob(f"*{SUFFIX}") if path.stem != LIBRARY)


def shipped_forms() -> list[str]:
    """The names of the templates of forms that come with the mall, such as `forms/f-2.01`."""
    return sorted(f"{FORMS}/{path.stem}" for path in (_SHIPPED / FORMS).glob(f"*{SUFFIX}"))


def digest(files: dict[str, bytes]) -> str:
    """What these files are, as SHA-256."""
    found = hashlib.sha256()
    for name, content in sorted(files.items()):
        found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _seen(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "#")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and not path.name.endswith("~"):
            yield path


def _read(folder: Path, under: str) -> Iterator[tuple[str, bytes]]:
    top = folder.resolve()
    for path in _seen(folder):
        name = f"{under}/{path.relative_to(folder).as_posix()}"
        if path.suffix.lower() not in _SUFFIXES:
            continue
        if not path.resolve().is_relative_to(top):
            told = "menunjuk keluar dari folder ini | leads out of this folder"
            raise CatalogueError(name, 1, told)
        try:
            if path.stat().st_size > LARGEST:
                raise CatalogueError(name, 1, f"lebih dari {LARGEST} bita | more than {LARGEST} bytes")
            yield name, path.read_bytes()
        except OSError as error:
            raise CatalogueError(name, 1, f"tidak terbaca | cannot be read: {error.strerror}") from error
