"""The region file: one kabupaten or kota with its offices, refused in one line when something in it cannot be."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mpp import regions
from mpp.casework.access.offices import Office, OfficeTree
from mpp.catalogue import CatalogueError
from mpp.regions import places

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
    path = folder / "region.yaml"
    path.write_text(text, "utf-8")
    return regions.load(str(folder))


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
        ('parent: "33.75.01"', 'parent: "33.75.01"\n    appeals: bupati', 7, "unknown office of appeals 'bupati'"),
        ('parent: "33.75.01"', 'parent: "33.75.01"\n    signature: digital', 12, "signature"),
        ('parent: "33.75.01"', 'parent: "33.75.01.1002"', 7, "its superiors form a circle"),
        ("    phone:", "    telephone:", 12, "unknown key 'telephone'"),
        ("zone: Asia/Jakarta", "zone: Asia/Jakarta\nzones: 1", 4, "unknown key 'zones'"),
        ('code: "33.75"\n', 'code: "33.99"\n', 1, "there is no kabupaten or kota '33.99'"),
        ("name: DPMPTSP, ", "", 5, "name is missing"),
        ("name: DPMPTSP, kind: opd", "name: DPMPTSP", 5, "kind is missing"),
        ("code: dpmptsp,", "code: DPMPTSP,", 5, "office DPMPTSP: a code is at most 40 of a-z"),
        ("code: dpmptsp,", 'code: "33.75.03",', 5, "office 33.75.03: the code belongs to a kecamatan"),
        ('opd, region: "33.75"', 'opd, region: "33.75.05"', 5, "there is no district or village '33.75.05'"),
        ('opd, region: "33.75"', 'opd, region: "33.751"', 5, "office dpmptsp: '33.751' is not in 33.75"),
        ("kind: kecamatan", "kind: desa", 6, "a desa cannot serve '33.75.01', which is a kecamatan"),
        ("    kind: kelurahan\n", "    kind: desa\n", 7, "33.75.01.1002 is a kelurahan by its code, not a desa"),
        ('region: "33.75.01.1002"', 'region: "33.75.01.1003"', 7, "code of a kelurahan is its region code"),
        ('"+62285000000"', '"+6228"', 7, "'+6228' is not a phone number"),
        ("zone: Asia/Jakarta", "zone: Asia/Jakarta\nvillages: some", 4, "'some' is not in 33.75"),
        ("zone: Asia/Jakarta", 'zone: Asia/Jakarta\nvillages: ["35.15.14"]', 4, "'35.15.14' is not in 33.75"),
        (
            "zone: Asia/Jakarta",
            'zone: Asia/Jakarta\nvillages: ["33.75.01.1001"]',
            4,
            "no district or village '33.75.01.1001'",
        ),
        (
            "zone: Asia/Jakarta",
            'zone: Asia/Jakarta\nvillages: all\nwithout: ["33.75.09"]',
            5,
            "there is no district",
        ),
        (
            "zone: Asia/Jakarta",
            "zone: Asia/Jakarta\ndistricts_under: setda",
            4,
            "there is no office 'setda' in the list",
        ),
        ("zone: Asia/Jakarta", "zone: Asia/Jakarta\ntitles: {dusun: Dusun}", 4, "unknown key 'dusun'"),
    ],
)
def test_each_mistake_is_refused_by_file_line_and_reason(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, GOOD.replace(old, new))
    assert reason in caught.value.reason
    assert str(caught.value) == f"region.yaml:{line}: {caught.value.reason}"


def test_a_region_without_offices_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"region.yaml:4: offices: .*\\| offices: there is none"):
        load(tmp_path, GOOD[: GOOD.index("offices:")] + "offices: []\n")


def test_an_unknown_region_is_told_with_those_that_are_shipped() -> None:
    with pytest.raises(CatalogueError, match=r"there is no such region folder \(bawaan \| shipped: 33\.75, 35\.15"):
        regions.load("99.99")


# --- districts and villages from the data ----------------------------------------------------------------------------

SHORT = """\
code: "33.75"
name: {id: Kota Pekalongan, en: Pekalongan City}
zone: Asia/Jakarta
villages: all
districts_under: setda
offices:
  - {code: setda, name: Sekretariat Daerah, kind: opd}
