"""A form on paper: boxes where the real one has them, room for the pen, places to sign; and for a blind reader, too."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from page import validate_pdf_bytes
from pypdf import PdfReader

from mpp.json_values import JsonObject
from mpp.papers.forms.checking import print_faults
from mpp.papers.forms.page import page_of
from mpp.papers.rendering.renderer import Renderer
from tests.support.pdf_structure import Part, structure_of
from tests.unit.papers.forms import BIRTH, CARD, DEATH, LONG, MOTHER, declared, known, services, shipped_forms, values

OWN = """\
#import "/mpp/lib/form.typ": *
#show: form-sheet.with()
#form-title[Formulir contoh]
"""


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def printed(renderer: Renderer, code: str, service: str, data: JsonObject, applicant: bool = True) -> bytes:
    form, kind = shipped_forms().get(code), services().get(service)
    assert form is not None
    assert kind is not None
    found = values(form, known(kind, data) if applicant else known(kind, data, None))
    page = page_of(
        form, found, (kind.code, kind.name), date(2026, 11, 27), "Sukodono", ("Pemerintah Kabupaten Sidoarjo",)
    )
    return renderer.render(page, known_facts=form.names).pdf


def said(pages: list[Part]) -> str:
    return " ".join("".join(page.text for page in pages).split())


@pytest.mark.parametrize("code", ["F-1.02", "F-2.01", "F-2.03", "F-2.04"])
@pytest.mark.parametrize("data", [BIRTH, {}], ids=["filled", "empty"])
def test_every_form_is_f4_portrait_and_pdf_ua_1_filled_in_and_empty(
    renderer: Renderer, code: str, data: JsonObject
) -> None:
    pdf = printed(renderer, code, "ADM-LHR-01", data, applicant=bool(data))
    report = validate_pdf_bytes(pdf, profile="ua1")
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    reader = PdfReader(io.BytesIO(pdf))
    millimetres = {tuple(round(side / 72 * 25.4) for side in page.mediabox[2:]) for page in reader.pages}
    assert millimetres == {(210, 330)}
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith(f"{code} ")


def test_a_report_of_a_birth_reads_in_the_order_of_the_form(renderer: Renderer) -> None:
    pages = structure_of(printed(renderer, "F-2.01", "ADM-LHR-01", BIRTH))
    text = said(pages)
    wanted = [
        "F-2.01", "Sukodono", "3515142013", "FORMULIR PELAPORAN PENCATATAN SIPIL", "X1. Kelahiran", "7. Kematian",
        "DATA PELAPOR", LONG, CARD, "DATA SAKSI I", "DATA ORANG TUA", "NIK ibu", MOTHER, "DATA ANAK", "X2. Perempuan",
        "Hari Kamis", "12", "2026", "Sukodono, 27 November 2026", "Pelapor,", "Saksi II,",
    ]  # fmt: skip
    at = 0
    for each in wanted:
        found = text.replace(" ", "").find(each.replace(" ", ""), at)
        assert found >= 0, each
        at = found
    assert "DATA KEMATIAN" not in text
    assert "SUBJEK AKTA KEDUA" not in text, "a birth has one"


def test_a_report_of_a_death_has_the_block_of_the_death(renderer: Renderer) -> None:
    text = said(structure_of(printed(renderer, "F-2.01", "ADM-MTI-01", DEATH)))
    assert "DATA KEMATIAN" in text
    assert "DATA ANAK" not in text
    assert "Rumah sakit" in text


def test_both_statements_say_that_their_wording_is_a_default_of_the_mall(renderer: Renderer) -> None:
    for code in ("F-2.03", "F-2.04"):
        assert "bawaan mal, bukan kutipan peraturan" in said(structure_of(printed(renderer, code, "ADM-LHR-01", BIRTH)))


def own_form(folder: Path, body: str, fields: str) -> list[str]:
    """What the check says of a region's own template and declaration."""
    (folder / "papers" / "forms").mkdir(parents=True)
    (folder / "papers" / "forms" / "f-9.01.typ").write_text(OWN + body, "utf-8")
    head = "code: F-9.01\nname: {id: Formulir contoh, en: Example form}\nservices: [ADM-LHR-01]\nfields:\n"
    book, faults = declared(folder, head + fields)
    assert faults == []
    form, renderer = book.get("F-9.01"), Renderer(folder / "papers")
    assert form is not None
    try:
        return [str(fault) for fault in print_faults(form, services(), renderer)]
    finally:
        renderer.close()


@pytest.mark.parametrize(("body", "told"), [
    ('#line-of("Nama", given("nama"))', "formulir tidak punya isian 'nama' | the form has no field 'nama'"),
    ("#lines-of()", "unknown variable: lines-of"),
    ('#given("name").len()', "the template cannot be compiled: type none has no method `len`"),
])  # fmt: skip
def test_a_template_that_asks_for_an_unknown_field_or_does_not_compile_is_told_by_file_and_line(
    tmp_path: Path, body: str, told: str
) -> None:
    (fault,) = own_form(tmp_path, body, "  - {name: name, from: applicant.name}\n")
    assert fault.startswith("papers/forms/f-9.01.typ:4: ")
    assert fault.endswith(told)


def test_a_form_of_the_region_is_a_declaration_and_a_template(tmp_path: Path) -> None:
    assert own_form(tmp_path, '#line-of("Nama", given("name"))\n', "  - {name: name, from: applicant.name}\n") == []


def test_a_list_of_many_members_goes_on_to_the_next_page_under_its_heads(tmp_path: Path) -> None:
    body = (
        "#let people = range(60).map(place => (str(place + 1), \"Warga Contoh \" + str(place + 1), \"Anak\"))\n"
        '#rows-of(("No", "Nama", "Hubungan"), people.slice(0, 10), widths: (10mm, 1fr, 40mm))\n'
        '#rows-of(("No", "Nama", "Hubungan"), people, widths: (10mm, 1fr, 40mm))\n'
    )  # fmt: skip
    assert own_form(tmp_path, body, "  - {name: name}\n") == []
    form = declared(tmp_path, (tmp_path / "forms" / "f-9.01.yaml").read_text())[0].get("F-9.01")
    assert form is not None
    renderer = Renderer(tmp_path / "papers")
    try:
        page = page_of(form, {"name": None}, ("X", form.name), date(2026, 11, 27), "Sukodono", ())
        pdf = renderer.render(page).pdf
    finally:
        renderer.close()
    first, second, *_ = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert "Warga Contoh 10" in first, "ten members fit"
    assert "Hubungan" in second
    assert validate_pdf_bytes(pdf, profile="ua1").is_compliant
