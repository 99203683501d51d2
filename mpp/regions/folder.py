"""The region folder: everything that one kabupaten/kota has of its own, in one place (docs/regions.md).

region/
  region.yaml         the region, its agencies and sites, what it does not offer
  catalogue/*.yaml    service types of its own; below forms/ the forms that people sign by hand
  calendars/*.yaml    its days off, in the order of the names
  papers/             templates of its papers, its emblem, its fonts
  messages/*.yaml     what its people are told, and by which providers (channels.yaml)
  satisfaction.yaml   what its nine questions say otherwise than those that ship
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mpp.yaml_files import CatalogueError

FILE = "region.yaml"
CATALOGUE = "catalogue"
FORMS = "forms"  # in the catalogue
CALENDARS = "calendars"
PAPERS = "papers"
MESSAGES = "messages"
SATISFACTION = "satisfaction.yaml"
_PARTS = (FILE, CATALOGUE, CALENDARS, PAPERS, MESSAGES, SATISFACTION)
FOLDER = "region"  # beside the program, where nothing else is said
SHIPPED = Path(__file__).parent / "data"
DEFAULT = "35.15"  # to try the mall out

_FORMERLY = ("templates", "emblem.png", "emblem.svg")  # kept free for what is in `papers/` now
# What else may lie there: notes of people.
_NOTES = (".md", ".txt")


@dataclass(frozen=True)
class RegionFolder:
    """Where the files of a region are. `folder` is None for a region that comes with the mall, which is one file."""

    file: Path
    folder: Path | None = None

    @property
    def catalogue(self) -> Path | None:
        """The folder of the region's own services, where there is one; also a region that ships may have one."""
        if self.folder is None:
            shipped = self.file.with_name(f"catalogue_{self.file.stem.replace('.', '_')}")
            return shipped if shipped.is_dir() else None
        return self._part(CATALOGUE)

    @property
    def calendars(self) -> tuple[Path, ...]:
        """Tables of days off; later ones win."""
        part = self._part(CALENDARS)
        return () if part is None else tuple(sorted(_yaml(part)))

    @property
    def papers(self) -> Path | None:
        """The folder of the region's own templates, emblem and fonts, where there is one."""
        return self._part(PAPERS)

    @property
    def messages(self) -> Path | None:
        """The folder of the region's own messages and providers, where there is one."""
        return self._part(MESSAGES)

    @property
    def satisfaction(self) -> Path | None:
        """The file with the region's own questions, where there is one."""
        path = None if self.folder is None else self.folder / SATISFACTION
        return path if path is not None and path.is_file() else None

    def files(self) -> Iterator[tuple[str, Path]]:
        """Every file of the folder, also those that the mall does not read, by their paths in it."""
        if self.folder is not None:
            for path in sorted(self.folder.rglob("*")):
                if path.is_file():
                    yield path.relative_to(self.folder).as_posix(), path

    def strays(self) -> list[CatalogueError]:
        """What lies in the folder and would be passed over: a misspelt name must not go unnoticed."""
        if self.folder is None:
            return []
        top = [path for path in seen(self.folder) if path.name not in _PARTS]
        wanted = f"{FILE}, {CATALOGUE}/, {CALENDARS}/, {PAPERS}/, {MESSAGES}/, {SATISFACTION}"
        found = [_moved(path) if path.name in _FORMERLY else _stray(path, self.folder, wanted) for path in top]
        for part in (CATALOGUE, CALENDARS, MESSAGES):
            inside = self._part(part)
            if inside is not None:
                found += self._strange(inside, part)
        return found

    def _strange(self, inside: Path, part: str) -> Iterator[CatalogueError]:
        """What is no YAML file of this folder. A catalogue may have one of forms in it."""
        assert self.folder is not None
        known = set(_yaml(inside))
        for path in seen(inside):
            if part == CATALOGUE and path.name == FORMS and path.is_dir():
                yield from self._strange(path, f"{CATALOGUE}/{FORMS}")
            elif path not in known:
                yield _stray(path, self.folder, f"{part}/*.yaml")

    def _part(self, name: str) -> Path | None:
        path = None if self.folder is None else self.folder / name
        return path if path is not None and path.is_dir() else None


def find(named: str) -> RegionFolder:
    """The region of this setting: the path of a region folder, or the code of a region that is shipped (`35.15`).

    Raises CatalogueError where there is none.
    """
    path = Path(named)
    try:
        if (path / FILE).is_file():
            return RegionFolder(path / FILE, path)
    except OSError as error:
        raise CatalogueError(named, 1, f"tidak terbaca | cannot be read: {error.strerror}") from error
    if (SHIPPED / f"{named}.yaml").is_file():
        return RegionFolder(SHIPPED / f"{named}.yaml")
    if path.is_file():
        told = f"ini sebuah berkas: jadikan {FILE} dalam sebuah folder | this is a file: make it {FILE} of a folder"
    elif path.is_dir():
        told = f"folder ini tidak berisi {FILE} | there is no {FILE} in this folder"
    else:
        told = (
            f"tidak ada folder wilayah ini | there is no such region folder (bawaan | shipped: {', '.join(shipped())})"
        )
    raise CatalogueError(named, 1, f"{told}; docs/regions.md")


def shipped() -> list[str]:
    """The codes of the regions that come with the mall."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def here() -> str | None:
    """The folder `region` of the working directory, where there is something in it; an empty one is none."""
    path = Path(FOLDER).absolute()
    try:
        return str(path) if path.is_dir() and any(True for _ in seen(path)) else None
    except OSError:  # whoever reads it says what is wrong with it
        return str(path)


def seen(folder: Path) -> Iterable[Path]:
    """What counts: not hidden files, notes, or what an editor left behind."""
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith((".", "#")) and not path.name.endswith(("~", *_NOTES))
    )


def _yaml(folder: Path) -> list[Path]:
    return [path for path in seen(folder) if path.suffix in (".yaml", ".yml") and path.is_file()]


def _stray(path: Path, folder: Path, wanted: str) -> CatalogueError:
    told = f"tidak dibaca mal; yang dibaca: {wanted} | the mall does not read this; it reads: {wanted}"
    return CatalogueError(path.relative_to(folder).as_posix(), 1, told)


def _moved(path: Path) -> CatalogueError:
    told = f"pindahkan ke {PAPERS}/ | move it into {PAPERS}/"
    return CatalogueError(path.name, 1, f"{told}: docs/papers.md")
