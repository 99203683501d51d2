"""A clerk at the counter, without a mouse; and every page of the staff, looked at."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from mpp.identity import demo as people
from tests.support.browsing import Visitor

VILLAGE = "35.15.14.2013"


def fill(page: Page, where: str, text: str) -> None:
    """By Tab until the field has the focus, then typed: nothing is clicked."""
    wanted = where.removeprefix("#")
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == wanted:
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == wanted, where
    page.keyboard.type(text)


def test_a_licence_is_registered_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar")
    page.keyboard.type("PRZ-SIP-DR")
    page.keyboard.press("Enter")
    page.wait_for_url("**/daftar/PRZ-SIP-DR")
    who = people.resident(801)
    assert page.evaluate("document.activeElement.id") == "applicant-nik"
    page.keyboard.type(who.nik)
    assert page.locator("#nik-periksa").inner_text() == "Lengkap"
    fill(page, "#applicant-name", who.name)
    fill(page, "#data-kind", "")
    page.keyboard.press("Space")
    fill(page, "#data-str_number", "STR-801")
    page.keyboard.press("Enter")  # goes on, and sends nothing
    assert page.url.endswith("/daftar/PRZ-SIP-DR")
    fill(page, "#data-practice_name", "Klinik 801")
    fill(page, "#data-practice_address", "Jalan Contoh 801")
    fill(page, "#data-practice_region", VILLAGE)
    fill(page, "#requirements-str", "")
    page.keyboard.press("Space")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/tanda-terima")
    assert page.locator(".code").count() == 2
    assert page.locator("svg.qr").is_visible()
    visitor.look("receipt-id")


def test_enter_goes_to_the_next_field(visitor: Visitor) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar/ADM-LHR-01")
    page.locator("#data-family_card").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "data-mother_nik"
    page.locator("#applicant-phone").focus()
    page.keyboard.press("Enter")  # over what is folded
    assert page.evaluate("document.activeElement.id") == "data-family_card"


def test_a_place_is_suggested_while_it_is_typed(visitor: Visitor) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    page.locator("#data-practice_region").focus()
    page.keyboard.type("sukodono")
    page.wait_for_selector("#data-practice_region-saran option", state="attached")
    found = page.locator("#data-practice_region-saran option").evaluate_all("all => all.map(each => each.value)")
    assert any("(35.15.14.2013)" in each for each in found)


def test_what_is_typed_is_kept_as_a_draft_by_itself(visitor: Visitor) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    page.locator("#applicant-name").focus()
    page.keyboard.type("Warga Contoh 77")
    page.get_by_text("Draf tersimpan").wait_for()
    page.goto(visitor.url + "/kerja")  # the window was closed
    page.locator("a[href*='draf=']").first.click()
    assert page.locator("#applicant-name").input_value() == "Warga Contoh 77"


def test_a_double_click_makes_one_case_and_back_shows_an_empty_form(visitor: Visitor) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    who = people.resident(802)
    for field, text in (
        ("applicant-nik", who.nik), ("applicant-name", who.name), ("data-str_number", "STR-802"),
        ("data-practice_name", "Klinik 802"), ("data-practice_address", "Jalan 802"), ("data-practice_region", VILLAGE),
    ):  # fmt: skip
        page.fill(f"#{field}", text)
    page.check("#data-kind")
    page.dblclick("[data-send]")
    page.wait_for_url("**/tanda-terima")
    found = page.locator("li a[href^='/kasus/']").first.get_attribute("href")
    page.go_back()  # the page was kept by nobody: the form is a new one, for somebody else
    assert page.locator("#applicant-nik").input_value() == ""
    page.goto(visitor.url + "/cari")
    page.fill("#nik", who.nik)
    page.keyboard.press("Enter")
    page.wait_for_selector("main li a[href^='/kasus/']")
    assert [each.get_attribute("href") for each in page.locator("main li a").all()] == [found]


def test_the_clerks_register_and_a_case_need_no_script(browser: Browser, visitor: Visitor) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(visitor.url + "/masuk")
    page.fill("#nama", "petugas.sukodono")
    page.fill("#sandi", "rahasia-demo")
    page.press("#sandi", "Enter")
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    who = people.resident(803)
    page.fill("#applicant-nik", who.nik)
    page.fill("#applicant-name", who.name)
    page.check("#data-kind")
    page.fill("#data-str_number", "STR-803")
    page.fill("#data-practice_name", "Klinik 803")
    page.fill("#data-practice_address", "Jalan 803")
    page.fill("#data-practice_region", VILLAGE)
    page.press("#data-practice_region", "Enter")  # presses the first button, which registers
    assert page.url.endswith("/tanda-terima")
    code, secret = page.locator(".code").all_inner_texts()
    page.click("header form button")
    page.goto(visitor.url + "/berkas")
    page.fill("#kode", code)
    page.fill("#rahasia", secret)
    page.press("#rahasia", "Enter")
    assert "Berkas saya" in page.locator("h1").inner_text()
    context.close()


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_of_the_staff_is_for_everybody(visitor: Visitor, language: str) -> None:
    visitor.open(f"/?bahasa={language}")
    page = visitor.sign_in("petugas.sukodono").page
    visitor.look(f"work-{language}")
    for name, address in (
        ("work-filtered", "/kerja?sort=filed&service=PRZ-SIP-DR"),
        ("choose", "/daftar"),
        ("register-birth", "/daftar/ADM-LHR-01"),
        ("register-building", "/daftar/PRZ-PBG"),
        ("register-organisation", "/daftar/PRZ-RKL?pemohon=organisation"),
        ("register-complaint", "/daftar/PGD-LPR"),
        ("find", "/cari"),
        ("password", "/sandi"),
    ):
        visitor.open(address)
        visitor.look(f"{name}-{language}")
    visitor.open("/daftar/ADM-LHR-01")
    page.click("[data-send]")
    page.wait_for_selector(".summary")
    visitor.look(f"register-wrong-{language}")
    page.locator(".summary a").first.click()
    assert page.evaluate("document.activeElement.tagName") in ("INPUT", "BODY", "MAIN")


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_case_as_its_verifier_and_its_citizen_see_it(visitor: Visitor, language: str) -> None:
    visitor.open(f"/?bahasa={language}")
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar/PRZ-SIP-DR")
    index = 810 if language == "id" else 811
    who = people.resident(index)
    for field, text in (
        ("applicant-nik", who.nik), ("applicant-name", who.name), ("data-str_number", f"STR-{index}"),
        ("data-practice_name", f"Klinik {index}"), ("data-practice_address", f"Jalan {index}"),
        ("data-practice_region", VILLAGE),
    ):  # fmt: skip
        page.fill(f"#{field}", text)
    page.check("#data-kind")
    for paper in page.locator("input[name^='requirements.']").all():
        if paper.is_visible():
            paper.check()
    page.click("[data-send]")
    page.wait_for_url("**/tanda-terima")
    code, secret = page.locator(".code").all_inner_texts()
    visitor.look(f"receipt-{language}")
    page.click("header form button")
    visitor.sign_in("verifikator.dpmptsp")
    page.goto(visitor.url + "/cari")
    page.fill("#q", code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/kasus/**")
    visitor.look(f"case-{language}")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    visitor.look(f"case-open-{language}")
    page.click("header form button")
    visitor.open(f"/lacak/{code}")
    visitor.look(f"tracked-{language}")
    visitor.open("/berkas")
    page.fill("#kode", code)
    page.fill("#rahasia", secret)
    page.keyboard.press("Enter")
    page.wait_for_url("**/berkas/saya")
    visitor.look(f"case-own-{language}")
    page.click("form[action='/berkas/tutup'] button")
    assert page.url == f"{visitor.url}/"
    visitor.open("/berkas/saya")
    assert page.url.endswith("/berkas")
