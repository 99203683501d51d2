"""`mpp residents`: what the screen and the report say of files, for who has to mend them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp.operations.problem import Problem
from mpp.yaml_files import CatalogueError
from services.civil_registry.commands import app
from tests.unit.residents.files import CHILD, FAMILY, FATHER, written


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    return done.exit_code, done.output


def test_a_good_file_has_nothing_refused(tmp_path: Path) -> None:
    status, told = run("check", "--as-of", "2026-11-01", str(written(tmp_path / "a.csv", FAMILY)))
    assert (status, told.splitlines()) == (0, ["baris | rows: 3; ditolak | refused: 0"])


def test_the_report_names_file_row_column_and_reason_and_no_person(tmp_path: Path) -> None:
    first = written(tmp_path / "a.csv", FAMILY)
    second = written(tmp_path / "b.csv", [FATHER, {**CHILD, "AGAMA": "9", "NIK": "77"}])
    report = tmp_path / "report.csv"
    status, told = run("check", "--as-of", "2026-11-01", "--report", str(report), str(first), str(second))
    assert status == 1
    assert "ditolak | refused: 1" in told
    with report.open(encoding="utf-8", newline="") as file:
        rows = [(row["file"], row["row"], row["what"], row["reason"], row["column"]) for row in csv.DictReader(file)]
    assert rows == [("2", "3", "refused", "invalid_length", "nik"), ("2", "3", "refused", "unknown_value", "religion")]
    assert not [name for name in ("77", CHILD["NAMA_LGKP"]) if name in report.read_text()]


def test_a_column_map_brings_a_regions_own_names(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", FAMILY)
    file.write_text(file.read_text().replace("NAMA_LGKP,", "nama warga,", 1))
    assert "NAMA_LGKP" in str(pytest.raises(Problem, run, "check", "--as-of", "2026-11-01", str(file)).value)
    named = tmp_path / "map.yaml"
    named.write_text("columns:\n  nama warga: NAMA_LGKP\n")
    assert run("check", "--as-of", "2026-11-01", "--columns", str(named), str(file))[0] == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--as-of", "kemarin"), "2026-11-01"),
        (("--as-of", "2999-01-01"), "masa depan"),
        (("--as-of", "2026-11-01", "--encoding", "ebcdic"), "--encoding"),
        (("--as-of", "2026-11-01", "--columns", "/nonexistent.yaml"), "nonexistent"),
    ],
)
def test_an_option_that_cannot_be_is_a_line_that_says_so(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    file = written(tmp_path / "a.csv", FAMILY)
    assert says in str(pytest.raises((Problem, CatalogueError), run, "check", *words, str(file)).value)


def test_a_report_never_overwrites_a_file(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", FAMILY)
    before = file.read_bytes()
    pytest.raises(Problem, run, "check", "--as-of", "2026-11-01", "--report", str(file), str(file))
    assert file.read_bytes() == before


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    told = str(pytest.raises(Problem, run, "check", "--as-of", "2026-11-01", str(tmp_path / "none.csv")).value)
    assert "none.csv" in told
