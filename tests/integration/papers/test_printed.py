"""What an office decides can be printed: the templates of the mall get from each service what they ask for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from mpp.cases.papers.contents import letterhead
from mpp.papers.rendering.renderer import Renderer
from mpp.papers.snapshot import Snapshot
from tests.integration.permits.conftest import SIGNER, Office
from tests.support.desks import Desks, birth_data, death_data, doctor
from tests.support.papers import ask_as_gateway, awaited
from tests.support.permit_walks import file, take, walk


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


def snapshot(desks: Desks, collection: str, paper: str) -> Snapshot:
    return Snapshot.from_json(ask_as_gateway(desks, collection, "snapshot", id=paper)["snapshot"])


def printed(renderer: Renderer, paper: Snapshot, template: str | None = None) -> str:
    made = renderer.render(paper if template is None else replace(paper, template=template))
    return " ".join(PdfReader(io.BytesIO(made.pdf)).pages[0].extract_text().split())


def signed(desks: Desks, service: str, data: dict[str, Any]) -> Snapshot:
    case = desks.open("petugas.dukcapil", service, applicant=doctor(1), data=data)
    case = desks.act("verifikator.dukcapil", case, "verify")
    case = desks.act("pejabat.dukcapil", case, "sign")
    return snapshot(desks, "registrations", awaited(case))


def test_a_permit_says_whose_it_is_for_what_and_until_when(desks: Desks, office: Office, renderer: Renderer) -> None:
    case = office.decide(SIGNER, office.ready(), "sign")
    paper = snapshot(desks, "permits", awaited(case))
    said = printed(renderer, paper)
    for text in (
        paper.number,
        paper.holder["name"],
        "Klinik Contoh",
        "Berlaku sampai",
        "PEMERINTAH KABUPATEN SIDOARJO",
        "DINAS PENANAMAN MODAL DAN PELAYANAN TERPADU SATU PINTU",
    ):
        assert text in said
    assert {"valid_from", "valid_until"} <= paper.facts.keys()


def test_a_birth_certificate_names_the_child_and_its_parents(desks: Desks, renderer: Renderer) -> None:
    paper = signed(desks, "ADM-LHR-01", birth_data())
    said = printed(renderer, paper, "birth")
    facts = paper.facts
    assert {"name", "sex", "birth_place", "birth_date", "mother_name", "nik"} <= facts.keys()
    for text in (facts["name"], facts["mother_name"], facts["nik"], facts["birth_place"], "telah lahir"):
        assert text in said


def test_a_death_certificate_names_who_died_as_the_register_has_it(desks: Desks, renderer: Renderer) -> None:
    paper = signed(desks, "ADM-MTI-01", death_data())
    said = printed(renderer, paper, "death")
    assert paper.facts["name"] in said
    assert "telah meninggal dunia" in said
    assert paper.facts["died_in"] in said


def test_a_letter_of_refusal_says_what_was_refused_and_why(desks: Desks, office: Office, renderer: Renderer) -> None:
    case = desks.act(SIGNER, office.ready(), "reject", note="STR tidak berlaku lagi.")
    said = printed(renderer, snapshot(desks, "permits", awaited(case)))
    for text in ("STR tidak berlaku lagi.", case["tracking_code"], "keberatan tertulis"):
        assert text in said


def test_an_assessment_says_how_much_until_when_and_from_what(desks: Desks, renderer: Renderer) -> None:
    case = take(desks, walk(desks, file(desks, "PRZ-PBG", 3), "assessment"), "assess")
    paper = snapshot(desks, "permits", awaited(case))
    said = printed(renderer, paper)
    assert f"Rp {paper.facts['amount']:,}".replace(",", ".") in said.replace("\u00a0", " ")
    assert paper.facts["basis"] in said
    assert "rupiah" in said


def test_a_grant_by_law_tells_the_days_of_the_region_s_clocks(desks: Desks, renderer: Renderer) -> None:
    case = file(desks, "PRZ-KRK")
    desks.clock.advance(timedelta(days=40))
    desks.desks["permits"].timer.run_once()
    (told,) = desks.get(SIGNER, case)["papers"]
    paper = snapshot(desks, "permits", told["id"])
    assert {paper.facts[name][-6:] for name in ("complete_at", "limit_at", "filed_at")} == {"+07:00"}
    assert case["tracking_code"] in printed(renderer, paper)


@pytest.mark.parametrize(
    ("office", "names"),
    [
        ("35.15.14.2013", ("Pemerintah Kabupaten Sidoarjo", "Kecamatan Sukodono", "Desa Sukodono")),
        ("35.15.14", ("Pemerintah Kabupaten Sidoarjo", "Kecamatan Sukodono")),
        ("dukcapil", ("Pemerintah Kabupaten Sidoarjo", "Dinas Kependudukan dan Pencatatan Sipil")),
        ("polresta", ("Polresta Sidoarjo",)),
    ],
)
def test_the_head_of_a_letter_goes_from_the_government_down_to_the_office(
    desks: Desks, office: str, names: tuple[str, ...]
) -> None:
    assert letterhead(desks.runtime.offices, office).names == names
