"""An agency's own templates: a folder and no code, tried with made-up data before any paper needs them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from mpp.operations.commands import catalogue, offices, papers
from mpp.operations.problem import Problem
from mpp.operations.region_files import examine, read
from mpp.regions.new import write_region
from tests.unit.catalogue.trying import GOOD

OWN = '#import "/mpp/papers.typ": *\n#show: sheet.with()\n#letterhead()\n#title()\n#field("units")\n#closing()\n'


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """A region with a service type of its own, whose permit is printed with the region's template."""
    folder = tmp_path / "region"
    write_region("36.71", folder)
    kind = GOOD.replace("PRZ-TRY", "PRZ-XYZ").replace(
        "      number: true\n", "      number: true\n      paper: {kind: permit, template: izin-xyz}\n"
    )
    (folder / "catalogue").mkdir(exist_ok=True)
    (folder / "catalogue" / "prz-xyz.yaml").write_text(kind, "utf-8")
    (folder / "papers").mkdir()
    (folder / "papers" / "izin-xyz.typ").write_text(OWN, "utf-8")
    return folder


def told(region: Path) -> list[str]:
    return [str(fault) for fault in examine(str(region))[1]]


def run(*words: str) -> tuple[int, str]:
    app = {"papers": papers.app, "catalogue": catalogue.app, "offices": offices.app}[words[0]]
    result = CliRunner().invoke(app, words[1:], env={"MPP_REGION": None})
    said = str(result.exception) if isinstance(result.exception, Problem) else ""
    return result.exit_code, result.stdout + result.stderr + said


def test_a_template_that_can_be_printed_with_is_good(region: Path) -> None:
    assert told(region) == []


@pytest.mark.parametrize(("line", "reason"), [
    ('#field("unit")', "formulir tidak punya isian 'unit' | the form has no field 'unit'"),
    ('#fact("valid_untill")', "tidak ada fakta 'valid_untill' | there is no fact 'valid_untill'"),
    ("#paper.kode", "tidak ada isian 'kode' | there is no field 'kode'"),
    ("#paper.facts.valid_until", "tidak ada isian 'valid_until' | there is no field 'valid_until'"),
    ("#lettrehead()", "the template cannot be compiled: unknown variable: lettrehead"),
    ("#holder(\"name\").len()", "the template cannot be compiled: type none has no method `len`"),
])  # fmt: skip
def test_one_that_cannot_keeps_the_mall_from_starting_and_is_told_by_file_and_line(
    region: Path, line: str, reason: str
) -> None:
    (region / "papers" / "izin-xyz.typ").write_text(f"{OWN}{line}\n", "utf-8")
    (fault,) = told(region)
    assert fault.startswith("papers/izin-xyz.typ:7: ")
    assert fault.endswith(reason)
    with pytest.raises(Problem, match="papers/izin-xyz.typ:7: "):
        read(str(region))
    status, said = run("catalogue", "check", str(region / "catalogue" / "prz-xyz.yaml"), "--region", str(region))
    assert (status, fault in said) == (1, True)


def test_all_mistakes_are_told_at_once(region: Path) -> None:
    (region / "papers" / "izin-xyz.typ").write_text(f"{OWN}#foo", "utf-8")
    (region / "papers" / "receipt.typ").write_text(f"{OWN}#bar", "utf-8")
    (region / "papers" / "logo.psd").write_text("", "utf-8")
    places = [fault.rpartition(": ")[0].partition(": ")[0] for fault in told(region)]
    assert places == ["papers/logo.psd:1", "papers/izin-xyz.typ:7", "papers/receipt.typ:7"]


def test_a_template_that_nobody_has_is_told_on_the_line_that_names_it(region: Path) -> None:
    (region / "papers" / "izin-xyz.typ").unlink()
    path = region / "catalogue" / "prz-xyz.yaml"
    line = 1 + path.read_text().splitlines().index("      paper: {kind: permit, template: izin-xyz}")
    (fault,) = told(region)
    assert fault.startswith(f"prz-xyz.yaml:{line}: workflow.actions.sign.paper: tidak ada templat 'izin-xyz'")
    status, said = run("catalogue", "check", str(path), "--region", str(region))
    assert (status, fault in said) == (1, True)


def test_an_emblem_that_is_no_picture_is_told(region: Path) -> None:
    (region / "papers" / "emblem.svg").write_text("<html>", "utf-8")
    (fault,) = told(region)
    assert fault.startswith("papers/emblem.svg:1: lambang ini bukan gambar yang dapat dibaca | this emblem is no image")


def test_the_name_of_the_library_is_taken(region: Path) -> None:
    (region / "papers" / "papers.typ").write_text(OWN, "utf-8")
    assert told(region) == [
        "papers/papers.typ:1: nama papers dipakai pustaka mal | the name papers is that of the mall's library"
    ]


def test_a_preview_is_printed_with_the_region_s_template_and_made_up_data(region: Path, tmp_path: Path) -> None:
    out = tmp_path / "contoh.pdf"
    assert run("papers", "preview", "PRZ-XYZ", "--out", str(out), "--region", str(region))[0] == 0
    said = PdfReader(io.BytesIO(out.read_bytes())).pages[0].extract_text()
    assert "PEMERINTAH KOTA TANGERANG" in said
    assert "120" in said, "the number of units"
    (region / "papers" / "izin-xyz.typ").write_text(f"{OWN}#foo", "utf-8")
    status, said = run("papers", "preview", "PRZ-XYZ", "--out", str(out), "--region", str(region))
    assert status == 1
    assert "papers/izin-xyz.typ:7: " in said


@pytest.mark.parametrize(("words", "reason"), [
    (("PRZ-NIX",), "tidak ada layanan PRZ-NIX"),
    (("PGD-LPR",), "belum menyebut surat"),
    (("PRZ-XYZ", "--template", "ijazah"), "tidak ada templat 'ijazah'"),
    (("PRZ-XYZ", "--template", "permit", "--kind", "diploma"), "jenis surat 'diploma' tidak ada"),
    (("PRZ-XYZ", "--language", "fr"), "bahasa 'fr'"),
    (("PRZ-XYZ", "--language", "en"), "tidak disediakan dalam bahasa Inggris"),
    (("PRZ-XYZ", "--out", "/nonexistent/x.pdf"), "tidak dapat ditulis"),
])  # fmt: skip
def test_a_preview_that_cannot_be_says_why(region: Path, words: tuple[str, ...], reason: str) -> None:
    status, said = run("papers", "preview", *words, "--region", str(region))
    assert status == 1
    assert reason in said
