"""The offices of one kabupaten/kota: a tree by region code, plus its agencies. Pure; `mpp.regions` loads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
REGION_CODE = re.compile(r"\d{2}(\.\d{2}(\.\d{2}(\.\d{4})?)?)?")


@dataclass(frozen=True)
class Office:
    """A place where clerks work. `region` is the Kemendagri code of what it serves, `parent` its superior."""

    code: str
    name: str
    kind: str
    region: str
    parent: str | None = None
    phone: str | None = None


class OfficeTree:
    """All offices of the region, by code.

    Raises ValueError on a double code, an unknown kind or parent, a bad region code, or a circle of parents.
    """

    def __init__(self, region: str, zone: str, offices: Iterable[Office]) -> None:
        self.region = region
        self.zone = zone
        self._offices: dict[str, Office] = {}
        for office in offices:
            if office.code in self._offices:
                raise ValueError(f"office {office.code}: the code is used twice")
            if office.kind not in KINDS:
                raise ValueError(f"office {office.code}: unknown kind {office.kind!r}")
            if not REGION_CODE.fullmatch(office.region):
                raise ValueError(f"office {office.code}: {office.region!r} is not a region code")
            self._offices[office.code] = office
        self._children: dict[str, list[str]] = {}
        for office in self._offices.values():
            if office.parent is not None:
                if office.parent not in self._offices:
                    raise ValueError(f"office {office.code}: unknown parent {office.parent!r}")
                self._children.setdefault(office.parent, []).append(office.code)
        for code in self._offices:
            self._refuse_circle(code)
        self._regions = frozenset(office.region for office in self._offices.values())

    def _refuse_circle(self, code: str) -> None:
        seen: set[str] = set()
        current: str | None = code
        while current is not None:
            if current in seen:
                raise ValueError(f"office {code}: its superiors form a circle")
            seen.add(current)
            current = self._offices[current].parent

    def __contains__(self, code: object) -> bool:
        return code in self._offices

    def __iter__(self) -> Iterator[Office]:
        return iter(self._offices.values())

    def __len__(self) -> int:
        return len(self._offices)

    def get(self, code: str) -> Office | None:
        """The office of this code, or None."""
        return self._offices.get(code)

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

    def region_known(self, code: str) -> bool:
        """Whether a village, district or the region itself carries this Kemendagri code."""
        return code in self._regions
