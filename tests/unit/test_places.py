"""The places of Indonesia by their Kemendagri codes: complete, told apart by code, and cheap to ask for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mpp.regions import exists, places, region_name
from mpp.regions.pack import INDEX, PLACES, pack

DATA = Path(places.__file__).parent / "data"


def test_every_place_of_the_decree_is_there() -> None:
    found = list(places.everywhere())
    levels = Counter(len(code) for code, _ in found)
    assert (len(places.provinces()), len(places.regencies())) == (38, 514)
    assert (levels[8], levels[13], sum(levels.values())) == (7_285, 83_762, 7_285 + 83_762)
    digits = Counter(code[9] for code, _ in found if len(code) == 13)
    assert digits == {"1": 8_496, "2": 75_252, "3": 14}, "kelurahan, desa, desa adat"
    assert len({code for code, _ in found}) == len(found)
    assert all(name and name == name.strip() for _, name in found)


def test_each_regency_is_read_alone_and_all_of_them_are_everything() -> None:
    apart = [(code, name) for regency in places.regencies() for code, name in places.places_in(regency).items()]
    assert apart == list(places.everywhere())
    above = {*places.regencies(), *dict(apart)}
    assert all(code.rpartition(".")[0] in above for code, _ in apart)


@pytest.mark.parametrize(
    ("regency", "districts", "villages"), [("35.15", 18, 346), ("33.75", 4, 27), ("36.71", 13, 104)]
)
def test_spot_checks(regency: str, districts: int, villages: int) -> None:
    levels = Counter(len(code) for code in places.places_in(regency))
    assert (levels[8], levels[13]) == (districts, villages)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("35", "Jawa Timur"),
        ("96", "Papua Barat Daya"),
        ("35.15", "Kabupaten Sidoarjo"),
        ("33.75", "Kota Pekalongan"),
        ("35.15.14", "Sukodono"),
        ("35.15.14.2013", "Sukodono"),
        ("35.15.08.2002", "Suko"),
        ("35.15.14.2016", "Suko"),
        ("33.75.03.1007", "Degayu"),
        ("36.71.01.1008", "Babakan"),
        ("35.29.22", "Ra'as"),
        ("14.02.09.2010", "Lambang Sari I, II, III"),
    ],
)
def test_a_code_has_one_name(code: str, name: str) -> None:
    assert region_name(code) == name
    assert exists(code)


@pytest.mark.parametrize(
    "code",
    ["", "3", "35.", "35.99", "35.15.19", "35.15.99", "35.15.14.2020", "33.75.01.1001", "351514", "35.15.14.2013.1",
     "35.15.14\n", "٣٥.١٥", "Sukodono", "../35.15", "00", "35.15.14.201"],
)  # fmt: skip
def test_what_is_not_in_the_decree_does_not_exist(code: str) -> None:
    assert region_name(code) is None
    assert not exists(code)


def test_asking_for_many_regencies_keeps_only_some() -> None:
    for regency in places.regencies():
        places.places_in(regency)
    assert places._read.cache_info().currsize <= places.KEPT


def test_the_table_can_be_read_by_any_tool_and_says_whose_it_is() -> None:
    assert (DATA / PLACES).stat().st_size < 1_000_000
    assert "Open Database License" in (DATA / "LICENSE-ODbL.md").read_text("utf-8")
    assert "idn-area-data 4.0.1" in (DATA / "NOTICE.md").read_text("utf-8")


# --- renewing the table after a decree -------------------------------------------------------------------------------

SOURCE = {
    "provinces": "code,name\n35,Jawa Timur\n",
    "regencies": "code,province_code,name\n35.15,35,Kabupaten Sidoarjo\n35.16,35,Kabupaten Mojokerto\n",
    "districts": 'code,regency_code,name\n35.16.01,35.16,"Ja""tirejo"\n35.15.01,35.15,Tarik\n',
    "villages": 'code,district_code,name\n35.15.01.2001,35.15.01,"Satu, Dua"\n35.16.01.1001,35.16.01,Tiga\n',
}


def source(folder: Path, **changed: str) -> Path:
    """A folder of idn-area-data with these tables."""
    for name, text in {**SOURCE, **changed}.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_the_packed_table_gives_back_what_went_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert pack(source(tmp_path), tmp_path) == {"provinces": 1, "regencies": 2, "districts": 2, "villages": 2}
    monkeypatch.setattr(places, "_DATA", tmp_path)
    for cached in (places._index, places._read):
        cached.cache_clear()
    try:
        assert dict(places.places_in("35.15")) == {"35.15.01": "Tarik", "35.15.01.2001": "Satu, Dua"}
        assert dict(places.places_in("35.16")) == {"35.16.01": "Ja'tirejo", "35.16.01.1001": "Tiga"}
        assert len(list(places.everywhere())) == 4
    finally:
        for cached in (places._index, places._read):
            cached.cache_clear()


@pytest.mark.parametrize(
    ("table", "text", "reason"),
    [
        ("villages", "code,name\n35.15.02.2001,Satu\n", "35.15.02.2001 lies in a region that is not there"),
        ("villages", "code,name\n35.15.01.2001,Satu\n35.15.01.2001,Dua\n", "a code stands there twice"),
        ("districts", "code,name\n35.15.01,\n", "35.15.01 has no name"),
    ],
)
def test_a_table_with_a_hole_is_not_packed(tmp_path: Path, table: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        pack(source(tmp_path, **{table: text}), tmp_path)
    assert not (tmp_path / PLACES).exists()
    assert not (tmp_path / INDEX).exists()
