"""docs/papers.md tells an agency every part of the library and every name that it may ask for."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from mpp.papers.checking import faults_of
from mpp.papers.facts import FACTS
from mpp.papers.snapshot import Snapshot
from mpp.papers.templates.finding import Templates, shipped

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "papers.md").read_text("utf-8")
CODE = " ".join(re.findall(r"`([^`]+)`", PAGE.replace("```", "")))


def test_every_part_of_the_library_stands_there() -> None:
    library = (ROOT / "mpp/papers/templates/papers.typ").read_text("utf-8")
    names = {name.strip() for line in re.findall(r'": (.*)', library) for name in line.split(",")} - {"*", "paper"}
    assert len(names) > 25
    assert [name for name in sorted(names) if not re.search(rf"(?<![\w-]){name}(?![\w-])", CODE)] == []


def test_every_fact_and_field_stands_there() -> None:
    members = {name for member in FACTS["members"] for name in member}
    inside = {"facts", "holder", "fields", "notices"}  # asked for by functions of the library
    names = {*FACTS, *members, *(f"paper.{field.name}" for field in fields(Snapshot) if field.name not in inside)}
    assert [name for name in sorted(names) if not re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", CODE)] == []


def test_every_template_that_ships_stands_there() -> None:
    assert [name for name in shipped() if f"`{name}`" not in PAGE] == []


def test_the_template_on_the_page_can_be_printed_with(tmp_path: Path) -> None:
    (example,) = re.findall(r"```typst\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "contoh.typ").write_text(example, "utf-8")
    assert Templates(tmp_path).own() == ["contoh"]
    assert faults_of(tmp_path, []) == []
