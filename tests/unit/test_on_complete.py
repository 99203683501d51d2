"""Which action the mall may take by itself when the last paper has come; mistakes are refused before any case runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp import regions
from mpp.catalogue import CatalogueError, check_file, package_folder
from tests.unit.catalogue.trying import in_english

OFFICES = regions.load("35.15").offices
FOLDER = package_folder("services.permits.catalogue")
HERE = "on_complete: {action: complete}"


@pytest.mark.parametrize(
    ("service", "old", "new", "reason"),
    [
        ("prz-kp", HERE, "on_complete: {action: finish}", "'finish' is not an action"),
        ("prz-kp", HERE, "on_complete: {action: verify}", "action 'verify' cannot be taken here"),
        ("prz-kp", "      guards: [requirements_complete]\n", "", "must have the guard requirements_complete"),
        ("prz-kp", "      event: completed\n", "      event: completed\n      note_required: true\n",
         "asks for something; nobody is there to answer"),
        ("prz-kp", ", produced_by: PRZ-TRY", "", "the mall issues none of the requirements"),
        ("prz-kp", "    verify:\n", "    cite:\n", "the mall has this action by itself"),
        ("prz-kp", HERE, "on_complete: complete", "on_complete has the wrong type"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_reason(tmp_path: Path, service: str, old: str, new: str, reason: str) -> None:
    path = tmp_path / f"{service}.yaml"
    text = (FOLDER / path.name).read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(CatalogueError) as refused:
        check_file(path, offices=OFFICES)
    assert reason in in_english(refused.value)


@pytest.mark.parametrize("service", ["prz-pbg", "prz-kp", "prz-rkl"])
def test_who_needs_a_paper_of_the_mall_goes_on_by_itself(service: str) -> None:
    kind = check_file(FOLDER / f"{service}.yaml", offices=OFFICES)
    assert any(requirement.produced_by for requirement in kind.requirements)
    (task,) = kind.states["incomplete"].tasks
    assert task.on_complete == "complete"
