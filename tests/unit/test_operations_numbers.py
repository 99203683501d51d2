"""What an operator gets wrong in a start of numbers is told in one line, before anything is sent."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp.operations.commands import gap_note
from mpp.operations.commands.numbers import app
from mpp.operations.commands.table import shown
from mpp.operations.problem import Problem

NOWHERE = ["--url", "http://127.0.0.1:9"]  # nobody answers there: what reaches the network fails otherwise
GOOD = {"--office": "dpmptsp", "--series": "sip-dr", "--year": "2026", "--last": "38"}


def told(*arguments: str) -> str:
    """The line of the Problem that the command ends in."""
    result = CliRunner().invoke(app, [*arguments, *NOWHERE])
    assert isinstance(result.exception, Problem), result.output
    line = str(result.exception)
    assert "\n" not in line
    return line


def options(**changed: str) -> list[str]:
    merged = {**GOOD, **{f"--{name}": value for name, value in changed.items()}}
    return ["start", *(word for pair in merged.items() for word in pair)]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"last": "abc"}, "--last"),
        ({"last": "-1"}, "--last"),
        ({"last": "12345678901"}, "--last"),
        ({"year": "26"}, "--year"),
        ({"office": "../x"}, "--office"),
        ({"series": ""}, "--series"),
    ],
)
def test_a_wrong_option_is_named(changed: dict[str, str], named: str) -> None:
    assert named in told(*options(**changed))


def test_a_missing_option_is_named() -> None:
    assert "--year" in told("start", "--office", "dpmptsp", "--series", "sip-dr", "--last", "3")


def test_right_options_reach_the_mall() -> None:
    assert "no mall answers" in told(*options())


BOOK = "  - {office: dpmptsp, series: sip-dr, year: 2026, last: 38}\n"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("books: [\n", "starts.yaml:2: "),
        ("books:\n" + BOOK + "  - {office: dukcapil, series: birth, year: 2026}\n", "starts.yaml:3: books[1]: last"),
        ("books:\n" + BOOK + BOOK, "starts.yaml:3: books[1]: this book stands there twice"),
        ("books:\n" + BOOK.replace("38", "'38'"), "starts.yaml:2: books[0]: last"),
        ("books:\n" + BOOK.replace("38", "-38"), "starts.yaml:2: books[0]: year is"),
        ("books:\n" + BOOK.replace("}", ", colour: blue}"), "starts.yaml:2: books[0]"),
        ("book:\n" + BOOK, "starts.yaml:1: "),
        ("", "starts.yaml:1: "),
    ],
)
def test_a_mistake_in_a_list_of_books_is_told_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    file = tmp_path / "starts.yaml"
    file.write_text(text, "utf-8")
    assert place in told("start", "--file", str(file))


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    assert "No such file" in told("start", "--file", str(tmp_path / "none.yaml"))


def test_the_note_on_passed_over_numbers_is_a_page_to_print_in_local_time(capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime(2026, 11, 27, 9, 0, tzinfo=timezone(timedelta(hours=7)))
    gap = {"office": "dpmptsp", "series": "sip-dr", "year": 2026, "first": 3, "last": 5, "backup": "mpp-1"}
    found = {"items": [{**gap, "until": "2026-11-27T01:30:00+00:00", "restored_at": "2026-11-27T02:00:00+00:00"}]}
    page = list(gap_note.printed(found, now))
    assert page[0].startswith("BERITA ACARA")
    (row,) = [line for line in page if line.startswith("dpmptsp")]
    assert row.split()[:6] == ["dpmptsp", "sip-dr", "2026", "3", "5", "3"]
    assert "2026-11-27 08:30:00 +0700" in row
    assert "Disahkan" in page[-1]
    shown({}, found["items"], as_json=True)
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == found["items"]
    assert list(gap_note.printed({"items": []}, now)) == ["Tidak ada nomor yang dilewati | No numbers were passed over"]
