"""The file that describes one kabupaten/kota: its name, its zone, its agencies and sites, and which villages take part.

Districts and villages come from the region data (`villages: all`); docs/regions.md describes the file for operators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from mpp.casework.access.offices import SIGNATURES, Office, OfficeTree, bad_offices, kind_of_place
from mpp.casework.rules.service_type import Text
from mpp.casework.time.zones import ZONES
from mpp.identity.phone import parse_phone
from mpp.identity.validation import InvalidIdentity
from mpp.regions import places
from mpp.yaml_files import CatalogueError, Faults, Section, read

TITLES = {"kecamatan": "Kecamatan", "kelurahan": "Kelurahan", "desa": "Desa", "desa_adat": "Desa Adat"}
_WITH_A_PLACE = ("kecamatan", "kelurahan", "desa")
_LEVELS = {  # by the length of the code
    5: ("kabupaten atau kota", "the kabupaten or kota"),
    8: ("kecamatan", "a kecamatan"),
    13: ("desa atau kelurahan", "a village"),
}
_NOWHERE = "00.00"
_ZONES = [zone for zone in ZONES if "/" in zone]


@dataclass(frozen=True)
class Region:
    """A kabupaten or kota, its offices, and the service types that come with the mall and that it does not offer."""

    code: str
    name: Text
    offices: OfficeTree
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Examined:
    """What a file says, as far as it can be read. `region` is None where there are faults; `lines` are those of the
    keys, `codes` those of its offices, so that others can be looked at for what they need of it."""

    file: str
    faults: list[CatalogueError]
    region: Region | None = None
    codes: frozenset[str] = frozenset()
    without: tuple[str, ...] = ()
    lines: Mapping[str, int] | None = None  # None: nothing of it can be read


def read_region(path: Path) -> Region:
    """The region in this file. Raises CatalogueError, one line with file, line and reason; nothing is half loaded."""
    found = examine_region(path)
    if found.region is None:
        raise found.faults[0]
    return found.region


def examine_region(path: Path) -> Examined:
    """The region in this file, and everything that is wrong with it."""
    faults: list[CatalogueError] = []
    try:
        found = _Reader(read(path, faults), faults).examined()
    except CatalogueError as error:
        return Examined(path.name, [*faults, error])
    return replace(found, faults=sorted(faults, key=lambda fault: fault.line))


class _Reader:
    """One file while it is read. The line of each office is kept for what only the whole tree shows."""

    def __init__(self, top: Section, faults: Faults) -> None:
        self._top = top
        self._faults = faults
        self._lines: dict[str, int] = {}
        # Without a region that there is nothing can be said of places; everything else is looked at all the same.
        self.code = self._known(top.text("code")) or _NOWHERE
        self._places = places.places_in(self.code)

    def _known(self, code: str) -> str | None:
        if not code:
            return None
        if not places.REGENCY.fullmatch(code):
            told = f'{code!r} bukan kode kabupaten atau kota, seperti "35.15"'
            english = f'{code!r} is not the code of a kabupaten or kota, such as "35.15"'
        elif not places.exists(code):
            told = f"tidak ada kabupaten atau kota {code!r}"
            english = f"there is no kabupaten or kota {code!r}"
        else:
            return code
        self._top.refuse(f"code: {told} | {english}", "code")
        return None

    def examined(self) -> Examined:
        """What is in the file."""
        top = self._top
        name, zone = top.texts("name"), _zone(top)
        titles = self._titles()
        under = top.text("districts_under", None)
        taking_part = self._taking_part()
        without = self._without()
        offices = top.each("offices", lambda section: self._office(section, titles, under))
        top.done()
        if not offices and not taking_part and not self._faults:
            top.refuse("offices: belum ada satu pun | offices: there is none", "offices")
        if under is not None and under not in self._lines:
            told = f"tidak ada kantor {under!r} dalam daftar | there is no office {under!r} in the list"
            top.refuse(f"districts_under: {told}", "districts_under")
        offices += [self._from_data(code, titles, under) for code in taking_part if code not in self._lines]
        for bad in bad_offices(offices):
            if bad.office in self._lines:  # of a district or village only `districts_under` can be wrong: told above
                self._faults.append(CatalogueError(top.file, self._lines[bad.office], str(bad)))
        lines = {key: top.line_of(key) for key in ("code", "zone", "offices", "services")}
        codes = frozenset(office.code for office in offices)
        found = Examined(top.file, self._faults, None, codes, without, lines)
        if self._faults:
            return found
        return replace(
            found, region=Region(self.code, name, OfficeTree(self.code, zone, offices, self._places), without)
        )

    def _without(self) -> tuple[str, ...]:
        """`services: {without: [...]}`. Whether there are such services is for who knows the catalogue."""
        if not self._top.has("services"):
            return ()
        section = self._top.section("services")
        without = section.words("without", ())
        section.done()
        return without

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
        if self.code == _NOWHERE:
            return []
        for key, codes in (("villages", words), ("without", dropped)):
            for code in codes:
                if code not in self._places and not (key == "villages" and words in (("all",), ("none",))):
                    self._top.refuse(f"{key}: {self._no_place(code)}", key)
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
            return f"{code!r} bukan bagian dari {self.code} | {code!r} is not in {self.code}"
        if not places.CODE.fullmatch(code):
            return f"{code!r} bukan kode wilayah | {code!r} is not a region code"
        return f"tidak ada kecamatan, desa atau kelurahan {code!r} | there is no district or village {code!r}"

    def _office(self, section: Section, titles: Mapping[str, str], under: str | None) -> Office:
        code = section.text("code")
        # What the data says of a district or village need not be repeated; what the file says holds.
        known = self._from_data(code, titles, under) if code in self._places else None
        if code in self._lines:
            told = f"kantor {code}: kodenya dipakai dua kali | office {code}: the code is used twice"
            raise CatalogueError(section.file, section.line, told)
        self._lines[code] = section.line
        office = Office(
            code=code,
            name=section.text("name", known.name) if known else section.text("name"),
            kind=section.text("kind", known.kind) if known else section.text("kind"),
            region=section.text("region", code if known else self.code),
            parent=section.text("parent", known.parent if known else None),
            phone=section.text("phone", None),
            appeals=section.text("appeals", None),
            signature=section.choice("signature", SIGNATURES, "local"),
            full_name=section.text("full_name", None),
            address=section.text("address", None),
        )
        section.done()
        reason = self._mistake(office) if office.kind else None
        if reason is not None:
            indonesian, english = reason
            told = f"kantor {code}: {indonesian} | office {code}: {english}"
            self._faults.append(CatalogueError(section.file, section.line, told))
        return office

    def _mistake(self, office: Office) -> tuple[str, str] | None:
        """What is wrong with where the office is, in both languages."""
        if self.code == _NOWHERE:
            return None
        if office.region != self.code and office.region not in self._places:
            indonesian, _, english = self._no_place(office.region).partition(" | ")
            return indonesian, english
        of_place = kind_of_place(office.region)
        if office.kind in _WITH_A_PLACE:
            if of_place is None or (of_place == "kecamatan") != (office.kind == "kecamatan"):
                level = _LEVELS[len(office.region)]
                return (
                    f"{office.kind} tidak dapat melayani {office.region!r}, yang adalah {level[0]}",
                    f"a {office.kind} cannot serve {office.region!r}, which is {level[1]}",
                )
            if of_place != office.kind:
                return (
                    f"{office.region} menurut kodenya {of_place}, bukan {office.kind}",
                    f"{office.region} is a {of_place} by its code, not a {office.kind}",
                )
            if office.code != office.region:
                return (
                    f"kode {office.kind} adalah kode wilayahnya, {office.region}",
                    f"the code of a {office.kind} is its region code, {office.region}",
                )
        elif office.code in self._places:
            owner = kind_of_place(office.code)
            return f"kodenya milik sebuah {owner}", f"the code belongs to a {owner}"
        if office.phone is not None:
            try:
                parse_phone(office.phone)
            except InvalidIdentity:
                return (
                    f"{office.phone!r} bukan nomor telepon, seperti +62318921946",
                    f"{office.phone!r} is not a phone number, such as +62318921946",
                )
        return None

    def _from_data(self, code: str, titles: Mapping[str, str], under: str | None) -> Office:
        kind = kind_of_place(code) or "desa"
        title = titles["desa_adat"] if kind == "desa" and code[9] == "3" else titles[kind]
        return Office(code, f"{title} {self._places[code]}", kind, code, under if kind == "kecamatan" else code[:8])


def _zone(top: Section) -> str:
    zone = top.text("zone")
    if zone and zone not in _ZONES:
        zones = ", ".join(_ZONES)
        told = f"di Indonesia tidak ada zona waktu {zone!r}; yang ada {zones}"
        top.refuse(f"zone: {told} | there is no time zone {zone!r} in Indonesia; there are {zones}", "zone")
    return zone


def _lies_in(code: str, place: str) -> bool:
    return code == place or code.startswith(f"{place}.")
