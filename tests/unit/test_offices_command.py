"""`mpp offices`: an operator asks whether the region file can be used, and what is in it."""

from __future__ import annotations

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
            "35.15.yaml: Kabupaten Sidoarjo (35.15), 382 kantor: 318 desa, 28 kelurahan, 18 kecamatan, 14 opd, "
            "2 instansi_vertikal, 1 mpp, 1 mini_mpp",
        ),
        ("33.75", "33.75.yaml: Kota Pekalongan (33.75), 47 kantor: 27 kelurahan, 4 kecamatan, 13 opd, "
         "2 instansi_vertikal, 1 mpp"),
    ],
)  # fmt: skip
def test_a_good_file_is_summed_up_in_one_line(code: str, line: str) -> None:
    assert run("check", str(SHIPPED / f"{code}.yaml")) == (0, [line], "")


def test_a_bad_file_is_one_line_with_its_place(tmp_path: Path) -> None:
    bad = tmp_path / "33.75.yaml"
    bad.write_text((SHIPPED / "33.75.yaml").read_text("utf-8").replace("kind: mpp,", "kind: mall,"), "utf-8")
    status, lines, told = run("check", str(bad))
    assert (status, lines) == (1, [])
    assert told == "mpp offices check: 33.75.yaml:24: office mpp-pekalongan: unknown kind 'mall'\n"
    status, lines, told = run("check", str(tmp_path / "none.yaml"))
    assert (status, lines, told.count("\n")) == (1, [], 1)
    assert told.startswith("mpp offices check: none.yaml:1: cannot be read")


def test_the_offices_are_listed_as_a_tree() -> None:
    status, lines, _ = run("list", "--region", "35.15", "--under", "mpp-sidoarjo")
    assert (status, lines) == (
        0,
        ["mpp-sidoarjo  MPP Sidoarjo  [mpp]", "  mini-mpp-sukodono  Mini MPP Sukodono  [mini_mpp]"],
    )
    status, lines, _ = run("list", "--region", "33.75")
    assert len(lines) == 47
    assert "  33.75.01  Kecamatan Pekalongan Barat  [kecamatan]" in lines
    assert "    33.75.01.1002  Kelurahan Medono  [kelurahan]" in lines


def test_an_office_that_is_not_there_is_told_in_one_line() -> None:
    assert run("list", "--region", "35.15", "--under", "35.16") == (
        1,
        [],
        "mpp offices list: tidak ada kantor (there is no office) '35.16' di 35.15\n",
    )
    assert run("list", "--region", "99.99")[0] == 1
