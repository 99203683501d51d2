"""The file that describes one kabupaten/kota: its name, its zone, its agencies and sites, and which villages take part.

Districts and villages come from the region data (`villages: all`); docs/regions.md describes the file for operators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from mpp.casework.access.offices import BadOffice, Office, OfficeTree, kind_of_place
from mpp.casework.rules.service_type import Text
from mpp.identity.phone import parse_phone
from mpp.identity.validation import InvalidIdentity
from mpp.regions import places
from mpp.yaml_files import CatalogueError, Section, read

TITLES = {"kecamatan": "Kecamatan", "kelurahan": "Kelurahan", "desa": "Desa", "desa_adat": "Desa Adat"}
_WITH_A_PLACE = ("kecamatan", "kelurahan", "desa")
_LEVELS = {5: "the kabupaten or kota", 8: "a kecamatan", 13: "a village"}  # by the length of the code


@dataclass(frozen=True)
class Region:
    """A kabupaten or kota and its offices."""

    code: str
    name: Text
    offices: OfficeTree


def read_region(path: Path) -> Region:
    """The region in this file. Raises CatalogueError, one line with file, line and reason; nothing is half loaded."""
    return _Reader(read(path)).region()


class _Reader:
    """One file while it is read. The line of each office is kept for what only the whole tree shows."""

    def __init__(self, top: Section) -> None:
        self._top = top
        self._lines: dict[str, int] = {}
        self.code = top.text("code")
        if not places.REGENCY.fullmatch(self.code):
            raise top.error(f"code: {self.code!r} is not the code of a kabupaten or kota, such as 35.15", "code")
        if not places.exists(self.code):
            raise top.error(f"code: there is no kabupaten or kota {self.code!r}", "code")
        self._places = places.places_in(self.code)

    def region(self) -> Region:
        top = self._top
        name, zone = top.texts("name"), _zone(top)
        titles = self._titles()
        under = top.text("districts_under", None)
        taking_part = self._taking_part()
        given: list[Section] = top.sections("offices")
        top.done()
        offices = [self._office(section, titles, under) for section in given]
        if not offices and not taking_part:
            raise top.error("offices: there is none", "offices")
        if under is not None and under not in self._lines:
            raise top.error(f"districts_under: there is no office {under!r} in the list", "districts_under")
        offices += [self._from_data(code, titles, under) for code in taking_part if code not in self._lines]
        try:
            tree = OfficeTree(self.code, zone, offices, self._places)
        except BadOffice as error:
            raise CatalogueError(top.file, self._lines.get(error.office, top.line), str(error)) from error
        return Region(self.code, name, tree)

    def _titles(self) -> Mapping[str, str]:
        if not self._top.has("titles"):
            return TITLES
        section = self._top.section("titles")
        found = {kind: section.text(kind, usual) for kind, usual in TITLES.items()}
        section.done()
        return found

    def _taking_part(self) -> list[str]:
        """The districts and villages that have an office without being listed one by one, in the order of the codes."""
        words = self._top.words("villages", ())
        dropped = self._top.words("without", ())
        for key, codes in (("villages", words), ("without", dropped)):
            for code in codes:
                if code not in self._places and not (key == "villages" and words in (("all",), ("none",))):
                    raise self._top.error(f"{key}: {self._no_place(code)}", key)
        if words == ("none",):
            return []
        every = words == ("all",)
        return [
            code
            for code in self._places
            if (every or any(_lies_in(code, word) or _lies_in(word, code) for word in words))
            and not any(_lies_in(code, gone) for gone in dropped)
        ]

    def _no_place(self, code: str) -> str:
        if code != self.code and not code.startswith(f"{self.code}."):
            return f"{code!r} is not in {self.code}"
        if not places.CODE.fullmatch(code):
            return f"{code!r} is not a region code"
        return f"there is no district or village {code!r}"

    def _office(self, section: Section, titles: Mapping[str, str], under: str | None) -> Office:
        code = section.text("code")
        # What the data says of a district or village need not be repeated; what the file says holds.
        known = self._from_data(code, titles, under) if code in self._places else None
        if code in self._lines:
            raise CatalogueError(section.file, section.line, f"office {code}: the code is used twice")
        self._lines[code] = section.line
        office = Office(
            code=code,
            name=section.text("name", known.name) if known else section.text("name"),
            kind=section.text("kind", known.kind) if known else section.text("kind"),
            region=section.text("region", code if known else self.code),
            parent=section.text("parent", known.parent if known else None),
            phone=section.text("phone", None),
        )
        section.done()
        reason = self._mistake(office)
        if reason is not None:
            raise CatalogueError(section.file, section.line, f"office {code}: {reason}")
        return office

    def _mistake(self, office: Office) -> str | None:
        if office.region != self.code and office.region not in self._places:
            return self._no_place(office.region)
        of_place = kind_of_place(office.region)
        if office.kind in _WITH_A_PLACE:
            if of_place is None or (of_place == "kecamatan") != (office.kind == "kecamatan"):
                return f"a {office.kind} cannot serve {office.region!r}, which is {_LEVELS[len(office.region)]}"
            if of_place != office.kind:
                return f"{office.region} is a {of_place} by its code, not a {office.kind}"
            if office.code != office.region:
                return f"the code of a {office.kind} is its region code, {office.region}"
        elif office.code in self._places:
            return f"the code belongs to a {kind_of_place(office.code)}"
        if office.phone is not None:
            try:
                parse_phone(office.phone)
            except InvalidIdentity:
                return f"{office.phone!r} is not a phone number"
        return None

    def _from_data(self, code: str, titles: Mapping[str, str], under: str | None) -> Office:
        kind = kind_of_place(code) or "desa"
        title = titles["desa_adat"] if kind == "desa" and code[9] == "3" else titles[kind]
        return Office(code, f"{title} {self._places[code]}", kind, code, under if kind == "kecamatan" else code[:8])


def _zone(top: Section) -> str:
    zone = top.text("zone")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise top.error(f"zone: there is no time zone {zone!r}", "zone") from error
    return zone


def _lies_in(code: str, place: str) -> bool:
    return code == place or code.startswith(f"{place}.")
