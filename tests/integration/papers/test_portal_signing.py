"""The signer's pages over a mall that signs by BSrE: many at once, the passphrase typed once, the result of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.portal.pages import Page, Pages
from tests.integration.permits.conftest import Office
from tests.support import bsre, portal
from tests.support.bsre import StandIn
from tests.support.desks import Desks
from tests.support.papers import with_papers
from tests.support.press import SIGNER, SIGNS, Press
from tests.support.wait import until

NIK, WORDS = "3515144107909990", "kopi hujan & sepeda"
OTHER = (("dpmptsp", "signer"), ("mpp-sidoarjo", "clerk"))


@pytest.fixture
def desks(service_urls: Mapping[str, str]) -> Iterator[Desks]:
    opened = with_papers(Desks(service_urls), "bsre")
    yield opened
    opened.close()


@pytest.fixture
def service() -> Iterator[StandIn]:
    with bsre.running({NIK: WORDS}) as found:
        yield found


@pytest.fixture
def press(desks: Desks, service: StandIn, gateway_url: str, tmp_path: Path) -> Iterator[Press]:
    opened = Press(desks, gateway_url, tmp_path / "files", service.settings())
    opened.is_registered(NIK)
    yield opened
    opened.close()


@pytest.fixture
def signer(press: Press) -> Pages:
    token = press.counter._headers(SIGNER)["Authorization"].removeprefix("Bearer ")
    return portal.visitor(portal.portal(press.counter.client.application), SIGNS, token, ["signer"])


def ticked(page: Page) -> list[str]:
    """The values of all boxes of the list."""
    return [told["value"] for _, kind, told in page.parsed.controls if kind == "checkbox" and told["name"] == "berkas"]


def sign(signer: Pages, page: Page, words: str = WORDS, berkas: list[str] | None = None, status: int = 200) -> Page:
    """What comes of signing what is ticked (all of it), when nothing of it is under way any more."""
    form = page.form("/tanda-tangan/semua")
    sent: Any = form.values | {"passphrase": words}
    sent.pop("berkas", None)
    boxes = ticked(page) if berkas is None else berkas
    answer = signer.session.post(signer.url + form.action, data=[*sent.items(), *(("berkas", each) for each in boxes)])
    found = signer._checked(answer, status)
    return ended(signer) if status == 200 else found


def ended(signer: Pages) -> Page:
    def now() -> Page:
        return signer.open("/tanda-tangan/hasil")

    until(lambda: "data-goes-on" not in now().text, moves=lambda: now().words, what="the batch")
    return now()


def test_three_cases_are_decided_and_signed_with_the_passphrase_typed_once(
    press: Press, office: Office, signer: Pages, service: StandIn
) -> None:
    cases = [office.ready(n) for n in range(3)]
    page = signer.open("/tanda-tangan")
    assert len(ticked(page)) == 3
    results = sign(signer, page)
    assert "3 dari 3 sudah ditandatangani" in results.words
    assert service.signed == 3
    assert {press.case(case)["state"] for case in cases} == {"issued"}
    assert "Tidak ada yang menunggu" in signer.open("/tanda-tangan").words


def test_a_wrong_passphrase_uses_up_nothing_and_is_typed_again_where_it_is_told(
    press: Press, office: Office, signer: Pages, service: StandIn
) -> None:
    cases = [office.ready(n) for n in range(2)]
    wrong = sign(signer, signer.open("/tanda-tangan"), "salah")
    assert wrong.words.count("Passphrase salah") == 2
    assert service.signed == 0
    numbers = [press.case(case)["papers"][0]["number"] for case in cases]
    again = sign(signer, wrong, berkas=hidden(wrong, "berkas"))
    assert "2 dari 2 sudah ditandatangani" in again.words
    assert [press.case(case)["document_number"] for case in cases] == numbers


def hidden(page: Page, name: str) -> list[str]:
    return [told["value"] for _, kind, told in page.parsed.controls if kind == "hidden" and told.get("name") == name]


def test_a_silent_bsre_is_told_and_what_was_decided_is_signed_later(
    office: Office, signer: Pages, service: StandIn
) -> None:
    office.ready()
    service.does = "fails before"
    results = sign(signer, signer.open("/tanda-tangan"))
    assert "tidak" in results.words
    assert "0 dari 1" in results.words
    service.does = "signs"
    listed = signer.open("/tanda-tangan")
    assert "Sudah diputuskan, belum ditandatangani" in listed.words
    assert "1 dari 1" in sign(signer, listed).words
    assert service.signed == 1


def test_who_forgets_the_passphrase_has_decided_and_is_asked_for_it(
    office: Office, signer: Pages, service: StandIn
) -> None:
    office.ready()
    asked = sign(signer, signer.open("/tanda-tangan"), "")
    assert "Ketik passphrase di bawah" in asked.words
    assert service.signed == 0
    assert "1 dari 1" in sign(signer, asked, berkas=hidden(asked, "berkas")).words


def test_nothing_ticked_is_a_mistake_of_the_form(office: Office, signer: Pages) -> None:
    office.ready()
    page = sign(signer, signer.open("/tanda-tangan"), berkas=[], status=422)
    assert "Centang sekurangnya satu berkas" in page.words


def test_what_changed_since_it_was_read_is_not_signed(press: Press, office: Office, signer: Pages) -> None:
    case = office.ready()
    page = signer.open("/tanda-tangan")
    office.desks.act("verifikator.dpmptsp", case, "note", note="Ada surat menyusul.")
    results = sign(signer, page)
    assert "berubah sejak Anda membacanya" in results.words
    assert press.case(case)["signing"] is None


def test_what_must_be_chosen_or_answered_is_left_to_the_page_of_the_case(
    press: Press, office: Office, signer: Pages
) -> None:
    twins = [office.ready(5, "Klinik Sama"), office.ready(5, "Klinik Sama")]
    assert press.case(twins[1])["warnings"], "a probable duplicate"
    results = sign(signer, signer.open("/tanda-tangan"))
    assert "Ada peringatan yang belum dijawab" in results.words


def test_the_same_form_sent_again_decides_and_signs_nothing_again(
    press: Press, office: Office, signer: Pages, service: StandIn
) -> None:
    case = office.ready()
    page = signer.open("/tanda-tangan")
    sign(signer, page)
    version = press.case(case)["version"]
    assert "1 dari 1" in sign(signer, page).words
    assert (press.case(case)["version"], service.signed) == (version, 1)


def test_the_sheet_that_is_shown_is_the_one_that_is_signed_and_only_its_signer_reads_it(
    press: Press, office: Office, signer: Pages, service: StandIn
) -> None:
    case = press.decide(office.ready()).get_json()
    paper = case["papers"][0]["id"]
    page = signer.open("/tanda-tangan")
    assert f"/surat/{paper}/cetakan.pdf" in page.parsed.anchors
    shown = signer.session.get(f"{signer.url}/surat/{paper}/cetakan.pdf")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "application/pdf")
    other = press.ask("GET", paper, "print", OTHER)
    assert (other.status_code, other.get_json()["code"]) == (409, "paper_not_by_hand")
    sign(signer, page)
    assert press.file(paper).data.startswith(shown.content), "what is signed begins with the very bytes that were read"


def test_a_paper_is_given_up_with_a_reason(press: Press, office: Office, signer: Pages) -> None:
    case = press.decide(office.ready()).get_json()
    paper = case["papers"][0]["id"]
    page = signer.open(f"/surat/{paper}/batalkan")
    missing = signer.send(page.form("/batalkan"), status=422, note="Nama salah")
    assert "#reason" in missing.parsed.anchors
    assert "Nama salah" in missing.text
    signer.send(missing.form("/batalkan"), reason="mistake")
    assert press.case(case)["papers"][0]["status"] == "abandoned"


def test_the_passphrase_is_in_no_address_cookie_page_or_table(
    press: Press, office: Office, signer: Pages, caplog: pytest.LogCaptureFixture
) -> None:
    office.ready()
    words = "sandi-yang-tidak-boleh-tersimpan"
    results = sign(signer, signer.open("/tanda-tangan"), words)
    assert words not in results.answer.url + results.text + caplog.text
    opened = portal.opened(signer)
    assert words not in opened
    assert words not in press.everything()


def test_one_paper_is_signed_on_the_page_of_its_case(press: Press, office: Office, signer: Pages) -> None:
    case = press.decide(office.ready()).get_json()
    page = signer.open(f"/kasus/permits/{case['id']}")
    wrong = signer.send(page.form("/tanda-tangan"), status=422, passphrase="salah")
    assert "#passphrase" in wrong.parsed.anchors
    assert 'value="salah"' not in wrong.text
    signer.send(wrong.form("/tanda-tangan"), passphrase=WORDS)
    assert press.case(case)["state"] == "issued"


@pytest.mark.parametrize("language", ["id", "en"])
def test_both_languages_have_all_that_is_said_of_results(office: Office, signer: Pages, language: str) -> None:
    office.ready()
    page = signer.open(f"/tanda-tangan?bahasa={language}")
    assert page.parsed.language == language
    assert sign(signer, page).parsed.language == language


def test_a_session_that_ended_keeps_the_ticks_and_not_the_passphrase(
    press: Press, office: Office, signer: Pages, service: StandIn
) -> None:
    office.ready()
    page = signer.open("/tanda-tangan")
    signer.session.cookies.clear()
    form = page.form("/tanda-tangan/semua")
    sent = form.values | {"passphrase": WORDS, "berkas": ticked(page)[0]}
    told = signer._checked(signer.session.post(signer.url + form.action, data=sent), 403)
    assert WORDS not in told.text
    assert hidden(told, "berkas") == ticked(page)
    assert service.signed == 0
