"""Registering in a real browser: Enter fills in what the register knows and goes on; a probable double is answered."""

from __future__ import annotations

import pytest

from mpp.identity import demo as people
from tests.support.browsing import Visitor

VILLAGE = "35.15.14.2013"


def test_enter_behind_a_nik_fills_in_the_name_and_goes_on(visitor: Visitor) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    who = people.resident(10)
    page.keyboard.type(who.nik)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "applicant-name"
    page.locator("[data-resident-told]").filter(has_text=who.name).wait_for()
    assert page.locator("#applicant-name").input_value() == who.name
    page.get_by_text("Draf tersimpan").wait_for()  # what was filled in is kept as what is typed


def test_a_name_that_was_typed_stays(visitor: Visitor) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    page.fill("#applicant-name", "Orang Lain")
    page.fill("#applicant-nik", people.resident(11).nik)
    page.press("#applicant-nik", "Enter")
    page.get_by_text("berbeda dan tidak diubah").wait_for()
    assert page.locator("#applicant-name").input_value() == "Orang Lain"


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_probable_double_is_read_first_and_answered_by_keyboard(visitor: Visitor, language: str) -> None:
    visitor.open(f"/?bahasa={language}")
    page = visitor.sign_in("petugas.sukodono").page
    index = 780 if language == "id" else 781
    for place in range(2):
        page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
        for field, text in (
            ("applicant-nik", people.resident(index).nik), ("applicant-name", people.resident(index).name),
            ("data-str_number", f"STR-{index}"), ("data-practice_name", f"Klinik {place}"),
            ("data-practice_address", f"Jalan {place}"), ("data-practice_region", VILLAGE),
        ):  # fmt: skip
            page.fill(f"#{field}", text)
        page.check("#data-kind")
        page.keyboard.press("Control+Enter")
        page.wait_for_load_state()
        if place == 0:
            page.wait_for_url("**/tanda-terima")
            page.click("header form button")  # the next one is another clerk's, who has not seen this receipt
            visitor.sign_in("petugas.sukodono")
    page.wait_for_selector("#ganda")
    assert page.evaluate("document.activeElement.hasAttribute('data-summary')")
    visitor.look(f"register-before-{language}")
    page.fill("#alasan", "Tempat praktik lain.")
    page.locator("button[value=tetap]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tanda-terima")
