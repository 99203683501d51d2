"""A region has forms of its own, or puts its own in the place of the mall's: a file and a template, and no code."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from mpp.operations.commands import catalogue
from mpp.operations.problem import Problem
from mpp.operations.region_files import examine, read
from mpp.regions.new import write_region
from tests.unit.catalogue.trying import GOOD

FORM = """\
code: N-2
name: {id: Permohonan kehendak nikah, en: Request to marry}
services: [PRZ-XYZ]
fields:
  - {name: name, from: applicant.name}
  - {name: purpose, from: data.purpose, codes: {new: 1, renewal: 2}}
"""
TEMPLATE = """\
#import "/mpp/lib/form.typ": *
#show: form-sheet.with()
#form-title[Permohonan]
#line-of("Nama", given("name"))
#choices("Keperluan", given("purpose"), ("1", "Baru"), ("2", "Perpanjangan"))
"""


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """A region with a service type, a form of it that comes back as a requirement, and the form's template."""
    folder = tmp_path / "region"
    write_region("36.71", folder)
    kind = GOOD.replace("PRZ-TRY", "PRZ-XYZ").replace(
        "{code: identity, name: {id: KTP, en: Identity card}}",
        "{code: identity, form: N-2, name: {id: Permohonan, en: Request}}",
    )
    for path, text in (
        ("catalogue/prz-xyz.yaml", kind),
        ("catalogue/forms/n-2.yaml", FORM),
        ("papers/forms/n-2.typ", TEMPLATE),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def told(region: Path) -> list[str]:
    return [str(fault) for fault in examine(str(region))[1]]


def check(region: Path, path: str) -> tuple[int, str]:
    words = ["check", str(region / path), "--region", str(region)]
    result = CliRunner().invoke(catalogue.app, words, env={"MPP_REGION": None})
    return result.exit_code, result.stdout + result.stderr


def test_a_form_of_its_own_is_there_beside_the_mall_s(region: Path) -> None:
    assert told(region) == []
    assert [form.code for form in read(str(region)).forms] == ["F-1.02", "F-2.01", "F-2.03", "F-2.04", "N-2"]
    assert check(region, "catalogue/forms/n-2.yaml") == (0, "n-2.yaml: N-2, baik (good)\n")


def test_a_form_of_the_same_code_takes_the_place_of_the_mall_s(region: Path) -> None:
    (region / "catalogue" / "forms" / "ours.yaml").write_text(
        FORM.replace("N-2", "F-2.03").replace("services:", "template: n-2\nservices:"), "utf-8"
    )
    assert told(region) == []
    form = read(str(region)).forms.get("F-2.03")
    assert form is not None
    assert (form.template, form.services, form.unverified) == ("n-2", ("PRZ-XYZ",), None)


def test_a_template_of_the_same_name_takes_the_place_of_the_mall_s(region: Path) -> None:
    (region / "papers" / "forms" / "f-2.03.typ").write_text(f"{TEMPLATE}#foo\n", "utf-8")
    (fault,) = told(region)
    assert fault.startswith(
        "papers/forms/f-2.03.typ:4: formulir tidak punya isian 'name' | the form has no field 'name'"
    )


@pytest.mark.parametrize(("path", "old", "new", "fault"), [
    ("catalogue/forms/n-2.yaml", "data.purpose", "data.porpoise", "forms/n-2.yaml:6: purpose: formulir PRZ-XYZ"),
    ("catalogue/forms/n-2.yaml", "renewal", "renewed", "forms/n-2.yaml:6: purpose: codes: kata 'renewed'"),
    ("catalogue/forms/n-2.yaml", "fields", "lines", "forms/n-2.yaml:4: kunci tidak dikenal"),
    ("papers/forms/n-2.typ", 'given("name")', 'given("nama")', "papers/forms/n-2.typ:4: formulir tidak punya"),
    ("papers/forms/n-2.typ", "#line-of", "#line_of", "papers/forms/n-2.typ:4: templat tidak dapat disusun"),
])  # fmt: skip
def test_a_mistake_keeps_the_mall_from_starting_and_is_told_by_file_and_line(
    region: Path, path: str, old: str, new: str, fault: str
) -> None:
    text = (region / path).read_text("utf-8")
    (region / path).write_text(text.replace(old, new, 1), "utf-8")
    found = told(region)
    assert found[0].startswith(fault)
    with pytest.raises(Problem, match="berkas wilayah salah"):
        read(str(region))
    status, said = check(region, "catalogue/forms/n-2.yaml")
    assert status == 1
    assert f"mpp catalogue check: {fault}" in said


def test_what_nobody_would_read_is_told(region: Path) -> None:
    (region / "catalogue" / "forms" / "n-4.yml.bak").write_text("", "utf-8")
    (region / "papers" / "forms" / "n-4.typ").write_text(TEMPLATE, "utf-8")
    assert told(region)[0].startswith(
        "catalogue/forms/n-4.yml.bak:1: tidak dibaca mal; yang dibaca: catalogue/forms/*.yaml"
    )
    (region / "catalogue" / "forms" / "n-4.yml.bak").unlink()
    assert told(region) == ["papers/forms/n-4.typ:1: tidak dipakai formulir mana pun | no form uses this template"]


def test_a_requirement_that_names_no_form_is_told_on_its_line(region: Path) -> None:
    path = region / "catalogue" / "prz-xyz.yaml"
    path.write_text(path.read_text("utf-8").replace("form: N-2", "form: N-3"), "utf-8")
    line = 1 + next(number for number, text in enumerate(path.read_text().splitlines()) if "N-3" in text)
    assert told(region)[0].startswith(f"prz-xyz.yaml:{line}: requirements.identity.form: tidak ada formulir 'N-3'")
