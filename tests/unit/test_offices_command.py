"""`mpp offices`: an operator asks whether the region file can be used, and what is in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp import regions
from mpp.operations.commands.offices import app

RUNNER = CliRunner()
SHIPPED = Path(regions.__file__).parent / "data"


def run(*words: str) -> tuple[int, list[str], str]:
    """Exit status, lines printed, and what went to stderr."""
    result = RUNNER.invoke(app, list(words), env={"MPP_REGION": ""})
    return result.exit_code, result.stdout.splitlines(), result.stderr


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (
            "35.15",
            "35.15: Kabupaten Sidoarjo (35.15), 386 kantor: 318 desa, 28 kelurahan, 18 kecamatan, 14 opd, "
            "6 instansi_vertikal, 1 mpp, 1 mini_mpp; 15 layanan; 0 kalender",
        ),
        ("33.75", "33.75: Kota Pekalongan (33.75), 47 kantor: 27 kelurahan, 4 kecamatan, 13 opd, "
         "2 instansi_vertikal, 1 mpp; 15 layanan; 0 kalender"),
    ],
)  # fmt: skip
def test_a_good_region_is_summed_up_in_one_line(code: str, line: str) -> None:
    assert run("check", code) == (0, [line], "")


def test_a_bad_one_is_a_line_for_each_mistake_with_its_place_and_how_many(tmp_path: Path) -> None:
    text = (SHIPPED / "33.75.yaml").read_text("utf-8").replace("kind: mpp,", "kind: mall,")
    (tmp_path / "region.yaml").write_text(text.replace("zone: Asia/Jakarta", "zone: Asia/Pekalongan"), "utf-8")
    status, lines, told = run("check", str(tmp_path))
    assert (status, lines) == (1, [])
    zone, mall, total = told.splitlines()
    assert zone.startswith(
        "region.yaml:5: zone: di Indonesia tidak ada zona waktu 'Asia/Pekalongan'; yang ada Asia/Jak"
    )
    assert mall.startswith("region.yaml:24: kantor mpp-pekalongan: jenis 'mall' tidak ada; yang ada desa, ")
    assert "| office mpp-pekalongan: unknown kind 'mall'" in mall
    assert total == f"mpp offices check: 2 kesalahan di {tmp_path} | 2 mistakes"


def test_the_offices_are_listed_each_below_the_one_that_it_belongs_to() -> None:
    status, lines, _ = run("list", "--region", "35.15", "--under", "mpp-sidoarjo")
    assert (status, [line.split() for line in lines]) == (
        0,
        [
            ["kode", "jenis", "nama"],
            ["mpp-sidoarjo", "mpp", "MPP", "Sidoarjo"],
            ["mini-mpp-sukodono", "mini_mpp", "·", "Mini", "MPP", "Sukodono"],
        ],
    )
    status, lines, _ = run("list", "--region", "33.75")
    assert len(lines) == 1 + 47
    assert ["33.75.01", "kecamatan", "·", "Kecamatan", "Pekalongan", "Barat"] in [line.split() for line in lines]


def test_programs_get_an_object_for_each_office() -> None:
    _, lines, _ = run("list", "--region", "35.15", "--under", "mpp-sidoarjo", "--json")
    assert [json.loads(line) for line in lines][1] == {
        "code": "mini-mpp-sukodono",
        "name": "Mini MPP Sukodono",
        "kind": "mini_mpp",
        "parent": "mpp-sidoarjo",
        "depth": 1,
    }


def test_an_office_that_is_not_there_is_told_in_one_line() -> None:
    assert run("list", "--region", "35.15", "--under", "35.16") == (
        1,
        [],
        "mpp offices list: tidak ada kantor (there is no office) '35.16' di 35.15\n",
    )
    assert run("list", "--region", "99.99")[0] == 1
