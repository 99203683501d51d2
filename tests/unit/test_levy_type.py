"""What a catalogue file may say of a levy, and which mistakes are refused before any case runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpp import regions
from mpp.casework.rules.service_type import ServiceType
from mpp.catalogue import CatalogueError, check_file, package_folder
from tests.unit.catalogue.trying import in_english

OFFICES = regions.load("35.15").offices

PBG = (package_folder("services.permits.catalogue") / "prz-pbg.yaml").read_text("utf-8")
LEVY = "due: 30d, assess: assess, paid: pay}"


def check(folder: Path, text: str) -> ServiceType:
    path = folder / "prz-pbg.yaml"
    path.write_text(text, "utf-8")
    return check_file(path, offices=OFFICES)


def test_a_late_payment_is_accepted_unless_the_region_says_otherwise(tmp_path: Path) -> None:
    shipped = check(tmp_path, PBG).levy
    strict = check(tmp_path, PBG.replace(LEVY, LEVY.replace("}", ", late: review}"))).levy
    assert shipped is not None
    assert strict is not None
    assert (shipped.accepts_late, strict.accepts_late) == (True, False)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (LEVY, LEVY.replace("}", ", late: refuse}"), "'refuse' is not one of accept, review"),
        (LEVY, LEVY.replace("30d", "10h"), "levy.due: counted in days"),
        (
            LEVY,
            LEVY.replace("paid: pay", "paid: submit_proof"),
            "the bank takes only the action that `levy.paid` names",
        ),
        (LEVY, LEVY.replace("assess: assess", "assess: ask"), "must have the effect 'assess_levy'"),
        ("sla: levy}", "sla: later}", "not a duration: 'later'"),
        ("sla: levy}", "on_due: {action: reassess}}", "the task has no sla, so it is never due"),
        ("      task: levy\n      effects", "      effects", "closes no task, so nobody knows when it was assessed"),
        ("office: owner, role: verifier, sla: 1wd}", "office: owner, role: verifier, sla: levy}", None),
    ],
)
def test_a_mistake_is_refused_with_its_reason(tmp_path: Path, old: str, new: str, reason: str | None) -> None:
    assert old in PBG
    if reason is None:
        check(tmp_path, PBG.replace(old, new))
        return
    with pytest.raises(CatalogueError) as refused:
        check(tmp_path, PBG.replace(old, new))
    assert reason in in_english(refused.value)


def test_without_a_levy_no_task_has_its_time(tmp_path: Path) -> None:
    path = tmp_path / "prz-krk.yaml"
    text = (package_folder("services.permits.catalogue") / "prz-krk.yaml").read_text("utf-8")
    path.write_text(text.replace("sla: 21wd", "sla: levy"), "utf-8")
    with pytest.raises(CatalogueError, match="there is no `levy`"):
        check_file(path, offices=OFFICES)