"""


def codes(region: regions.Region) -> set[str]:
    """The codes of all its offices."""
    return codes_of(region.offices)


def test_all_districts_and_villages_come_with_one_word(tmp_path: Path) -> None:
    region = load(tmp_path, SHORT)
    assert len(region.offices) == 1 + 4 + 27
    assert region.offices.get("33.75.01") == Office(
        "33.75.01", "Kecamatan Pekalongan Barat", "kecamatan", "33.75.01", "setda"
    )
    assert region.offices.get("33.75.01.1002") == Office(
        "33.75.01.1002", "Kelurahan Medono", "kelurahan", "33.75.01.1002", "33.75.01"
    )


def test_a_line_overrides_what_the_data_says_and_nothing_more(tmp_path: Path) -> None:
    line = '  - {code: "33.75.01.1002", phone: "+62285000000", parent: setda}\n'
    region = load(tmp_path, SHORT + line)
    assert len(region.offices) == 1 + 4 + 27
    assert region.offices.get("33.75.01.1002") == Office(
        "33.75.01.1002", "Kelurahan Medono", "kelurahan", "33.75.01.1002", "setda", "+62285000000"
    )


def test_a_pilot_takes_some_villages_and_the_districts_above_them(tmp_path: Path) -> None:
    pilot = load(tmp_path, SHORT.replace("all", '["33.75.02", "33.75.03.1007"]'))
    assert codes(pilot) == {"setda", "33.75.02", "33.75.03", "33.75.03.1007"} | {
        f"33.75.02.{village}" for village in (1002, 1004, 1007, 1008, 1009, 1010, 1012)
    }
    assert codes(load(tmp_path, SHORT.replace("all", "none"))) == {"setda"}


def test_a_place_without_an_office_is_still_a_place_of_the_region(tmp_path: Path) -> None:
    offices = load(tmp_path, SHORT.replace("all", "none")).offices
    assert offices.region_known("33.75.01.1002"), "people live there"
    assert not offices.region_known("33.75.01.1001")
    assert not offices.region_known("35.15.14.2013"), "of another kabupaten"


def test_a_village_that_is_no_more_can_be_left_out(tmp_path: Path) -> None:
    left = codes(load(tmp_path, SHORT.replace("all", 'all\nwithout: ["33.75.01.1002", "33.75.04"]')))
    assert len(left) == 1 + 4 + 27 - 1 - 1 - 6
    assert not left & {"33.75.01.1002", "33.75.04", "33.75.04.1002"}


def test_a_region_says_what_its_villages_are_called(tmp_path: Path) -> None:
    aceh = SHORT.replace("33.75", "11.01").replace("all", "all\ntitles: {desa: Gampong}")
    offices = load(tmp_path, aceh).offices
    bakongan = offices.get("11.01.01.2001")
    assert bakongan is not None
    assert (bakongan.name, bakongan.kind) == ("Gampong Keude Bakongan", "desa")


def test_a_desa_adat_is_a_desa(tmp_path: Path) -> None:
    offices = load(tmp_path, SHORT.replace("33.75", "91.03")).offices
    adat = [office for office in offices if office.code[9:10] == "3"]
    assert len(adat) == 14
    assert all(office.kind == "desa" and office.name.startswith("Desa Adat ") for office in adat)


def test_every_kabupaten_and_kota_of_indonesia_can_be_described(tmp_path: Path) -> None:
    for code in places.regencies():
        offices = load(tmp_path, SHORT.replace("33.75", code)).offices
        assert codes_of(offices) - {"setda"} == set(places.places_in(code))


def codes_of(offices: OfficeTree) -> set[str]:
    return {office.code for office in offices}


# --- the shipped regions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "districts", "kelurahan", "desa"), [("35.15", 18, 28, 318), ("33.75", 4, 27, 0)])
def test_the_shipped_regions_are_complete(code: str, districts: int, kelurahan: int, desa: int) -> None:
    kinds = Counter(office.kind for office in regions.load(code).offices)
    assert (kinds["kecamatan"], kinds["kelurahan"], kinds["desa"]) == (districts, kelurahan, desa)


def test_sidoarjo_has_the_offices_that_were_promised() -> None:
    kinds = {office.code: office.kind for office in regions.load("35.15").offices}
    promised = {
        "dpmptsp": "opd", "dukcapil": "opd", "dinkes": "opd", "dinkominfo": "opd", "dpubmsda": "opd",
        "satpol-pp": "opd", "inspektorat": "opd", "dlhk": "opd", "setda": "opd",
        "bapenda": "opd", "dishub": "opd", "disnaker": "opd", "dpupr": "opd", "kesbangpol": "opd",
        "polresta": "instansi_vertikal", "bpjs": "instansi_vertikal", "imigrasi": "instansi_vertikal",
        "kpp": "instansi_vertikal", "kua": "instansi_vertikal", "pengadilan-agama": "instansi_vertikal",
        "mpp-sidoarjo": "mpp", "mini-mpp-sukodono": "mini_mpp",
    }  # fmt: skip
    assert {code: kind for code, kind in kinds.items() if not code[0].isdigit()} == promised


# --- the tree --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sidoarjo() -> OfficeTree:
    """The shipped Kabupaten Sidoarjo."""
    return regions.load("35.15").offices


def test_sidoarjo_has_its_18_districts(sidoarjo: OfficeTree) -> None:
    districts = [o for o in sidoarjo if o.kind == "kecamatan"]
    assert sorted(o.code for o in districts) == [f"35.15.{number:02d}" for number in range(1, 19)]


def test_villages_of_the_same_name_are_told_apart_by_code(sidoarjo: OfficeTree) -> None:
    sukos = [o.code for o in sidoarjo if o.name == "Desa Suko"]
    assert sorted(sukos) == ["35.15.08.2002", "35.15.14.2016"]


def test_every_village_lies_in_the_district_above_it(sidoarjo: OfficeTree) -> None:
    villages = [o for o in sidoarjo if o.kind in ("desa", "kelurahan")]
    assert villages
    for village in villages:
        assert village.region == village.code
        assert village.parent == village.code.rpartition(".")[0]
        # Kemendagri: the first of the last four digits is 1 for a kelurahan, 2 for a desa
        assert village.code.rpartition(".")[2][0] == ("1" if village.kind == "kelurahan" else "2")


def test_an_appeal_goes_to_the_office_that_is_named_else_to_the_superior_else_it_stays(tmp_path: Path) -> None:
    """Which office that is was not verified in law: the region's file says so."""
    offices = load(tmp_path, GOOD.replace('parent: "33.75.01"', 'parent: "33.75.01"\n    appeals: dpmptsp')).offices
    heard = {code: offices.hears_appeals(code) for code in ("33.75.01.1002", "33.75.01", "dpmptsp", "nowhere")}
    assert heard == {"33.75.01.1002": "dpmptsp", "33.75.01": "33.75.01", "dpmptsp": "dpmptsp", "nowhere": "nowhere"}
    assert load(tmp_path).offices.hears_appeals("33.75.01.1002") == "33.75.01"


