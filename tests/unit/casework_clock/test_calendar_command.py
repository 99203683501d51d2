"""`mpp calendar deadline`: one JSON object that an operator can read out to a citizen."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mpp.operations.client import Refusal
from mpp.operations.commands import calendar
from mpp.operations.commands.calendar import app
from mpp.operations.problem import Problem
from mpp.regions.folder import SHIPPED


def run(*arguments: str, **environment: str):
    env = {"MPP_REGION": None, "MPP_URL": None} | environment
    return CliRunner().invoke(app, ["deadline", "--offline", *arguments], env=env)


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
    body = json.loads(run("2027-12-30", "5wd").stdout)
    assert body["calendar_complete"] is False
    assert body["notice"] == (
        "kalender belum lengkap: hari libur dan cuti bersama 2028 belum ditetapkan "
        "(the calendar is not complete: the holidays and the joint leave of 2028 are not decided yet)"
    )


def test_an_override_table_can_be_tried(tmp_path: Path) -> None:
    table = tmp_path / "days.yaml"
    table.write_text("days:\n  - {date: 2026-11-17, kind: regional_holiday, name: Pilkades}\n")
    body = json.loads(run("2026-11-16", "1wd", "--overrides", str(table)).stdout)
    assert body["date"] == "2026-11-18"
    assert body["skipped"][0]["reason"] == "Pilkades"


def test_the_override_tables_of_the_installation_count(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "33.75.yaml", tmp_path / "region.yaml")
    (tmp_path / "calendars").mkdir()
    tables = [tmp_path / "calendars" / "1.yaml", tmp_path / "calendars" / "2.yaml"]
    for day, table in zip((17, 18), tables, strict=True):
        table.write_text(f"days:\n  - {{date: 2026-11-{day}, kind: regional_holiday, name: Libur}}\n")
    answer = run("2026-11-16", "1wd", MPP_REGION=str(tmp_path))
    assert json.loads(answer.stdout)["date"] == "2026-11-19"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("2026-02-30", "3wd"), "not an ISO date"),
        (("tomorrow", "3wd"), "not an ISO date"),
        (("", "3wd"), "not an ISO date"),
        (("2026-11-20", "3x"), "not a duration"),
        (("2026-11-20", "3wd", "--office", "castle"), "unknown kind of office"),
        (("2026-11-20", "3wd", "--region", "99.99"), "no such region folder"),
        (("2026-11-20", "3wd", "--overrides", "nowhere.yaml"), "nowhere.yaml"),
        (("2026-11-20", "1251wd"), "too long"),
        (("9999-12-30", "3wd"), "not from 2000 to 2099"),
        (("0001-01-01T00:00:00+07:00", "3wd"), "not from 2000 to 2099"),
        (("0001-01-01T00:00:00Z", "3wd"), "not from 2000 to 2099"),
        (("2100-01-01T00:00:00+07:00", "3wd"), "not from 2000 to 2099"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: tuple[str, ...], reason: str) -> None:
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert answer.stderr.startswith("mpp calendar deadline: ")
    assert reason in answer.stderr
    assert answer.stderr.count("\n") == 1


# ---------------------------------------------------------------- which calendar

COUNTED = {
    "start": "2026-11-20",
    "duration": "5wd",
    "office": "opd",
    "deadline": "2026-11-30T15:00:00+07:00",
    "calendar": "0123456789abcdef",
    "services": ["permits"],
    "others": [],
    "unavailable": [],
}


def at_a_mall(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any] | Exception, *arguments: str) -> Any:
    """The command where a mall answers, refuses, or is not there."""

    class Told:
        def __init__(self, url: str, account: str) -> None:
            if isinstance(answer, Exception):
                raise answer

        def get(self, path: str, **query: str) -> dict[str, Any]:
            assert isinstance(answer, dict)
            return answer

    monkeypatch.setattr(calendar, "Client", Told)
    env = {"MPP_REGION": None, "MPP_URL": None}
    return CliRunner().invoke(app, ["deadline", "2026-11-20", "5wd", *arguments], env=env)


def test_the_running_mall_counts_and_the_first_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = at_a_mall(monkeypatch, COUNTED, "--url", "http://mall")
    assert answer.stderr.splitlines() == ["kalender mal di http://mall | the calendar of that mall: 0123456789ab"]
    assert json.loads(answer.stdout) == {k: COUNTED[k] for k in ("start", "duration", "office", "deadline")}


def test_a_service_with_another_calendar_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = at_a_mall(monkeypatch, {**COUNTED, "others": ["complaints"]})
    assert answer.stderr.splitlines()[1].startswith("complaints: ")


def test_with_no_mall_here_the_files_count_and_the_first_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = at_a_mall(monkeypatch, Problem("tidak menjawab", "no answer"))
    assert json.loads(answer.stdout)["date"] == "2026-11-27"
    assert answer.stderr.startswith("kalender dari berkas (tidak ada mal")


def test_a_table_that_is_tried_out_is_not_asked_of_a_mall(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = tmp_path / "days.yaml"
    table.write_text("days:\n  - {date: 2026-11-23, kind: regional_holiday, name: Pilkades}\n")
    answer = at_a_mall(monkeypatch, COUNTED, "--overrides", str(table))
    assert json.loads(answer.stdout)["date"] == "2026-11-30"
    assert answer.stderr.startswith("kalender dari berkas (--overrides)")
    assert "days.yaml" in answer.stderr


def test_offline_is_said_too() -> None:
    assert run("2026-11-20", "5wd").stderr.startswith("kalender dari berkas (--offline)")


@pytest.mark.parametrize(
    ("failure", "arguments"),
    [
        (Problem("tidak menjawab", "no answer"), ("--url", "http://mall")),
        (Refusal("sandi salah", "wrong password", frozenset({"credentials_invalid"})), ()),
    ],
)
def test_a_mall_that_was_named_or_that_refuses_is_never_replaced_by_files(
    monkeypatch: pytest.MonkeyPatch, failure: Problem, arguments: tuple[str, ...]
) -> None:
    answer = at_a_mall(monkeypatch, failure, *arguments)
    assert answer.exception is failure
    assert answer.stdout == ""


def test_what_the_mall_cannot_read_is_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = Refusal("tidak dapat dihitung", "cannot be counted", frozenset({"count_invalid"}))
    assert at_a_mall(monkeypatch, refusal).exit_code == 2
