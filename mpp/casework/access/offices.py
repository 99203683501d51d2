"""The offices of one kabupaten/kota: a tree by region code, plus its agencies. Pure; `mpp.regions` loads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

KINDS = (
    "desa",
    "kelurahan",
    "kecamatan",
    "opd",
    "instansi_vertikal",
    "bumn",
    "bumd",
    "mpp",
    "mini_mpp",
)
# How what the office issues is signed (`mpp.papers.signing`).
SIGNATURES = ("local", "bsre", "wet")
REGION_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")
OFFICE_CODE = re.compile(r"[a-z0-9][a-z0-9.-]{0,39}")


@dataclass(frozen=True)
class Office:
    """A place where clerks work. `region` is the Kemendagri code of what it serves, `parent` its superior. `appeals` is
    the office that hears appeals against its decisions, where that is another one than its superior; `signature` says
    how its papers are signed, one of SIGNATURES. `full_name` and `address` stand at the head of them; without the first
    the name does."""

    code: str
    name: str
    kind: str
    region: str
    parent: str | None = None
    phone: str | None = None
    appeals: str | None = None
    signature: str = "local"
    full_name: str | None = None
    address: str | None = None


class BadOffice(ValueError):
    """An office that cannot be in the tree: `office` is its code, the text says why in both languages."""

    def __init__(self, office: str, indonesian: str, english: str) -> None:
        super().__init__(f"kantor {office}: {indonesian} | office {office}: {english}")
        self.office = office


def kind_of_place(code: str) -> str | None:
    """The kind of office that a place has, by its Kemendagri code; None for provinces, kabupaten/kota and other texts.

    A village's last four digits begin with 1 for a kelurahan, 2 for a desa, 3 for a desa adat, which is a desa, too:
    `35.15.14.2013` is a desa, `35.15.14` a kecamatan.
    """
    if not REGION_CODE.fullmatch(code):
        return None
    if len(code) == 8:
        return "kecamatan"
    return {"1": "kelurahan", "2": "desa", "3": "desa"}.get(code[9:10]) if len(code) == 13 else None


def bad_offices(offices: Iterable[Office]) -> Iterator[BadOffice]:
    """Every reason why these offices are no tree: a double or malformed code, an unknown kind or parent, a bad region
    code, a circle (told once)."""
    found: dict[str, Office] = {}
    for office in offices:
        if office.code in found:
            yield BadOffice(office.code, "kodenya dipakai dua kali", "the code is used twice")
            continue
        found[office.code] = office
        if not OFFICE_CODE.fullmatch(office.code):
            yield BadOffice(
                office.code,
                "kode paling panjang 40 dari a-z, 0-9, '-' dan '.'",
                "a code is at most 40 of a-z, 0-9, '-' and '.'",
            )
        if office.kind not in KINDS:
            kinds = ", ".join(KINDS)
            yield BadOffice(
                office.code,
                f"jenis {office.kind!r} tidak ada; yang ada {kinds}",
                f"unknown kind {office.kind!r}; there are {kinds}",
            )
        if not REGION_CODE.fullmatch(office.region):
            yield BadOffice(
                office.code, f"{office.region!r} bukan kode wilayah", f"{office.region!r} is not a region code"
            )
    for office in found.values():
        if office.parent is not None and office.parent not in found:
            yield BadOffice(
                office.code,
                f"atasannya {office.parent!r} tidak ada dalam daftar",
                f"unknown parent {office.parent!r}",
            )
        if office.appeals is not None and office.appeals not in found:
            yield BadOffice(
                office.code,
                f"kantor banding {office.appeals!r} tidak ada dalam daftar",
                f"unknown office of appeals {office.appeals!r}",
            )
    yield from _circles(found)


def _circles(offices: Mapping[str, Office]) -> Iterator[BadOffice]:
    ends: set[str] = set()  # offices whose chain of superiors ends, or was told of
    for code in offices:
        chain: dict[str, None] = {}
        current: str | None = code
        while current is not None and current in offices and current not in ends:
            if current in chain:
                yield BadOffice(code, "atasannya berputar kembali ke dirinya", "its superiors form a circle")
                break
            chain[current] = None
            current = offices[current].parent
        ends |= chain.keys()


class OfficeTree:
    """All offices of the region, by code.

    `places` are the region codes of its districts and villages, whether or not they have an office.
    Raises the first BadOffice (`bad_offices`).
    """

    def __init__(self, region: str, zone: str, offices: Iterable[Office], places: Iterable[str] = ()) -> None:
        self.region = region
        self.zone = zone
        offices = list(offices)
        for bad in bad_offices(offices):
            raise bad
        self._offices = {office.code: office for office in offices}
        self._children: dict[str, list[str]] = {}
        for office in offices:
            if office.parent is not None:
                self._children.setdefault(office.parent, []).append(office.code)
        self._regions = frozenset({region, *places, *(office.region for office in offices)})

    def __contains__(self, code: object) -> bool:
        return code in self._offices

    def __iter__(self) -> Iterator[Office]:
        return iter(self._offices.values())

    def __len__(self) -> int:
        return len(self._offices)

    def get(self, code: str) -> Office | None:
        """The office of this code, or None."""
        return self._offices.get(code)

    def name_of(self, code: str | None) -> str | None:
        """What people call the office of this code; None for one that is in no list, and for none."""
        found = None if code is None else self.get(code)
        return None if found is None else found.name

    def children(self, code: str) -> tuple[str, ...]:
        """The codes of the offices directly below, in the order of the file."""
        return tuple(self._children.get(code, ()))

    def subtree(self, code: str) -> frozenset[str]:
        """The office and everything below it; empty for an unknown office."""
        if code not in self._offices:
            return frozenset()
        found: set[str] = set()
        todo = [code]
        while todo:
            current = todo.pop()
            found.add(current)
            todo.extend(self._children.get(current, ()))
        return frozenset(found)

    def at_or_above(self, code: str, kind: str) -> str | None:
        """The nearest office of this kind on the way up from an office, itself included; None where there is none."""
        current = self._offices.get(code)
        while current is not None and current.kind != kind:
            current = self._offices.get(current.parent) if current.parent is not None else None
        return None if current is None else current.code

    def hears_appeals(self, code: str) -> str:
        """The office whose supervisor hears an appeal against a decision of this one: the one that the region's file
        says, else its superior, else itself."""
        office = self._offices.get(code)
        return code if office is None else office.appeals or office.parent or code

    def region_known(self, code: str) -> bool:
        """Whether this region itself, or a district or village in it, carries this Kemendagri code."""
        return code in self._regions
