"""Every province, kabupaten/kota, district and village of Indonesia by its Kemendagri code.

Basis: Kepmendagri 300.2.2-2430/2025, as idn-area-data 4.0.1 has it (ODbL; `data/NOTICE.md`): 38, 514, 7,285 and
83,762. Names are not unique, so everything goes by code. A kabupaten/kota is read when somebody asks for it, a few
are kept: a process that serves one of them does not pay for all of Indonesia.
"""

from __future__ import annotations

import csv
import lzma
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from mpp.regions.pack import INDEX, PLACES

CODE = re.compile(r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?")
REGENCY = re.compile(r"[0-9]{2}\.[0-9]{2}")
KEPT = 32  # regencies in memory; the people of one counter come from a few

_DATA = Path(__file__).parent / "data"


def region_name(code: str) -> str | None:
    """The name of the place with this dotted code (`35.15.14` -> `Sukodono`); None when there is no such place.

    Provinces and kabupaten/kota carry their kind in the name (`Kabupaten Sidoarjo`), districts and villages do not.
    """
    if not CODE.fullmatch(code):
        return None
    if len(code) <= 5:
        found = _index().get(code)
        return None if found is None else found[0]
    return places_in(code[:5]).get(code)


def exists(code: str) -> bool:
    """Whether a place carries this dotted code today; False for what is no code at all."""
    return region_name(code) is not None


def places_in(regency: str) -> Mapping[str, str]:
    """The districts and villages of a kabupaten/kota, code to name, in the order of the codes; empty if unknown."""
    found = _index().get(regency)
    return _NOWHERE if found is None or found[1] is None else _read(*found[1])


def directly_in(code: str) -> Mapping[str, str]:
    """The places one level below: the kabupaten of a province, the districts of a kabupaten, the villages of a
    district. Empty for a village, and where there is no such place."""
    if len(code) == 2:
        return {below: name for below, name in regencies().items() if below.startswith(f"{code}.")}
    length = {5: 8, 8: 13}.get(len(code))
    return {c: name for c, name in places_in(code[:5]).items() if len(c) == length and within(c, code)}


def within(code: str, place: str) -> bool:
    """Whether the place of the first code is that of the second, or lies in it."""
    return code == place or code.startswith(f"{place}.")


def path_name(code: str) -> str | None:
    """The name with those of the places around it, as far as the kabupaten or kota; None for no place.

    `35.15.14.2013` is `Suko, Sukodono, Kabupaten Sidoarjo`: there are many villages of the same name.
    """
    levels = [code[:length] for length in (13, 8, 5) if len(code) >= length] or [code]
    names = [region_name(level) for level in levels]
    return None if None in names else ", ".join(name for name in names if name is not None)


def regencies() -> Mapping[str, str]:
    """All kabupaten and kota, code to name."""
    return {code: name for code, (name, _) in _index().items() if len(code) == 5}


def provinces() -> Mapping[str, str]:
    """All provinces, code to name."""
    return {code: name for code, (name, _) in _index().items() if len(code) == 2}


def everywhere() -> Iterator[tuple[str, str]]:
    """Every district and village of Indonesia as (code, name): reads everything and keeps nothing."""
    with lzma.open(_DATA / PLACES, "rt", encoding="utf-8", newline="") as file:
        for code, name in csv.reader(file):  # noqa: UP028  (says what comes)
            yield code, name


_NOWHERE: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, tuple[int, int] | None]]:
    """Provinces and regencies: name, and where the stream of a regency begins and how long it is."""
    with (_DATA / INDEX).open(encoding="utf-8", newline="") as file:
        return {
            code: (name, (int(where[0]), int(where[1])) if where else None) for code, name, *where in csv.reader(file)
        }


@lru_cache(maxsize=KEPT)
def _read(offset: int, length: int) -> Mapping[str, str]:
    with (_DATA / PLACES).open("rb") as file:
        file.seek(offset)
        text = lzma.decompress(file.read(length)).decode("utf-8")
    return MappingProxyType({row[0]: row[1] for row in csv.reader(text.splitlines())})
