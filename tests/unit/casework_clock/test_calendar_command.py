"""`mpp calendar deadline`: one JSON object that an operator can read out to a citizen."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp.operations.commands.calendar import app


def run(*arguments: str, **environment: str):
    env = {"MPP_REGION": None, "MPP_CALENDAR_FILES": None} | environment
    return CliRunner().invoke(app, ["deadline", *arguments], env=env)


@pytest.mark.parametrize(
    ("arguments", "deadline"),
    [
        (("2026-03-13", "5wd"), "2026-03-27T15:00:00+07:00"),
        (("2026-11-20T15:01", "5wd"), "2026-11-30T15:00:00+07:00"),
        (("2026-11-20T15:01:00", "5wd"), "2026-11-30T15:00:00+07:00"),
        (("2026-11-20T08:01:00Z", "5wd"), "2026-11-30T15:00:00+07:00"),
        (("2026-11-20T17:00:00+09:00", "5wd"), "2026-11-27T15:00:00+07:00"),
        (("2026-11-20", "1wd", "--office", "desa"), "2026-11-23T14:00:00+07:00"),
        (("2026-01-10", "60d"), "2026-03-11T23:59:00+07:00"),
        (("2026-12-23", "1d", "--roll"), "2026-12-28T23:59:00+07:00"),
        (("2026-11-16", "10h"), "2026-11-17T11:00:00+07:00"),
    ],
)
def test_the_deadline(arguments: tuple[str, ...], deadline: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 0
    body = json.loads(answer.stdout)
    assert (body["deadline"], body["date"], body["calendar_complete"]) == (deadline, deadline[:10], True)


def test_the_skipped_days_and_why() -> None:
    body = json.loads(run("2026-05-13", "1wd").stdout)
    assert body["skipped"] == [
        {"date": "2026-05-14", "kind": "national_holiday", "reason": "Kenaikan Yesus Kristus"},
        {"date": "2026-05-15", "kind": "joint_leave", "reason": "Cuti Bersama Kenaikan Yesus Kristus"},
        {"date": "2026-05-16", "kind": "weekend", "reason": "Sabtu"},
        {"date": "2026-05-17", "kind": "weekend", "reason": "Minggu"},
    ]
    assert body["day_zero"] == "2026-05-13"


def test_an_undecided_year_is_said() -> None:
    body = json.loads(run("2026-12-30", "5wd").stdout)
    assert body["calendar_complete"] is False
    assert "kalender belum lengkap" in body["notice"]


def test_an_override_table_can_be_tried(tmp_path: Path) -> None:
    table = tmp_path / "days.yaml"
    table.write_text("days:\n  - {date: 2026-11-17, kind: regional_holiday, name: Pilkades}\n")
    body = json.loads(run("2026-11-16", "1wd", "--overrides", str(table)).stdout)
    assert body["date"] == "2026-11-18"
    assert body["skipped"][0]["reason"] == "Pilkades"


def test_the_override_tables_of_the_running_mall_count(tmp_path: Path) -> None:
    tables = [tmp_path / "1.yaml", tmp_path / "2.yaml"]
    for day, table in zip((17, 18), tables, strict=True):
        table.write_text(f"days:\n  - {{date: 2026-11-{day}, kind: regional_holiday, name: Libur}}\n")
    answer = run("2026-11-16", "1wd", MPP_CALENDAR_FILES=":".join(map(str, tables)))
    assert json.loads(answer.stdout)["date"] == "2026-11-19"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("2026-02-30", "3wd"), "not an ISO date"),
        (("tomorrow", "3wd"), "not an ISO date"),
        (("", "3wd"), "not an ISO date"),
        (("2026-11-20", "3x"), "not a duration"),
        (("2026-11-20", "3wd", "--office", "castle"), "unknown kind of office"),
        (("2026-11-20", "3wd", "--region", "99.99"), "no such region file"),
        (("2026-11-20", "3wd", "--overrides", "nowhere.yaml"), "nowhere.yaml"),
        (("9999-12-30", "3wd"), "out of range"),
        (("0001-01-01T00:00", "3wd"), "out of range"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], reason: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("mpp calendar deadline: ")
    assert reason in answer.stderr
    assert answer.stderr.count("\n") == 1
