"""Papers of one decision over HTTP and through the pages: printed and signed together, in each way of signing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mpp.cases.interface.methods import KNOWN_DOCUMENTS
from mpp.cases.interface.payloads import Contents
from mpp.clock import new_id
from mpp.papers.rendering.renderer import RenderingFailed
from mpp.papers.signing import pades
from mpp.persistence.deadline import Deadline
from services.gateway.backend import THE_GATEWAY
from tests.integration.papers.test_portal_signing import NIK, SIGNS, WORDS, sign
from tests.integration.papers.test_several_papers import making
from tests.integration.papers.test_signed_by_hand import SCANNING, SECOND, confirm, scan
from tests.integration.permits.conftest import Office
from tests.support import bsre, portal
from tests.support.bsre import StandIn
from tests.support.desks import Desks
from tests.support.papers import with_papers
from tests.support.press import KEY, SIGNER, Press
from tests.support.sheets import sheet

Open = Callable[[str], Press]


@pytest.fixture
def service() -> Iterator[StandIn]:
    with bsre.running({NIK: WORDS}) as found:
        yield found


@pytest.fixture
def opened(service_urls: Mapping[str, str], gateway_url: str, service: StandIn, tmp_path: Path) -> Iterator[Open]:
    """Opens the gateway of a mall whose offices sign in this way."""
    made: list[Any] = []

    def open_(way: str) -> Press:
        desks = making(with_papers(Desks(service_urls), way))
        press = Press(desks, gateway_url, tmp_path / "files", service.settings())
        press.is_registered(NIK)
        made.extend((press, desks))
        return press

    yield open_
    for each in made:
        each.close()


def statuses(press: Press, case: dict[str, Any]) -> list[str]:
    return [paper["status"] for paper in press.case(case)["papers"]]


def test_the_mall_s_key_signs_all_within_the_request(opened: Open) -> None:
    press = opened("local")
    case = press.decide(Office(press.desks).ready()).get_json()
    assert (case["state"], case["signing"]) == ("issued", None)
    assert {each["status"] for each in case["papers"]} == {"issued"}
    titles = [each["title"]["id"] for each in case["papers"]]
    assert titles[1:] == ["Surat Pengantar", "Tembusan"]
    for paper in case["papers"]:
        (signature,) = pades.inspect(press.signing, press.file(paper["id"]).data, [KEY.certificate])
        assert signature.trusted


def test_what_cannot_be_printed_holds_up_all_until_it_can(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    press = opened("local")
    printed = press.maker.printed

    def failing(snapshot: Any, sheet: str = "") -> Any:
        if snapshot.title["id"] == "Tembusan":
            raise RenderingFailed("template_broken")
        return printed(snapshot, sheet)

    monkeypatch.setattr(press.maker, "printed", failing)
    case = press.decide(Office(press.desks).ready()).get_json()
    assert case["signing"]["failure"] == "printing_template_broken"
    assert [each["status"] for each in case["papers"]] == ["signed", "signed", "awaiting"]
    assert case["permit"] is None
    refused = press.file(case["papers"][0]["id"])
    assert (refused.status_code, refused.get_json()["code"]) == (409, "paper_not_signed")
    (item,) = press.counter.get("/api/v1/worklist", SIGNER).get_json()["items"]
    assert item["signing"]["failure"] == "printing_template_broken"
    assert item["signing"]["papers"] == case["signing"]["papers"]
    monkeypatch.undo()
    assert press.ask("POST", case["signing"]["papers"][2], "signature", json={}).status_code == 200
    assert statuses(press, case) == ["issued"] * 3


def test_what_was_signed_and_given_up_is_kept_by_nobody(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    press = opened("bsre")
    case = press.decide(Office(press.desks).ready()).get_json()
    first = case["signing"]["papers"][0]
    assert press.ask("POST", first, "signature", json={"passphrase": WORDS}).get_json()["status"] == "signed"
    sha256 = press.ask("POST", first, "signature", json={"passphrase": WORDS}).get_json()["sha256"]
    body = {"reason": "mistake", "note": "Nama tempat salah tulis."}
    assert press.ask("POST", case["signing"]["papers"][1], "abandonment", json=body).status_code == 200
    asked = Contents((sha256,))
    known = press.counter.backend.once("permits", KNOWN_DOCUMENTS, asked, THE_GATEWAY, Deadline.after(9), new_id())
    assert known.hashes == ()
    assert statuses(press, case) == ["abandoned"] * 3


def test_one_passphrase_signs_all_by_bsre_and_a_wrong_one_uses_up_nothing(opened: Open, service: StandIn) -> None:
    press = opened("bsre")
    signer = pages(press)
    case = Office(press.desks).ready()
    wrong = sign(signer, signer.open("/tanda-tangan"), "salah")
    assert "Passphrase salah" in wrong.words
    assert "0 dari 1 sudah ditandatangani" in wrong.words
    listed = signer.open("/tanda-tangan")
    assert "Lihat surat (PDF) (3 dari 3)" in listed.words
    assert "1 dari 1 sudah ditandatangani" in sign(signer, listed).words
    assert service.signed == 3
    assert statuses(press, case) == ["issued"] * 3


def test_what_bsre_signed_in_part_is_told_as_not_signed_and_the_rest_follows(
    opened: Open, service: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = opened("bsre")
    signer, case = pages(press), Office(press.desks).ready()
    printed = press.maker.printed

    def failing(snapshot: Any, sheet: str = "") -> Any:
        if snapshot.title["id"] == "Surat Pengantar":
            raise RenderingFailed("template_broken")
        return printed(snapshot, sheet)

    monkeypatch.setattr(press.maker, "printed", failing)
    assert "0 dari 1 sudah ditandatangani" in sign(signer, signer.open("/tanda-tangan")).words
    assert statuses(press, case) == ["signed", "awaiting", "signed"]
    monkeypatch.undo()
    assert "1 dari 1 sudah ditandatangani" in sign(signer, signer.open("/tanda-tangan")).words
    assert service.signed == 3, "what was signed is not signed again"
    assert statuses(press, case) == ["issued"] * 3


def test_the_page_of_the_case_names_all_and_signs_them_with_one_passphrase(opened: Open, service: StandIn) -> None:
    press = opened("bsre")
    signer = pages(press)
    case = press.decide(Office(press.desks).ready()).get_json()
    page = signer.open(f"/kasus/permits/{case['id']}")
    assert "3 surat ditandatangani bersama" in page.words
    assert "Surat Pengantar 470/0001/2026: menunggu tanda tangan" in page.words
    signer.send(page.form(f"/surat/{case['signing']['paper']}/tanda-tangan"), passphrase=WORDS)
    assert service.signed == 3
    assert statuses(press, case) == ["issued"] * 3


def test_by_hand_each_sheet_is_printed_scanned_and_confirmed_and_the_last_decides(opened: Open) -> None:
    press = opened("wet")
    case = press.decide(Office(press.desks).ready()).get_json()
    for n, paper in enumerate(case["signing"]["papers"]):
        assert press.case(case)["signing"] is not None
        assert press.ask("GET", paper, "print", SCANNING).data[:5] == b"%PDF-"
        sha256 = scan(press, paper, sheet(f"Bertanda tangan {n}")).get_json()["sha256"]
        status = confirm(press, paper, sha256, SECOND).get_json()["status"]
        assert status == ("issued" if n == 2 else "signed")
    assert press.case(case)["state"] == "issued"


def pages(press: Press) -> Any:
    token = press.counter._headers(SIGNER)["Authorization"].removeprefix("Bearer ")
    return portal.visitor(portal.portal(press.counter.client.application), SIGNS, token, ["signer"])
