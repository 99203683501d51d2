"""Writes a region folder that a mall starts on: what the data know of a kabupaten/kota, and its agencies by their
usual codes. What nobody knows here is left open, with a comment that says so.

`data/provinces.csv`: time zones by Keppres 41/1987; what places are called by UU 11/2006 (Aceh) and UU 21/2001 (Papua).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

from mpp.casework.time.zones import zone_named
from mpp.disk import write_whole
from mpp.regions import places
from mpp.regions.folder import CATALOGUE, FILE, SHIPPED, seen
from mpp.yaml_files import CatalogueError

_TEMPLATE = SHIPPED / "new"
_KINDS = (  # how a name begins, and how it is said in English
    ("Kabupaten Administrasi ", "{} Administrative Regency"),
    ("Kota Administrasi ", "{} Administrative City"),
    ("Kabupaten ", "{} Regency"),
    ("Kota ", "{} City"),
)
_READABLE, _ENTERABLE = 0o644, 0o755  # the containers of the mall run under an account of their own


def write_region(code: str, folder: Path) -> list[Path]:
    """The files of a new region in `folder`, which is not there yet or holds nothing but notes; their paths.

    Raises CatalogueError for an unknown code and for a folder with something in it, OSError where it cannot be written.
    """
    known = _known(code)
    if folder.exists() and _holds(folder):
        told = "sudah ada isinya: pilih folder lain, atau pindahkan isinya | is not empty: name another folder"
        raise CatalogueError(str(folder), 1, told)
    for part in (folder, folder / CATALOGUE, *(folder / p.parent for p in _parts())):
        if not part.exists():
            part.mkdir(parents=True)
            part.chmod(_ENTERABLE)  # whatever the umask is
    # the region's own file comes last: without it the folder is none
    made = []
    for part in sorted(_parts(), key=lambda part: part.name == FILE):
        text = Template((_TEMPLATE / part).read_text("utf-8")).substitute(known)
        write_whole(folder / part, text, _READABLE)
        (folder / part).chmod(_READABLE)
        made.append(folder / part)
    return made


def _holds(path: Path) -> bool:
    """Whether a file is in it, but for notes; folders alone hold nothing."""
    return path.is_file() or any(_holds(inside) for inside in seen(path))


def _parts() -> Iterator[Path]:
    yield from (path.relative_to(_TEMPLATE) for path in sorted(_TEMPLATE.rglob("*.yaml")))


def _known(code: str) -> Mapping[str, str]:
    """What the data know. Raises CatalogueError."""
    name = places.region_name(code) if places.REGENCY.fullmatch(code) else None
    if name is None:
        raise CatalogueError(code, 1, _instead_of(code))
    english, short = next(
        (form.format(name.removeprefix(begin)), name.removeprefix(begin))
        for begin, form in _KINDS
        if name.startswith(begin)
    )
    with (SHIPPED / "provinces.csv").open(encoding="utf-8", newline="") as file:
        province = next(row for row in csv.DictReader(file) if row["code"] == code[:2])
    inside = places.places_in(code)
    villages = [place for place in inside if len(place) > 8]
    return {
        "code": code,
        "name": name,
        "english": english,
        "short": short,
        "mall": "mpp-" + re.sub("[^a-z0-9]+", "-", short.lower()).strip("-")[:36],
        "zone": province["zone"],
        "zone_name": str(zone_named(province["zone"]).tzname(None)),
        "districts": str(len(inside) - len(villages)),
        "villages": str(len(villages)),
        "first": next(iter(inside)),
        "titles": _titles(province),
    }


def _titles(province: Mapping[str, str]) -> str:
    given = ", ".join(f"{kind}: {province[kind]}" for kind in ("kecamatan", "desa") if province[kind])
    if given:
        return f"titles: {{{given}}} # sebutan di sini | what they are called here"
    return "# titles: {desa: Nagari} # bila desa atau kecamatan di sini bernama lain | where they are called otherwise"


def _instead_of(code: str) -> str:
    """That there is no such kabupaten or kota, and what may have been meant."""
    told, english = f"tidak ada kabupaten atau kota {code!r}", f"there is no kabupaten or kota {code!r}"
    digits = re.sub("[^0-9]", "", code)
    dotted = f"{digits[:2]}.{digits[2:4]}"
    near = {known: name for known, name in places.regencies().items() if known[:2] == digits[:2]}
    if dotted in near:
        return f"{told}; maksudnya {dotted} ({near[dotted]})? | {english}; did you mean {dotted}?"
    if near:
        listed = ", ".join(f"{known} {name}" for known, name in near.items())
        return f"{told}; di provinsi {digits[:2]} ada | {english}; province {digits[:2]} has: {listed}"
    return f"{told}; kodenya seperti 36.71 (kode Kemendagri) | {english}; codes look like 36.71 (of Kemendagri)"
