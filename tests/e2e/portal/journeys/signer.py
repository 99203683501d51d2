"""Who signs, on a telephone: what waits is read, ticked by thumb and signed; the page of results goes on by itself."""

from __future__ import annotations

import pytest

from tests.e2e.portal.signing import ready
from tests.support.browsing import Visitor


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pages_of_a_signer_are_for_everybody(visitor: Visitor, language: str) -> None:
    codes = [ready(visitor.url, index) for index in ((830, 831) if language == "id" else (832, 833))]
    visitor.open(f"/?bahasa={language}")
    page = visitor.sign_in("penandatangan.dpmptsp").page
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(visitor.url + "/tanda-tangan")
    visitor.look(f"sign-{language}")
    page.set_viewport_size({"width": 360, "height": 640})
    for code in codes:
        box = page.locator(f"label[for='berkas-{code}']").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, "a thumb hits it"
    page.click("main form .btn-primary")
    page.wait_for_selector(".summary")
    visitor.look(f"sign-nothing-{language}")
    for code in codes:
        page.locator(f"label[for='berkas-{code}']").click()
    page.click("main form .btn-primary")
    page.wait_for_url("**/tanda-tangan/hasil")
    page.wait_for_selector("#hasil:not([data-goes-on])")
    assert page.locator(".chip.fine").count() == 2
    visitor.look(f"sign-results-{language}")


def test_all_are_ticked_by_one_touch(visitor: Visitor) -> None:
    for index in (834, 835):
        ready(visitor.url, index)
    page = visitor.sign_in("penandatangan.dpmptsp").page
    page.goto(visitor.url + "/tanda-tangan")
    page.click("[data-tick-all]")
    boxes = page.locator("input[name='berkas']")
    assert boxes.count() >= 2
    assert page.locator("input[name='berkas']:checked").count() == boxes.count()
