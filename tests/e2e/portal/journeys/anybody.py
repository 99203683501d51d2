"""Pages for everybody: looked at in both languages, at both widths, full, empty and with mistakes."""

from __future__ import annotations

import pytest

from tests.support.browsing import Visitor


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_for_everybody_is_for_everybody(visitor: Visitor, language: str) -> None:
    page = visitor.open(f"/?bahasa={language}")
    for name, address in (
        ("front", "/"),
        ("front-nothing", "/?cari=zzzz"),
        ("front-event", "/?peristiwa=born"),
        ("service", "/layanan/PRZ-PBG"),
        ("linked", "/layanan/POL-SKCK"),
        ("linked-address", "/layanan/SPN-LPR"),
        ("track", "/lacak"),
        ("track-unknown", "/lacak/P0123456789V"),
        ("check", "/periksa"),
        ("check-empty", "/periksa?kode="),
        ("own", "/berkas"),
        ("sign-in", "/masuk"),
        ("lost", "/tidak-ada"),
    ):
        visitor.open(address)
        assert page.locator("html").get_attribute("lang") == language
        assert visitor.heading() in page.title()
        visitor.look(f"{name}-{language}")
    page.goto(visitor.url + "/berkas")
    page.click("main button")
    assert page.evaluate("document.activeElement.hasAttribute('data-summary')")  # a screen reader begins there
    visitor.look(f"own-wrong-{language}")


def test_the_first_stop_of_the_keyboard_leads_to_the_content(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "isi"


def test_one_click_changes_the_language_of_the_same_page(visitor: Visitor) -> None:
    page = visitor.open("/layanan/PRZ-SIP-DR")
    page.get_by_role("link", name="English").click()
    assert page.url.endswith("/layanan/PRZ-SIP-DR?bahasa=en")
    assert "licence" in visitor.heading().lower() or "permit" in visitor.heading().lower()
    assert page.get_by_role("link", name="Bahasa Indonesia").is_visible()


def test_nothing_is_kept_in_the_browser_but_two_cookies(visitor: Visitor) -> None:
    page = visitor.open("/?bahasa=en")
    visitor.sign_in("petugas.sukodono")
    kept = page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept == [0, 0, ""]
    assert {each["name"] for each in page.context.cookies()} == {"mpp_sesi", "mpp_bahasa"}
    assert all(each["httpOnly"] for each in page.context.cookies())
