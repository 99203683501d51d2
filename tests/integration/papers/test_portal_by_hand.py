"""The page of a paper that is signed by hand: print, scan, and a second person who compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.portal.pages import Page, Pages
from tests.integration.permits.conftest import Office
from tests.support import portal
from tests.support.counter import Who
from tests.support.desks import Desks
from tests.support.papers import with_papers
from tests.support.press import SIGNER, Press
from tests.support.sheets import sheet

SCANNING, SECOND = ("dpmptsp", "verifier"), ("dpmptsp", "supervisor")
SIGNED, OTHER = sheet("Bertanda tangan"), sheet("Lembar lain")


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = with_papers(Desks(service_urls), "wet")
    yield opened
    opened.close()


@pytest.fixture
def press(desks: Desks, gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files")
    yield opened
    opened.close()


@pytest.fixture
def case(press: Press, office: Office) -> dict[str, Any]:
    """One that was decided, and whose paper waits for a pen."""
    found: dict[str, Any] = press.decide(office.ready()).get_json()
    return found


def visitor(press: Press, who: Who) -> Pages:
    token = press.counter._headers(who)["Authorization"].removeprefix("Bearer ")
    return portal.visitor(portal.portal(press.counter.client.application), f"petugas.{who[1]}", token, [who[1]])


def address(case: dict[str, Any]) -> str:
    return f"/surat/{case['papers'][0]['id']}/tangan"


def scan(pages: Pages, case: dict[str, Any], content: bytes = SIGNED, status: int = 200) -> Page:
    """Hand a scan in."""
    form = pages.open(address(case)).form("/pindaian")
    typed = {name: value for name, value in form.values.items() if name != "file"}
    answer = pages.session.post(
        pages.url + form.action, data=typed, files={"file": ("lembar.pdf", content, "application/pdf")}
    )
    return pages._checked(answer, status)


def test_a_second_person_puts_the_scanned_paper_in_force(press: Press, case: dict[str, Any]) -> None:
    assert address(case) in visitor(press, SIGNER).open("/tanda-tangan").parsed.anchors
    assert "Belum ada pindaian" in visitor(press, SECOND).open(address(case)).words
    scan(visitor(press, SCANNING), case)
    second = visitor(press, SECOND)
    page = second.open(address(case))
    (link,) = [each for each in page.parsed.anchors if "pindaian.pdf" in each]
    assert second.session.get(second.url + link).content == SIGNED
    second.send(page.form("/konfirmasi"), dibandingkan="1")
    assert press.case(case)["state"] == "issued"
    assert "tidak menunggu" in second.open(address(case)).words


def test_nothing_is_confirmed_that_nobody_says_to_have_compared(press: Press, case: dict[str, Any]) -> None:
    scan(visitor(press, SCANNING), case)
    second = visitor(press, SECOND)
    page = second.open(address(case))
    wrong = second.send(page.form("/konfirmasi"), status=422)
    assert "#dibandingkan" in wrong.parsed.anchors
    assert press.case(case)["signing"] is not None


def test_who_scanned_it_is_not_the_second_person(press: Press, case: dict[str, Any]) -> None:
    scanning = visitor(press, SCANNING)
    page = scan(scanning, case)
    told = scanning.send(page.form("/konfirmasi"), status=403, dibandingkan="1")
    assert "orang kedua" in told.words.lower()
    assert press.case(case)["signing"] is not None


def test_a_scan_that_was_replaced_since_is_neither_shown_nor_confirmed(press: Press, case: dict[str, Any]) -> None:
    scan(visitor(press, SCANNING), case)
    second = visitor(press, SECOND)
    page = second.open(address(case))
    scan(visitor(press, SCANNING), case, OTHER)
    (link,) = [each for each in page.parsed.anchors if "pindaian.pdf" in each]
    assert second.open(link).parsed.headings == ["Tanda tangan dengan tangan"], "led back to what waits now"
    second.send(page.form("/konfirmasi"), status=409, dibandingkan="1")
    assert press.case(case)["signing"] is not None


def test_what_is_no_pdf_is_told_at_its_field(press: Press, case: dict[str, Any]) -> None:
    told = scan(visitor(press, SCANNING), case, b"bukan PDF", status=422)
    assert "#file" in told.parsed.anchors


@pytest.mark.parametrize("language", ["id", "en"])
def test_somebody_of_another_office_sees_nothing(press: Press, case: dict[str, Any], language: str) -> None:
    visitor(press, ("35.15.18", "clerk")).open(f"{address(case)}?bahasa={language}", status=404)
