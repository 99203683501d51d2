"""Papers of a case in a real browser: several files at once, each told apart; the page in each state."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from mpp.identity import demo as people
from tests.support.browsing import Visitor
from tests.support.documents import jpeg, pdf, png

VILLAGE = "35.15.14.2013"


def register(visitor: Visitor, index: int) -> Page:
    """A licence, and its papers."""
    page, who = visitor.page, people.resident(index)
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    for field, text in (
        ("applicant-nik", who.nik), ("applicant-name", who.name), ("data-str_number", f"STR-{index}"),
        ("data-practice_name", f"Klinik {index}"), ("data-practice_address", f"Jalan {index}"),
        ("data-practice_region", VILLAGE),
    ):  # fmt: skip
        page.fill(f"#{field}", text)
    page.check("#data-kind")
    page.click("button[value=pindai]")
    page.wait_for_url("**/berkas")
    return page


@pytest.mark.parametrize("language", ["id", "en"])
def test_several_files_go_one_after_the_other_and_each_says_what_became_of_it(visitor: Visitor, language: str) -> None:
    visitor.open(f"/?bahasa={language}")
    page = register(visitor.sign_in("petugas.sukodono"), 820 if language == "id" else 821)
    visitor.look(f"papers-{language}")
    page.set_input_files(
        "#berkas-identity",
        [
            {"name": "satu.pdf", "mimeType": "application/pdf", "buffer": pdf("satu")},
            {"name": "bukan.pdf", "mimeType": "application/pdf", "buffer": b"halo"},
            {"name": "dua.png", "mimeType": "image/png", "buffer": png()},
            {"name": "besar.pdf", "mimeType": "application/pdf", "buffer": b"x" * (11 * 2**20)},
        ],
    )
    taken = "Sudah diterima" if language == "id" else "Taken"
    sent = page.locator("section:has(#berkas-identity) [data-sent] li")
    for place, told in ((0, taken), (2, taken), (3, "10 MB")):
        sent.nth(place).filter(has_text=told).wait_for()
    assert sent.nth(1).locator("button").is_visible()  # once more
    assert "error" in (sent.nth(1).get_attribute("class") or "")
    visitor.look(f"papers-sent-{language}")
    page.reload()
    assert page.locator("section:has(#berkas-identity) a").all_inner_texts() == ["satu.pdf", "dua.png"]
    visitor.look(f"papers-there-{language}")


def test_a_line_that_was_cut_is_told_at_the_file_and_the_same_file_is_sent_again(visitor: Visitor) -> None:
    page = register(visitor.sign_in("petugas.sukodono"), 822)
    page.context.set_offline(True)
    page.set_input_files("#berkas-str", {"name": "str.pdf", "mimeType": "application/pdf", "buffer": pdf("str")})
    again = page.locator("[data-sent] li.error button")
    again.wait_for()
    page.context.set_offline(False)
    again.click()
    page.locator("[data-sent] li").filter(has_text="Sudah diterima").wait_for()


def test_the_camera_is_offered_where_a_finger_points(visitor: Visitor) -> None:
    page = register(visitor.sign_in("petugas.sukodono"), 823)
    camera = page.locator("#berkas-str-foto")
    assert camera.get_attribute("capture") == "environment"
    assert not camera.is_visible()  # at a PC
    phone = page.context.browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640})
    held = phone.new_page()
    phone.add_cookies(page.context.cookies())
    held.goto(page.url)
    assert held.locator("#berkas-str-foto").is_visible()
    phone.close()


def test_a_citizen_sends_photos_from_a_telephone_and_each_says_what_became_of_it(visitor: Visitor) -> None:
    page = register(visitor.sign_in("petugas.sukodono"), 824)
    page.goto(visitor.url + "/tanda-terima")
    code, secret = page.locator("dd.code").all_inner_texts()[:2]
    assert page.context.browser is not None
    phone = page.context.browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 640})
    held = phone.new_page()
    held.goto(visitor.url + "/berkas")
    held.fill("#kode", code)
    held.fill("#rahasia", secret)
    held.click("main button")
    held.locator("a[href='/berkas/dokumen']").click()
    photo = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    held.set_input_files("#berkas-practice_place-foto", photo)
    sent = held.locator("section:has(#berkas-practice_place) [data-sent] li")
    sent.filter(has_text="Sudah diterima").wait_for()
    held.reload()
    whole = Visitor(held)
    whole.look("papers-own-id")
    held.locator("section:has(#berkas-practice_place) details summary").click()
    whole.look("papers-own-take-out-id")
    held.click("section:has(#berkas-practice_place) details button")
    held.get_by_text("Berkas sudah dikeluarkan").wait_for()
    phone.close()
