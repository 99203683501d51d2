"""The nine questions are data: a region changes their words, never what they ask. What is an answer is a rule."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from mpp.casework.codes import one_time, verification
from mpp.casework.refusals import Refused
from mpp.casework.rules.questionnaire import ELEMENTS, answers_of, free_of_charge
from mpp.catalogue.questionnaire import read_questionnaire, shipped_questionnaire
from mpp.operations.commands.satisfaction import cell
from mpp.operations.region_files import read, shipped_catalogues
from mpp.yaml_files import CatalogueError

SCALE = "[{id: a, en: a}, {id: b, en: b}, {id: c, en: c}, {id: d, en: d}]"


def told(folder: Path, text: str) -> list[str]:
    """What is wrong with a region's questions."""
    path = folder / "satisfaction.yaml"
    path.write_text(text, "utf-8")
    faults: list[CatalogueError] = []
    read_questionnaire(path, faults)
    return [str(fault).partition(" | ")[0] for fault in faults]


def test_what_ships_asks_the_nine_elements_each_on_a_scale_of_its_own() -> None:
    asked = shipped_questionnaire()
    assert tuple(question.code for question in asked.questions) == ELEMENTS
    assert all(len(question.scale) == 4 for question in asked.questions)
    by_code = {question.code: [label["id"] for label in question.scale] for question in asked.questions}
    assert by_code["fee"] == ["Sangat mahal", "Cukup mahal", "Murah", "Gratis"]
    assert by_code["complaints"][0] == "Tidak ada"
    assert len({tuple(labels) for labels in by_code.values()}) == 8, "only two of them have the same words"


def test_a_region_changes_words_and_days_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "satisfaction.yaml"
    path.write_text(f"days: 14\nquestions:\n- {{code: fee, scale: {SCALE}}}\n", "utf-8")
    own = read_questionnaire(path, [])
    shipped = shipped_questionnaire()
    assert (own.days, [question.code for question in own.questions]) == (14, list(ELEMENTS))
    assert own.questions[3].scale[0] == {"id": "a", "en": "a"}
    assert own.questions[3].text == shipped.questions[3].text
    assert own.questions[:3] == shipped.questions[:3]
    assert own.version != shipped.version, "other words are another version, so that no answer changes its meaning"


def test_the_days_alone_are_no_other_version(tmp_path: Path) -> None:
    path = tmp_path / "satisfaction.yaml"
    path.write_text("days: 14\n", "utf-8")
    assert read_questionnaire(path, []).version == shipped_questionnaire().version


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("days: 0\n", "satisfaction.yaml:1: days harus 1 sampai 90"),
        ("days: 91\n", "satisfaction.yaml:1: days harus 1 sampai 90"),
        ("dayz: 9\n", "satisfaction.yaml:1: kunci tidak dikenal"),
        ("questions:\n- {code: tariff}\n", "satisfaction.yaml:2: questions[0]: code: 'tariff' bukan salah satu dari"),
        (f"questions:\n- code: fee\n  scale: {SCALE[:-1]}, {{id: e, en: e}}]\n", ":3: questions[0]: scale"),
        ("questions:\n- {code: fee}\n- {code: fee}\n", "satisfaction.yaml:3: questions[1]: unsur fee ada dua kali"),
        (f"questions:\n- code: fee\n  text: {{id: {'x' * 301}, en: x}}\n", ":3: questions[0]: text lebih dari"),
        ("- days\n", "satisfaction.yaml:1: isi berkas harus kelompok"),
    ],
)  # fmt: skip
def test_a_mistake_in_it_is_told_with_file_and_line(tmp_path: Path, text: str, fault: str) -> None:
    assert any(fault in each for each in told(tmp_path, text)), told(tmp_path, text)


def test_a_mistake_in_it_stops_the_start(tmp_path: Path) -> None:
    from mpp.operations.problem import Problem
    from mpp.regions.new import write_region

    folder = tmp_path / "region"
    write_region("35.16", folder)
    assert read(str(folder)).questionnaire == shipped_questionnaire()
    (folder / "satisfaction.yaml").write_text("days: 400\n", "utf-8")
    with pytest.raises(Problem, match="satisfaction.yaml:1: days"):
        read(str(folder))


@pytest.mark.parametrize(
    ("given", "free", "kept"),
    [
        ({"time": 4}, False, {"time": 4}),
        ({"time": 4, "fee": 1}, False, {"time": 4, "fee": 1}),
        ({"time": 4}, True, {"time": 4, "fee": 4}),
    ],
)
def test_what_counts_as_answered(given: dict[str, Any], free: bool, kept: dict[str, int]) -> None:
    assert answers_of(given, free=free) == kept


@pytest.mark.parametrize(
    ("given", "free", "wrong"),
    [
        ({}, False, [("answers", "required")]),
        ({}, True, [("answers", "required")]),
        ({"fee": 1}, True, [("answers.fee", "fee_not_asked")]),
        ({"time": 5}, False, [("answers.time", "out_of_range")]),
        ({"time": 0, "tempo": 1}, False, [("answers.tempo", "unknown_field"), ("answers.time", "out_of_range")]),
        ({"time": True}, False, [("answers.time", "out_of_range")]),
        ({"time": "4"}, False, [("answers.time", "out_of_range")]),
    ],
)
def test_what_is_no_answer(given: dict[str, Any], free: bool, wrong: list[tuple[str, str]]) -> None:
    with pytest.raises(Refused) as refused:
        answers_of(given, free=free)
    assert [(f.field, f.code) for f in refused.value.fields] == wrong


def test_only_a_service_whose_tariff_says_so_is_free() -> None:
    from mpp.catalogue import load

    kinds = {kind.code: kind for kind in load(shipped_catalogues())}
    today = date(2026, 11, 23)
    assert free_of_charge(kinds["ADM-LHR-01"], today)
    assert not free_of_charge(kinds["PRZ-PBG"], today), "its levy is assessed for each building"
    assert not free_of_charge(kinds["PGD-LPR"], today), "its tariff says nothing"


def test_a_code_is_typed_like_a_verification_code_and_made_of_the_case_and_a_key() -> None:
    key, case = bytes(32), "01936b2e-7c5a-7b1e-9d1a-2f6f0a7c9e11"
    code = one_time.code_of("P", case, key)
    assert verification.normalise(verification.printed(code).lower()) == code
    assert code == one_time.code_of("P", case, key)
    assert code != one_time.code_of("P", case, bytes(range(32)))
    assert code != one_time.code_of("P", case[:-1] + "2", key)
    with pytest.raises(ValueError, match="key"):
        one_time.code_of("P", case, b"")


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_export_is_a_formula(evil: str) -> None:
    written = io.StringIO()
    csv.writer(written).writerow([cell(evil)])
    (row,) = csv.reader(io.StringIO(written.getvalue()))
    assert row == [f"'{evil}"]


def test_other_cells_stand_as_they_are() -> None:
    assert [cell(value) for value in ("35.15.14.2013", 17, True, None)] == ["35.15.14.2013", "17", "true", ""]
