"""`mpp residents import` as an operator types it: settings from the environment, sums on the screen, a report."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp.operations.problem import Problem
from services.civil_registry.commands import app
from tests.unit.residents.files import CHILD, FAMILY, FATHER, MOTHER, written

AS_OF = ("--as-of", "2026-11-01")


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, registry_url: str) -> None:
    """Those of the process of civil registration."""
    monkeypatch.setenv("CIVIL_REGISTRY_DATABASE_URL", registry_url)
    monkeypatch.setenv("MPP_PERSON_KEY", bytes(range(32)).hex())


def run(*words: str | Path) -> tuple[int, list[str]]:
    done = CliRunner().invoke(app, ["import", *AS_OF, *map(str, words)], catch_exceptions=False)
    return done.exit_code, done.output.splitlines()


def test_a_family_is_taken_once(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", FAMILY)
    nothing = "baris | rows: 3; ditolak | refused: 0; ditahan | held back: 0"
    assert run("--dry-run", file) == (0, [nothing, "baru | new: 0; berubah | changed: 0"])
    assert run(file) == (0, [nothing, "baru | new: 3; berubah | changed: 0"])
    assert run(file) == (0, [nothing, "baru | new: 0; berubah | changed: 0"])


def test_what_is_held_back_stands_in_the_report_by_row_and_reason_and_names_nobody(tmp_path: Path) -> None:
    file, report = written(tmp_path / "a.csv", [FATHER, MOTHER, {**CHILD, "AGAMA": "77"}]), tmp_path / "report.csv"
    status, told = run("--report", report, file)
    assert status == 1
    assert told[-2] == "baris | rows: 3; ditolak | refused: 1; ditahan | held back: 2"
    with report.open(encoding="utf-8", newline="") as stream:
        rows = [(row["row"], row["what"], row["reason"], row["column"]) for row in csv.DictReader(stream)]
    assert rows == [
        ("2", "conflict", "family_held_back", ""),
        ("3", "conflict", "family_held_back", ""),
        ("4", "refused", "unknown_value", "religion"),
    ]
    assert not [word for word in ("Warga", FATHER["NIK"], CHILD["NIK"]) if word in report.read_text()]


def test_a_file_that_is_cut_off_takes_nobody_and_goes_on_when_it_is_whole(tmp_path: Path) -> None:
    whole = written(tmp_path / "a.csv", FAMILY).read_bytes()
    (tmp_path / "a.csv").write_bytes(whole.replace(b"Tiga", b"Tig\xff"))
    assert "--encoding" in str(pytest.raises(Problem, run, tmp_path / "a.csv").value)
    (tmp_path / "a.csv").write_bytes(whole)
    assert run(tmp_path / "a.csv")[1][-1] == "baru | new: 3; berubah | changed: 0"


def test_without_the_key_of_pseudonyms_nobody_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MPP_PERSON_KEY")
    assert "MPP_PERSON_KEY" in str(pytest.raises(Problem, run, written(tmp_path / "a.csv", FAMILY)).value)
