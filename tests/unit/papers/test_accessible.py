"""A blind citizen's program reads a paper: PDF/UA-1, by two readers that are not the renderer's."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from page import validate_pdf_bytes
from pypdf import PdfReader

from mpp.papers.facts import FACTS
from mpp.papers.rendering.renderer import Renderer
from mpp.papers.templates.finding import shipped
from tests.support.pdf_structure import structure_of
from tests.unit.papers.examples import CODE, certificate, permit


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.mark.parametrize("name", shipped())
def test_every_paper_is_pdf_ua_1_by_a_validator(renderer: Renderer, name: str) -> None:
    report = validate_pdf_bytes(renderer.render(certificate(template=name, facts=FACTS)).pdf, profile="ua1")
    assert [f"{failure.rule_id}: {failure.message}" for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 100


def test_the_validator_finds_what_is_wrong(renderer: Renderer) -> None:
    pdf = renderer.render(permit()).pdf
    assert not validate_pdf_bytes(
        pdf.replace(b"/DisplayDocTitle true", b"/DisplayDocTitle null"), profile="ua1"
    ).is_compliant


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_paper_says_that_it_is_pdf_ua_and_shows_its_title_and_language(renderer: Renderer, language: str) -> None:
    reader = PdfReader(io.BytesIO(renderer.render(permit(), language=language).pdf))
    root = reader.trailer["/Root"]
    titles = {"id": "Surat Izin Praktik Dokter", "en": "Practice Licence of a Doctor"}
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/Lang"] == language
    assert reader.metadata.title == f"{titles[language]} {permit().number}"
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part>1<", xmp)


def test_it_is_read_in_the_order_of_the_letter(renderer: Renderer) -> None:
    (page,) = structure_of(renderer.render(permit()).pdf)
    wanted = [
        "PEMERINTAH KABUPATEN SIDOARJO", "DPMPTSP", "SURAT IZIN PRAKTIK DOKTER", "Nomor: 503/0007", "Warga Contoh 01",
        "Tempat praktik", "Jl. Contoh 7", "Berlaku sampai", "27 November 2031", "Latihan", CODE, "Ditetapkan di",
        "a.n. Kepala DPMPTSP", "Warga Contoh, S.H.", "NIP 1990", "SIMULASI", "Keaslian",
    ]  # fmt: skip
    places = [page.text.find(text) for text in wanted]
    assert -1 not in places
    assert places == sorted(places)


def test_headings_begin_with_the_title_and_skip_no_level(renderer: Renderer) -> None:
    (page,) = structure_of(renderer.render(permit()).pdf)
    headings = [(part.kind, part.text) for part in page.every("H1", "H2", "H3", "H4", "H5", "H6")]
    assert headings[0] == ("H1", "SURAT IZIN PRAKTIK DOKTER")
    assert [kind for kind, _ in headings[1:]] == ["H2"] * (len(headings) - 1)


def test_emblem_and_code_are_told_in_words(renderer: Renderer) -> None:
    (page,) = structure_of(renderer.render(permit()).pdf)
    emblem, code = (part.alt for part in page.every("Figure"))
    assert emblem == "Lambang Pemerintah Kabupaten Sidoarjo"
    assert code == f"Kode QR untuk memeriksa keaslian, kode verifikasi {CODE}"


def test_a_table_has_headings_of_its_columns(renderer: Renderer) -> None:
    (page,) = structure_of(renderer.render(certificate(template="family-card", facts=FACTS)).pdf)
    heads = [part.text.strip() for part in page.every("TH")]
    assert heads[:3] == ["No", "Nama lengkap", "NIK"]
    assert len(list(page.every("Table"))) == 2


def test_words_of_another_language_are_marked(renderer: Renderer) -> None:
    (page,) = structure_of(renderer.render(certificate(template="birth", facts=FACTS)).pdf)
    assert [part.text for part in page.every() if part.language == "en"] == ["Excerpt of Birth Certificate"]