def test_a_subtree_is_the_office_and_all_below_it(sidoarjo: OfficeTree) -> None:
    sukodono = sidoarjo.subtree("35.15.14")
    assert {"35.15.14", "35.15.14.2013"} <= sukodono
    assert len(sukodono) == 1 + 19
    assert "35.15.08.2002" not in sukodono
    assert "mini-mpp-sukodono" in sidoarjo.subtree("dpmptsp")
    assert sidoarjo.subtree("35.15.14.2013") == {"35.15.14.2013"}
    assert sidoarjo.subtree("35.15.99") == frozenset()


def test_a_region_is_known_when_it_lies_in_the_kabupaten(sidoarjo: OfficeTree) -> None:
    assert sidoarjo.region_known("35.15")
    assert sidoarjo.region_known("35.15.14.2013")
    assert not sidoarjo.region_known("35.15.99")
    assert not sidoarjo.region_known("33.75")
    assert not sidoarjo.region_known("")


def test_an_office_says_how_what_it_issues_is_signed(tmp_path: Path) -> None:
    offices = load(tmp_path, GOOD.replace('parent: "33.75.01"', 'parent: "33.75.01"\n    signature: wet')).offices
    assert sorted(o.signature for o in offices) == ["local"] * (len(offices) - 1) + ["wet"]
