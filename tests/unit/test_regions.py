"""The region file: one kabupaten or kota with its offices, refused in one line when something in it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp import regions
from mpp.casework.offices import Office, OfficeTree
from mpp.catalogue import CatalogueError

GOOD = """\
code: "33.75"
name: {id: Kota Pekalongan, en: Pekalongan City}
zone: Asia/Jakarta
offices:
  - {code: dpmptsp, name: DPMPTSP, kind: opd, region: "33.75"}
  - {code: "33.75.01", name: Kecamatan Pekalongan Barat, kind: kecamatan, region: "33.75.01"}
  - code: "33.75.01.1002"
    name: Kelurahan Medono
    kind: kelurahan
    region: "33.75.01.1002"
    parent: "33.75.01"
    phone: "+62285000000"
"""


def load(folder: Path, text: str = GOOD) -> regions.Region:
    """The region of a file with this text."""
    path = folder / "33.75.yaml"
    path.write_text(text, "utf-8")
    return regions.load(str(path))


def test_a_region_is_its_name_its_zone_and_its_offices(tmp_path: Path) -> None:
    region = load(tmp_path)
    assert (region.code, region.name["id"], region.offices.zone) == ("33.75", "Kota Pekalongan", "Asia/Jakarta")
    assert len(region.offices) == 3
    medono = region.offices.get("33.75.01.1002")
    assert medono == Office(
        "33.75.01.1002", "Kelurahan Medono", "kelurahan", "33.75.01.1002", "33.75.01", "+62285000000"
    )
    assert region.offices.get("33.75.01.1003") is None


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ('code: "33.75"\n', 'code: "3375"\n', 1, "is not the code of a kabupaten or kota"),
        ('code: "33.75"\n', "code: 33.75\n", 1, "code has the wrong type (float)"),
        ("name: {id: Kota Pekalongan, en", "name: {en", 2, "id is missing"),
        ("zone: Asia/Jakarta", "zone: Asia/Pekalongan", 3, "there is no time zone 'Asia/Pekalongan'"),
        ("zone: Asia/Jakarta", "zone: ../Jakarta", 3, "there is no time zone"),
        ("kind: opd", "kind: dinas", 5, "office dpmptsp: unknown kind 'dinas'"),
        ('kind: opd, region: "33.75"', 'kind: opd, region: "33.7"', 5, "office dpmptsp: '33.7' is not in 33.75"),
        ('kind: opd, region: "33.75"', 'kind: opd, region: "33.75.x"', 5, "'33.75.x' is not a region code"),
        ('region: "33.75.01"}', 'region: "35.15.01"}', 6, "office 33.75.01: '35.15.01' is not in 33.75"),
        ('code: "33.75.01", name', "code: dpmptsp, name", 6, "office dpmptsp: the code is used twice"),
        ('parent: "33.75.01"', 'parent: "33.75.02"', 7, "unknown parent '33.75.02'"),
        ('parent: "33.75.01"', 'parent: "33.75.01.1002"', 7, "its superiors form a circle"),
        ("    phone:", "    telephone:", 12, "unknown key 'telephone'"),
        ("zone: Asia/Jakarta", "zone: Asia/Jakarta\nzones: 1", 4, "unknown key 'zones'"),
        ("    name: Kelurahan Medono\n", "", 7, "name is missing"),
    ],
)
def test_each_mistake_is_refused_by_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert reason in caught.value.reason
    assert str(caught.value) == f"33.75.yaml:{line}: {caught.value.reason}"


def test_a_region_without_offices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="33.75.yaml:4: offices: there is none"):
        load(tmp_path, GOOD[: GOOD.index("offices:")] + "offices: []\n")


def test_an_unknown_region_is_told_with_those_that_are_shipped() -> None:
    with pytest.raises(CatalogueError, match=r"there is no such region file \(shipped: .*35\.15"):
        regions.load("99.99")


# --- the tree --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sidoarjo() -> OfficeTree:
    """The shipped Kabupaten Sidoarjo."""
    return regions.load("35.15").offices


def test_sidoarjo_has_its_18_districts(sidoarjo: OfficeTree) -> None:
    districts = [o for o in sidoarjo if o.kind == "kecamatan"]  # type: ignore[attr-defined]
    assert sorted(o.code for o in districts) == [f"35.15.{number:02d}" for number in range(1, 19)]


def test_villages_of_the_same_name_are_told_apart_by_code(sidoarjo: OfficeTree) -> None:
    sukos = [o.code for o in sidoarjo if o.name == "Desa Suko"]  # type: ignore[attr-defined]
    assert sorted(sukos) == ["35.15.08.2002", "35.15.14.2016"]


def test_every_village_lies_in_the_district_above_it(sidoarjo: OfficeTree) -> None:
    villages = [o for o in sidoarjo if o.kind in ("desa", "kelurahan")]  # type: ignore[attr-defined]
    assert villages
    for village in villages:
        assert village.region == village.code
        assert village.parent == village.code.rpartition(".")[0]
        # Kemendagri: the first of the last four digits is 1 for a kelurahan, 2 for a desa
        assert village.code.rpartition(".")[2][0] == ("1" if village.kind == "kelurahan" else "2")


def test_a_subtree_is_the_office_and_all_below_it(sidoarjo: OfficeTree) -> None:
    sukodono = sidoarjo.subtree("35.15.14")
    assert {"35.15.14", "35.15.14.2013"} <= sukodono
    assert len(sukodono) == 1 + 19
    assert "35.15.08.2002" not in sukodono
    assert "mini-mpp-sukodono" in sidoarjo.subtree("dpmptsp")
    assert sidoarjo.subtree("35.15.14.2013") == {"35.15.14.2013"}
    assert sidoarjo.subtree("35.15.99") == frozenset()


def test_a_region_is_known_when_an_office_serves_it(sidoarjo: OfficeTree) -> None:
    assert sidoarjo.region_known("35.15")
    assert sidoarjo.region_known("35.15.14.2013")
    assert not sidoarjo.region_known("35.15.99")
    assert not sidoarjo.region_known("33.75")
    assert not sidoarjo.region_known("")
