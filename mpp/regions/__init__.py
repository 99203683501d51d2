"""The region that one installation serves: its name, its zone and its offices, from one YAML file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from mpp.casework.offices import Office, OfficeTree
from mpp.casework.service_type import Text
from mpp.catalogue.reader import CatalogueError, read

REGENCY = re.compile(r"\d{2}\.\d{2}")  # a kabupaten or kota
_SHIPPED = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Region:
    """A kabupaten or kota and its offices."""

    code: str
    name: Text
    offices: OfficeTree


def load(region: str) -> Region:
    """The shipped region of this Kemendagri code (`35.15`), or the one in the file at this path.

    Raises CatalogueError, one line with file, line and reason; nothing is half loaded.
    """
    path = Path(region) if region.endswith((".yaml", ".yml")) else _SHIPPED / f"{region}.yaml"
    if not path.is_file():
        shipped = ", ".join(sorted(p.stem for p in _SHIPPED.glob("*.yaml")))
        raise CatalogueError(path.name, 1, f"there is no such region file (shipped: {shipped})")
    top = read(path)
    offices = []
    lines = {}
    for section in top.sections("offices"):
        office = Office(
            code=section.text("code"),
            name=section.text("name"),
            kind=section.text("kind"),
            region=section.text("region"),
            parent=section.text("parent", None),
            phone=section.text("phone", None),
        )
        section.done()
        lines[office.code] = section.line
        offices.append(office)
    code, name, zone = top.text("code"), top.texts("name"), top.text("zone")
    if not REGENCY.fullmatch(code):
        raise top.error(f"code: {code!r} is not the code of a kabupaten or kota, such as 35.15", "code")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise top.error(f"zone: there is no time zone {zone!r}", "zone") from error
    if not offices:
        raise top.error("offices: there is none", "offices")
    for office in offices:
        if office.region != code and not office.region.startswith(f"{code}."):
            reason = f"office {office.code}: {office.region!r} is not in {code}"
            raise CatalogueError(path.name, lines[office.code], reason)
    top.done()
    try:
        tree = OfficeTree(code, zone, offices)
    except ValueError as error:
        named = str(error).split(":")[0].removeprefix("office ")
        raise CatalogueError(path.name, lines.get(named, 1), str(error)) from error
    return Region(code, name, tree)
