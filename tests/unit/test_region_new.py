"""`mpp region new`: a folder that a mall starts on, from what the data know; what nobody knows is left open."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp.operations.commands.region import app
from mpp.operations.problem import Problem
from mpp.operations.region_files import read
from mpp.regions import places, read_region
from mpp.regions.new import write_region
from services.gateway.accounts.seed import DEMO, assignments_in

OF_EACH_PROVINCE = sorted({code[:2]: code for code in places.regencies()}.values())


def new(*words: str) -> tuple[list[str], BaseException | None]:
    result = CliRunner().invoke(app, ["new", *words])
    return result.stdout.splitlines(), result.exception


@pytest.mark.parametrize(
    ("code", "name", "english", "zone"),
    [
        ("36.71", "Kota Tangerang", "Tangerang City", "Asia/Jakarta"),
        ("62.71", "Kota Palangkaraya", "Palangkaraya City", "Asia/Pontianak"),
        ("73.71", "Kota Makassar", "Makassar City", "Asia/Makassar"),
        ("91.03", "Kabupaten Jayapura", "Jayapura Regency", "Asia/Jayapura"),
        ("31.74", "Kota Administrasi Jakarta Selatan", "Jakarta Selatan Administrative City", "Asia/Jakarta"),
    ],
)
def test_a_new_region_can_be_used_at_once(tmp_path: Path, code: str, name: str, english: str, zone: str) -> None:
    told, failed = new(code, str(tmp_path / "region"))
    assert failed is None
    assert told[2].startswith(f"{name}: ")
    region = read(str(tmp_path / "region")).region
    assert (region.code, region.offices.zone) == (code, zone)
    assert region.name["en"] == english
    assert {o.code for o in region.offices if o.code[0].isdigit()} == places.places_in(code).keys()


@pytest.mark.parametrize("code", OF_EACH_PROVINCE)
def test_every_province_has_its_zone_and_a_region_that_can_be_read(tmp_path: Path, code: str) -> None:
    write_region(code, tmp_path)
    assert read_region(tmp_path / "region.yaml").code == code


def test_places_are_called_as_the_law_calls_them_there(tmp_path: Path) -> None:
    for code, place, called in (("91.03", "91.03.01", "Distrik "), ("11.01", "11.01.01.2001", "Gampong ")):
        write_region(code, tmp_path / code)
        office = read_region(tmp_path / code / "region.yaml").offices.get(place)
        assert office is not None
        assert office.name.startswith(called)


def test_its_demo_accounts_have_no_name_of_another_region(tmp_path: Path) -> None:
    write_region("36.71", tmp_path)
    offices = read_region(tmp_path / "region.yaml").offices
    demo = assignments_in(offices)
    assert not [name for name in demo if "sukodono" in name or "sidoarjo" in name or "dpubmsda" in name]
    assert demo["petugas.sukarasa"].office == "36.71.01.1001"
    assert len(demo) == len(DEMO)
    assert all(held.office in offices for held in demo.values())


def test_an_agency_that_is_not_there_has_no_demo_account(tmp_path: Path) -> None:
    write_region("36.71", tmp_path)
    path = tmp_path / "region.yaml"
    path.write_text(re.sub(r"  - \{code: bapenda.*\n", "", path.read_text()))
    demo = assignments_in(read_region(path).offices)
    assert not [name for name in demo if "bapenda" in name]
    assert demo["operator"].office == "mpp-tangerang"


def test_what_is_not_known_is_left_open_with_a_word(tmp_path: Path) -> None:
    write_region("36.71", tmp_path)
    text = (tmp_path / "region.yaml").read_text()
    assert "belum diketahui" in text
    assert all(office.phone is None for office in read_region(tmp_path / "region.yaml").offices)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("3671", "maksudnya 36.71 (Kota Tangerang)?"),
        ("36.99", "36.71 Kota Tangerang"),
        ("99.99", "codes look like 36.71"),
        ("36", "36.71 Kota Tangerang"),
        ("36.71.01", "maksudnya 36.71"),
        ("Tangerang", "codes look like 36.71"),
    ],
)
def test_an_unknown_code_is_refused_with_what_may_have_been_meant(tmp_path: Path, code: str, words: str) -> None:
    told, failed = new(code, str(tmp_path / "region"))
    assert isinstance(failed, Problem)
    assert words in str(failed)
    assert told == []
    assert not (tmp_path / "region").exists()


def test_a_folder_that_holds_something_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "2027.yaml").write_text("days: []\n")
    _, failed = new("36.71", str(tmp_path))
    assert isinstance(failed, Problem)
    assert "sudah ada isinya" in str(failed)
    assert [path.name for path in tmp_path.iterdir()] == ["calendars"]


def test_an_empty_folder_with_a_note_is_filled(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("")
    assert new("36.71", str(tmp_path))[1] is None


def test_others_may_read_what_was_written_under_a_strict_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_region("36.71", tmp_path / "region")
    finally:
        os.umask(before)
    for path in (tmp_path / "region").rglob("*"):
        assert path.stat().st_mode & 0o044 == 0o044, path
