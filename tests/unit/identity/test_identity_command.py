"""`mpp identity nik`: one JSON object, exit status 0 for a valid number and 1 for one that cannot be."""

import json

import pytest
from typer.testing import CliRunner

from mpp.operations.commands.identity import app


def run(*arguments: str):
    return CliRunner().invoke(app, ["nik", *arguments], env={"MPP_REGION": None})


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("3515140508689990", {"birth_date": "1968-08-05", "sex": "male"}),
        ("3515144508689991", {"birth_date": "1968-08-05", "sex": "female"}),
        ("3515142902009990", {"birth_date": "2000-02-29", "sex": "male"}),
        ("3515142211269990", {"birth_date": "1926-11-22", "sex": "male"}),
    ],
)
def test_a_valid_number(number: str, expected: dict) -> None:
    answer = run(number, "--today", "2026-11-21")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout) == {"valid": True, "region": "35.15.14", "warnings": [], "error": None} | expected


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("3515142902019990", "invalid_date"),
        ("3515147205909990", "invalid_date"),
        ("3515140508680000", "invalid_sequence"),
        ("351514050868999", "invalid_length"),
        ("thirty-five", "not_digits"),
        ("", "not_digits"),
    ],
)
def test_a_number_that_cannot_be_one(number: str, error: str) -> None:
    answer = run(number, "--today", "2026-11-21")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout) == {
        "valid": False, "birth_date": None, "sex": None, "region": None, "warnings": [], "error": error,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("number", "warned"),
    [
        ("3515990508689990", True),  # no such district in Sidoarjo
        ("9999990508689990", True),  # no such province
        ("9671010508689990", False),  # Papua Barat Daya, a province since 2022
    ],
)
def test_an_unknown_region_is_a_warning_and_no_refusal(number: str, warned: bool) -> None:
    answer = run(number, "--today", "2026-11-21")
    assert answer.exit_code == 0
    assert json.loads(answer.stdout)["warnings"] == (["region_unknown"] if warned else [])


def test_without_a_date_today_decides_the_century() -> None:
    assert json.loads(run("3515140508689990").stdout)["birth_date"] == "1968-08-05"


def test_unreadable_options_are_one_line_and_status_2() -> None:
    answer = run("3515140508689990", "--today", "tomorrow")
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("mpp identity nik: ")
    assert answer.stderr.count("\n") == 1
